// RUN: cca-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-verify-protocol)))'

!half = tensor<64x64xbf16, #hopper.fragment>
!whole = !hopper.smem<128x64xbf16, swizzle = 128>
!mine = !hopper.smem<64x64xbf16, swizzle = 128, panel_rows = 128>

// Both barriers are there, in a loop.
gpu.module @shared_tile {
  gpu.func @shared_tile(%t: !half, %n: i32) kernel {
    %tile = hopper.alloc : !whole
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%index) {
      %c1 = arith.constant 1 : i32
      %all = arith.constant 5 : i32
      %threads = arith.constant 256 : i32
      %mine = hopper.slice_rows %tile[%index] : !whole -> !mine
      scf.for %i = %c1 to %n step %c1 : i32 {
        nvvm.barrier id = %all number_of_threads = %threads
        hopper.stmatrix %t, %mine : !half, !mine
        nvvm.barrier id = %all number_of_threads = %threads
        %rows = hopper.ldmatrix %tile[%c1] : !whole -> !half
      }
    }
    gpu.return
  }
}

// -----

!half = tensor<64x64xbf16, #hopper.fragment>
!whole = !hopper.smem<128x64xbf16, swizzle = 128>
!mine = !hopper.smem<64x64xbf16, swizzle = 128, panel_rows = 128>

gpu.module @read_too_early {
  gpu.func @read_too_early(%t: !half) kernel {
    %tile = hopper.alloc : !whole
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%index) {
      %c1 = arith.constant 1 : i32
      %mine = hopper.slice_rows %tile[%index] : !whole -> !mine
      // expected-note @below {{written here}}
      hopper.stmatrix %t, %mine : !half, !mine
      // expected-error @below {{'hopper.ldmatrix' op expects an nvvm.barrier of all consumers before it reads what they may still write}}
      %rows = hopper.ldmatrix %tile[%c1] : !whole -> !half
    }
    gpu.return
  }
}

// -----

!half = tensor<64x64xbf16, #hopper.fragment>
!whole = !hopper.smem<128x64xbf16, swizzle = 128>
!mine = !hopper.smem<64x64xbf16, swizzle = 128, panel_rows = 128>

// A barrier of one consumer tells nothing about the others.
gpu.module @barrier_of_one_consumer {
  gpu.func @barrier_of_one_consumer(%t: !half) kernel {
    %tile = hopper.alloc : !whole
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%index) {
      %c1 = arith.constant 1 : i32
      %threads = arith.constant 128 : i32
      %own = arith.addi %index, %c1 : i32
      %mine = hopper.slice_rows %tile[%index] : !whole -> !mine
      // expected-note @below {{written here}}
      hopper.stmatrix %t, %mine : !half, !mine
      nvvm.barrier id = %own number_of_threads = %threads
      // expected-error @below {{expects an nvvm.barrier of all consumers before it reads what they may still write}}
      %rows = hopper.ldmatrix %tile[%c1] : !whole -> !half
    }
    gpu.return
  }
}

// -----

!half = tensor<64x64xbf16, #hopper.fragment>
!whole = !hopper.smem<128x64xbf16, swizzle = 128>
!mine = !hopper.smem<64x64xbf16, swizzle = 128, panel_rows = 128>

// In the next iteration, and in one branch only.
gpu.module @written_too_early {
  gpu.func @written_too_early(%t: !half, %n: i32, %reads: i1) kernel {
    %tile = hopper.alloc : !whole
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%index) {
      %c1 = arith.constant 1 : i32
      %all = arith.constant 5 : i32
      %threads = arith.constant 256 : i32
      %mine = hopper.slice_rows %tile[%index] : !whole -> !mine
      scf.for %i = %c1 to %n step %c1 : i32 {
        // expected-error @below {{'hopper.stmatrix' op expects an nvvm.barrier of all consumers before it writes what they may still read}}
        hopper.stmatrix %t, %mine : !half, !mine
        nvvm.barrier id = %all number_of_threads = %threads
        scf.if %reads {
          // expected-note @below {{read here}}
          %rows = hopper.ldmatrix %tile[%c1] : !whole -> !half
        }
      }
    }
    gpu.return
  }
}
