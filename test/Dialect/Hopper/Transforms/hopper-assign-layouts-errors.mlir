// RUN: cca-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-assign-layouts)))'

gpu.module @rows_do_not_divide {
  gpu.func @rows_do_not_divide() kernel attributes {
      cca.schedule = #cca.schedule<block_q = 128, block_kv = 64, stages = 2, consumers = 2, softmax = bounded>} {
    // expected-error @below {{'arith.constant' op expects tiles of 64 rows or a multiple for each of 2 consumers, that overlap at most, but got 'tensor<64x32xf32>'}}
    %tile = arith.constant dense<1.0> : tensor<64x32xf32>
    gpu.return
  }
}

// -----

gpu.module @rows_of_a_parameter {
  // expected-error @below {{'gpu.func' op expects tiles of 64 rows or a multiple for each of 1 consumers, that overlap at most, but got 'tensor<32xf32>'}}
  gpu.func @rows_of_a_parameter(%rows: tensor<32xf32>) kernel {
    gpu.return
  }
}

// -----

gpu.module @no_rows {
  gpu.func @no_rows() kernel {
    // expected-error @below {{expects tiles of 64 rows or a multiple for each of 1 consumers, that overlap at most, but got 'tensor<f32>'}}
    %number = arith.constant dense<1.0> : tensor<f32>
    gpu.return
  }
}

// -----

gpu.module @rows_known_at_run_time {
  gpu.func @rows_known_at_run_time(%n: index, %x: f32) kernel {
    // expected-error @below {{expects tiles of 64 rows or a multiple for each of 1 consumers, that overlap at most, but got 'tensor<?xf32>'}}
    %rows = tensor.splat %x[%n] : tensor<?xf32>
    gpu.return
  }
}
