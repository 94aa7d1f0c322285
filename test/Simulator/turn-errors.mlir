// What goes wrong where consumers take turns at a ring.
//
// RUN: cca-opt %s --hopper-simulate --split-input-file --verify-diagnostics

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !smem>

// Each consumer leaves the tile to the other one.
module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @left_to_nobody(%in: !map, %count: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    // expected-error @below {{expects as many gets as puts, but consumers have got 0 of 1 tiles when the kernel ends}}
    %r = hopper.ring turns : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 2 registers 232 (%i) {
      hopper.skip %count of %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %n = arith.constant 1 : i32
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@left_to_nobody blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %n : i32)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !smem>

// There is no way back.
module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @skips_backwards(%in: !map, %count: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring turns : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 2 registers 232 (%i) {
      // expected-error @below {{expects a count of at least 0, but got -1}}
      hopper.skip %count of %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %n = arith.constant -1 : i32
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@skips_backwards blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %n : i32)
  return
}
}
