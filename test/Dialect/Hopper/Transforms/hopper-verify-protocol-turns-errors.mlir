// Consumers that take turns at a ring.
//
// RUN: cca-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-verify-protocol)))'

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

// A stage that was full two rounds ago looks as one that is.
gpu.module @kernels {
  gpu.func @no_turn(%map: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %r = hopper.ring turns : !ring
    hopper.warp_specialize producer registers 24 {
      scf.for %i = %c0 to %n step %c2 : i32 {
        %left = arith.subi %n, %i : i32
        %has0 = arith.cmpi sgt, %left, %c0 : i32
        scf.if %has0 {
          %e = hopper.put_enter %r : !ring
          hopper.tma_load %map[%i, %c0], %e : !map, !tile
          hopper.put_exit %e, %r : !ring
        }
        %has1 = arith.cmpi sgt, %left, %c1 : i32
        scf.if %has1 {
          %e = hopper.put_enter %r : !ring
          hopper.tma_load %map[%i, %c0], %e : !map, !tile
          hopper.put_exit %e, %r : !ring
        }
      }
    } consumers 2 registers 240 (%wg) {
      %c256 = arith.constant 256 : i32
      %mine = arith.addi %wg, %c1 : i32
      %all = arith.constant 3 : i32
      %other = arith.subi %all, %mine : i32
      %second = arith.cmpi eq, %wg, %c1 : i32
      scf.if %second {
        nvvm.barrier.arrive id = %c1 number_of_threads = %c256
      }
      hopper.skip %wg of %r : !ring
      scf.for %i = %c0 to %n step %c2 : i32 {
        %left = arith.subi %n, %i : i32
        %has = arith.cmpi sgt, %left, %wg : i32
        scf.if %has {
          // expected-error @below {{'hopper.get_enter' op expects an nvvm.barrier before, where consumers take turns at its ring}}
          %g = hopper.get_enter %r : !ring
          nvvm.barrier.arrive id = %other number_of_threads = %c256
          hopper.get_exit %g, %r : !ring
        }
        hopper.skip %c1 of %r : !ring
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

// The second of two tiles, not the first, is there whenever two are left.
gpu.module @kernels {
  gpu.func @other_turns(%map: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %r = hopper.ring turns : !ring
    hopper.warp_specialize producer registers 24 {
      scf.for %i = %c0 to %n step %c2 : i32 {
        %left = arith.subi %n, %i : i32
        %has0 = arith.cmpi sgt, %left, %c0 : i32
        scf.if %has0 {
          %e = hopper.put_enter %r : !ring
          hopper.tma_load %map[%i, %c0], %e : !map, !tile
          hopper.put_exit %e, %r : !ring
        }
        %has1 = arith.cmpi sgt, %left, %c0 : i32
        // expected-note @below {{puts are in this one}}
        scf.if %has1 {
          %e = hopper.put_enter %r : !ring
          hopper.tma_load %map[%i, %c0], %e : !map, !tile
          hopper.put_exit %e, %r : !ring
        }
      }
    } consumers 2 registers 240 (%wg) {
      %c256 = arith.constant 256 : i32
      %mine = arith.addi %wg, %c1 : i32
      %all = arith.constant 3 : i32
      %other = arith.subi %all, %mine : i32
      %second = arith.cmpi eq, %wg, %c1 : i32
      scf.if %second {
        nvvm.barrier.arrive id = %c1 number_of_threads = %c256
      }
      hopper.skip %wg of %r : !ring
      scf.for %i = %c0 to %n step %c2 : i32 {
        %left = arith.subi %n, %i : i32
        %has = arith.cmpi sgt, %left, %wg : i32
        // expected-error @below {{expects the bounds or the condition of the producer's, or else it may not get as many tiles}}
        scf.if %has {
          nvvm.barrier id = %mine number_of_threads = %c256
          %g = hopper.get_enter %r : !ring
          nvvm.barrier.arrive id = %other number_of_threads = %c256
          hopper.get_exit %g, %r : !ring
        }
        hopper.skip %c1 of %r : !ring
      }
    }
    gpu.return
  }
}
