// RUN: cca-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(gpu.module(convert-hopper-to-nvvm))'

gpu.module @ring_without_addresses {
  gpu.func @ring_without_addresses() kernel {
    // expected-error @below {{'hopper.ring' op expects addresses of its stages and barriers: run hopper-allocate-smem}}
    %ring = hopper.ring {offset = 0} : !hopper.ring<2, !hopper.smem<64x64xbf16, swizzle = 128>>
    gpu.return
  }
}

// -----

gpu.module @tile_without_an_address {
  gpu.func @tile_without_an_address() kernel {
    // expected-error @below {{failed to legalize operation 'hopper.alloc'}}
    %tile = hopper.alloc : !hopper.smem<64x64xbf16, swizzle = 128>
    gpu.return
  }
}

// -----

gpu.module @tile_without_a_layout {
  gpu.func @tile_without_a_layout(%map: !hopper.tensor_map<64x64xbf16, swizzle = 128>, %i: i32) kernel {
    // expected-error @below {{failed to legalize operation 'hopper.load'}}
    %tile = hopper.load %map[%i, %i] : !hopper.tensor_map<64x64xbf16, swizzle = 128> -> tensor<64x64xbf16>
    gpu.return
  }
}
