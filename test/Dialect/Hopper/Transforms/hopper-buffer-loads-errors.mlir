// RUN: cca-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-buffer-loads)))'

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
gpu.module @elementwise_use {
  gpu.func @elementwise_use(%map: !map, %i: i32) kernel {
    // expected-error @below {{'hopper.load' op expects to be used by hopper.dot only}}
    %tile = hopper.load %map[%i, %i] : !map -> tensor<64x64xbf16>
    // expected-note @below {{used here}}
    %sum = arith.addf %tile, %tile : tensor<64x64xbf16>
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16>
gpu.module @use_in_another_block {
  gpu.func @use_in_another_block(%map: !map, %q: !half, %i: i32) kernel {
    // expected-error @below {{'hopper.load' op expects to be used in its block, or in regions there}}
    %tile = hopper.load %map[%i, %i] : !map -> !half
    cf.br ^next
  ^next:
    // expected-note @below {{used here}}
    %product = hopper.dot %q, %tile : !half, !half -> tensor<64x64xf32>
    gpu.return
  }
}
