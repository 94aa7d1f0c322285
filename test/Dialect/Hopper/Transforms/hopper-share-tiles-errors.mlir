// RUN: cca-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-share-tiles,hopper-assign-layouts)))'

!half = tensor<64x64xbf16>

// The next iteration would write the memory that the tile is in.
gpu.module @carried_on {
  gpu.func @carried_on(%x: bf16, %n: i32) kernel {
    %c1 = arith.constant 1 : i32
    %first = tensor.splat %x : !half
    %last = scf.for %i = %c1 to %n step %c1 iter_args(%tile = %first) -> !half : i32 {
      %sum = arith.addf %tile, %first : !half
      // expected-error @below {{'hopper.share' op expects not to be carried on}}
      %shared = hopper.share %sum : !half
      // expected-note @below {{used here}}
      scf.yield %shared : !half
    }
    gpu.return
  }
}

// -----

// Rows of two consumers overlap where they are computed, not where they are written.
!half = tensor<120x64xbf16>
gpu.module @rows_of_two_consumers {
  gpu.func @rows_of_two_consumers(%x: bf16) kernel attributes {
      cca.schedule = #cca.schedule<block_q = 128, block_kv = 64, stages = 2, consumers = 2, softmax = bounded>} {
    %tile = tensor.splat %x : !half
    // expected-error @below {{'hopper.stmatrix' op expects to write a multiple of 128 rows, but got '!hopper.smem<120x64xbf16, swizzle = 128>'}}
    %shared = hopper.share %tile : !half
    gpu.return
  }
}
