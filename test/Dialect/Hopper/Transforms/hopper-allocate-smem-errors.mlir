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

// -----

// Half of 228 KiB, less what the system keeps of each block.
gpu.module @half_of_a_multiprocessor {
  // expected-error @below {{'gpu.func' op expects at most 115712 bytes of shared memory, but its tiles and barriers take 131136 (15424 too many)}}
  gpu.func @half_of_a_multiprocessor() kernel attributes {
      cca.schedule = #cca.gemm_schedule<block_m = 128, block_n = 128, block_k = 64, stages = 3, consumers = 1,
                                        blocks_per_multiprocessor = 2>} {
    %ring = hopper.ring : !hopper.ring<4, !hopper.smem<256x64xbf16, swizzle = 128>>
    gpu.return
  }
}
