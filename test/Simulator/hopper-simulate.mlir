// The pass runs public functions on numbers of its own and leaves them as they are.
//
// RUN: cca-opt %s --hopper-simulate | FileCheck %s
// RUN: cca-opt %s --hopper-simulate="policy=latest dynamic-size=1000" | FileCheck %s
// RUN: cca-opt %s --hopper-simulate="policy=random seed=3 multiprocessors=1" | FileCheck %s
// RUN: not cca-opt %s --hopper-simulate="dynamic-size=50" 2>&1 | FileCheck %s --check-prefix=SMALL
//
// CHECK-LABEL: func.func @copies_rows
// CHECK: gpu.launch_func
// SMALL: error: expects rows inside of 50, 64, but got an element at 50, 0

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>

module attributes {gpu.container_module} {

gpu.module @kernels {
  gpu.func @copy(%in: !map, %out: memref<?x64xbf16>) kernel {
    %c0 = arith.constant 0 : i32
    %c64 = arith.constant 64 : i32
    %i0 = arith.constant 0 : index
    %tile = hopper.load %in[%c0, %c0] : !map -> tensor<64x64xbf16>
    hopper.store_rows %tile, %out[%i0, %i0] along 0 limit %c64 : tensor<64x64xbf16>, memref<?x64xbf16>
    gpu.return
  }
}

func.func @copies_rows(%in: memref<?x64xbf16>, %out: memref<?x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<?x64xbf16> -> !map
  gpu.launch_func @kernels::@copy blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %out : memref<?x64xbf16>)
  return
}

func.func private @is_not_run(%n: index) {
  %c0 = arith.constant 0 : index
  %q = arith.divsi %n, %c0 : index
  return
}

}
