// RUN: cca-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-buffer-loads)))'

!map = !hopper.tensor_map<64x32xf32, swizzle = 128>
gpu.module @wide_elements {
  gpu.func @wide_elements(%map: !map, %i: i32) kernel {
    // expected-error @below {{'hopper.load' op expects 16-bit elements where it is not used by hopper.dot}}
    %tile = hopper.load %map[%i, %i] : !map -> tensor<64x32xf32>
    // expected-note @below {{used here}}
    %sum = arith.addf %tile, %tile : tensor<64x32xf32>
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
gpu.module @some_columns {
  gpu.func @some_columns(%map: !map, %i: i32) kernel {
    // expected-error @below {{'hopper.load' op expects slices of whole rows, from a known one on, or of whole columns}}
    %tile = hopper.load %map[%i, %i] : !map -> tensor<64x64xbf16>
    // expected-note @below {{used here}}
    %part = tensor.extract_slice %tile[0, 32] [32, 32] [1, 1] : tensor<64x64xbf16> to tensor<32x32xbf16>
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

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!wide = !hopper.tensor_map<64x128xbf16, swizzle = 128>
gpu.module @tiles_of_two_types {
  gpu.func @tiles_of_two_types(%map: !map, %wide: !wide, %i: i32) kernel {
    // expected-note @below {{the first load of the ring}}
    %a = hopper.load %map[%i, %i] {hopper.shared_ring = "panels"} : !map -> tensor<64x64xbf16>
    // expected-error @below {{expects tiles of one type in a ring, '!hopper.smem<64x64xbf16, swizzle = 128>', but got '!hopper.smem<64x128xbf16, swizzle = 128>'}}
    %b = hopper.load %wide[%i, %i] {hopper.shared_ring = "panels"} : !wide -> tensor<64x128xbf16>
    gpu.return
  }
}
