// A timeline shows what each role does, what it waits for, and what the units are
// busy with.
//
// REQUIRES: numpy
// RUN: %python -c "import numpy; numpy.save('%t.npy', numpy.zeros((64, 64), 'uint16'))"
// RUN: cca-run %s --target=sim --input=%t.npy --trace=%t.json
// RUN: %python -m json.tool %t.json | FileCheck %s
//
// CHECK: "traceEvents"
// CHECK-DAG: "name": "block 0"
// CHECK-DAG: "name": "producer"
// CHECK-DAG: "name": "consumer 0"
// CHECK-DAG: "name": "copies"
// CHECK-DAG: "name": "tensor cores"
// CHECK: "name": "wait: stage 0 of a ring to be full"
// CHECK: "name": "wait: its products"
//
// A product of 64 x 64 x 64 takes 2 * 64 * 64 * 64 / 4096 cycles.
// RUN: %python %S/Inputs/busy.py %t.json "tensor cores" | FileCheck %s --check-prefix=BUSY
// BUSY: 128.0 cycles

// RUN: not cca-run %s --target=sim --input=%t.npy --trace=%t.json --sim-policy=eager 2>&1 | FileCheck %s --check-prefix=EAGER
// EAGER: error: --trace: expects --sim-policy=timed
// RUN: not cca-run %s --target=sim --input=%t.npy --trace=%t.none/t.json 2>&1 | FileCheck %s --check-prefix=PATH
// PATH: error: cannot open '{{.*}}.none/t.json': {{[Nn]}}o such file or directory
// RUN: not cca-run %s --target=cpu --input=%t.npy --trace=%t.json 2>&1 | FileCheck %s --check-prefix=CPU
// CPU: error: --trace: expects --target=sim
// RUN: not cca-run %s --target=sim --input=%t.npy --sim-multiprocessors=0 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: --sim-multiprocessors: expects 1 or more, but got 0
// RUN: not cca-run %s --target=sim --input=%t.npy --time 2>&1 | FileCheck %s --check-prefix=TIME
// TIME: error: --time: expects a target that takes real time, but got --target=sim

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {

gpu.module @kernels {
  gpu.func @square(%in: !map) kernel {
    %c0 = arith.constant 0 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 240 (%i) {
      %g = hopper.get_enter %r : !ring
      %x = hopper.ldmatrix %g : !smem -> !half
      %a = hopper.wgmma_fence %x : !half
      %p = hopper.wgmma %a, %g : !half, !smem -> !hopper.pending<!tile>
      %c = hopper.commit %p : !hopper.pending<!tile>
      %d = hopper.wait 0, %c : !hopper.pending<!tile>
      hopper.get_exit %g, %r : !ring
    }
    gpu.return
  }
}

func.func @square(%x: tensor<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %m = bufferization.to_buffer %x : tensor<64x64xbf16> to memref<64x64xbf16>
  %map = hopper.make_tensor_map %m : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@square blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%map : !map)
  return
}

}
