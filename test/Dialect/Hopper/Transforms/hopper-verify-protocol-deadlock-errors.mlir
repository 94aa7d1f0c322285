// RUN: cca-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-verify-protocol)))'

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<1, !tile>

// The second stage that the consumer wants is the first one.
gpu.module @kernels {
  gpu.func @two_of_one_stage(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %e0 = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%c0, %c0], %e0 : !map, !tile
      hopper.put_exit %e0, %ring : !ring
      // expected-note @below {{the producer is waiting here, for a stage that is left later}}
      %e1 = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%c0, %c0], %e1 : !map, !tile
      hopper.put_exit %e1, %ring : !ring
    } consumers 1 registers 240 (%wg) {
      %f0 = hopper.get_enter %ring : !ring
      // expected-error @below {{expects a put that the producer reaches, but it is waiting for this consumer: deadlock}}
      %f1 = hopper.get_enter %ring : !ring
      hopper.get_exit %f0, %ring : !ring
      hopper.get_exit %f1, %ring : !ring
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<1, !tile>

// Two keys are put before the first value, which the consumer wants first.
gpu.module @kernels {
  gpu.func @other_order(%map: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %keys = hopper.ring : !ring
    %values = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      scf.for %i = %c0 to %n step %c1 : i32 {
        %e0 = hopper.put_enter %keys : !ring
        hopper.tma_load %map[%c0, %c0], %e0 : !map, !tile
        hopper.put_exit %e0, %keys : !ring
        // expected-note @below {{the producer is waiting here, for a stage that is left later}}
        %e1 = hopper.put_enter %keys : !ring
        hopper.tma_load %map[%c0, %c0], %e1 : !map, !tile
        hopper.put_exit %e1, %keys : !ring
        %e2 = hopper.put_enter %values : !ring
        hopper.tma_load %map[%c0, %c0], %e2 : !map, !tile
        hopper.put_exit %e2, %values : !ring
      }
    } consumers 1 registers 240 (%wg) {
      scf.for %i = %c0 to %n step %c1 : i32 {
        // expected-error @below {{expects a put that the producer reaches, but it is waiting for this consumer: deadlock}}
        %f2 = hopper.get_enter %values : !ring
        hopper.get_exit %f2, %values : !ring
        %f0 = hopper.get_enter %keys : !ring
        hopper.get_exit %f0, %keys : !ring
        %f1 = hopper.get_enter %keys : !ring
        hopper.get_exit %f1, %keys : !ring
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

// Rings of two stages carry one iteration of lead, not two.
gpu.module @kernels {
  gpu.func @stages_run_out(%map: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %keys = hopper.ring : !ring
    %values = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %e0 = hopper.put_enter %keys : !ring
      hopper.tma_load %map[%c0, %c0], %e0 : !map, !tile
      hopper.put_exit %e0, %keys : !ring
      %e1 = hopper.put_enter %keys : !ring
      hopper.tma_load %map[%c0, %c0], %e1 : !map, !tile
      hopper.put_exit %e1, %keys : !ring
      scf.for %i = %c0 to %n step %c1 : i32 {
        // expected-note @below {{the producer is waiting here, for a stage that is left later}}
        %e2 = hopper.put_enter %keys : !ring
        hopper.tma_load %map[%c0, %c0], %e2 : !map, !tile
        hopper.put_exit %e2, %keys : !ring
        %e3 = hopper.put_enter %values : !ring
        hopper.tma_load %map[%c0, %c0], %e3 : !map, !tile
        hopper.put_exit %e3, %values : !ring
      }
    } consumers 1 registers 240 (%wg) {
      %a = hopper.get_enter %keys : !ring
      %b = hopper.get_enter %keys : !ring
      scf.for %i = %c0 to %n step %c1 : i32 {
        // expected-error @below {{expects a put that the producer reaches, but it is waiting for this consumer: deadlock}}
        %f2 = hopper.get_enter %keys : !ring
        hopper.get_exit %f2, %keys : !ring
        %f3 = hopper.get_enter %values : !ring
        hopper.get_exit %f3, %values : !ring
      }
      hopper.get_exit %a, %keys : !ring
      hopper.get_exit %b, %keys : !ring
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<1, !tile>

// Only where the branch is taken.
gpu.module @kernels {
  gpu.func @one_path_waits(%map: !map, %rare: i1) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %e0 = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%c0, %c0], %e0 : !map, !tile
      hopper.put_exit %e0, %ring : !ring
      scf.if %rare {
        // expected-note @below {{the producer is waiting here, for a stage that is left later}}
        %e1 = hopper.put_enter %ring : !ring
        hopper.tma_load %map[%c0, %c0], %e1 : !map, !tile
        hopper.put_exit %e1, %ring : !ring
      }
    } consumers 1 registers 240 (%wg) {
      %f0 = hopper.get_enter %ring : !ring
      scf.if %rare {
        // expected-error @below {{expects a put that the producer reaches, but it is waiting for this consumer: deadlock}}
        %f1 = hopper.get_enter %ring : !ring
        hopper.get_exit %f1, %ring : !ring
      }
      hopper.get_exit %f0, %ring : !ring
    }
    gpu.return
  }
}
