// RUN: cca-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-allocate-smem)))'

// 227 KiB of tiles leave no room for two barriers.
gpu.module @barriers_do_not_fit {
  // expected-error @below {{'gpu.func' op expects at most 232448 bytes of shared memory, but its tiles and barriers take 232464 (16 too many)}}
  gpu.func @barriers_do_not_fit() kernel {
    %ring = hopper.ring : !hopper.ring<1, !hopper.smem<1816x64xbf16, swizzle = 128>>
    gpu.return
  }
}

// -----

// Twice 116 KiB: one for each consumer.
gpu.module @tiles_of_consumers_do_not_fit {
  // expected-error @below {{(5120 too many)}}
  gpu.func @tiles_of_consumers_do_not_fit() kernel {
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%index) {
      %staging = hopper.alloc : !hopper.smem<928x64xbf16, swizzle = 128>
    }
    gpu.return
  }
}
