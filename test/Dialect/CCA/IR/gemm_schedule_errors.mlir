// RUN: cca-opt %s --split-input-file --verify-diagnostics

// (C1)
func.func private @a_consumer_computes() attributes {
  // expected-error @below {{expects consumers to be 1 to 3, but got 4}}
  schedule = #cca.gemm_schedule<block_m = 256, block_n = 128, block_k = 64, stages = 2, consumers = 4>}

// -----

// (C2)
func.func private @a_consumer_has_64_or_128_rows() attributes {
  // expected-error @below {{expects block_m to be 128 or 256 for 2 consumers of a tile, and at most 256, but got 192}}
  schedule = #cca.gemm_schedule<block_m = 192, block_n = 128, block_k = 64, stages = 2, consumers = 2>}

// -----

// (C2)
func.func private @a_box_has_256_rows() attributes {
  // expected-error @below {{expects block_m to be 192 or 384 for 3 consumers of a tile, and at most 256, but got 384}}
  schedule = #cca.gemm_schedule<block_m = 384, block_n = 64, block_k = 64, stages = 2, consumers = 3>}

// -----

// (C3)
func.func private @results_leave_in_panels() attributes {
  // expected-error @below {{expects block_n to be a multiple of 32 in [64, 256], but got 80}}
  schedule = #cca.gemm_schedule<block_m = 128, block_n = 80, block_k = 64, stages = 2, consumers = 1>}

// -----

// (C3)
func.func private @block_n_is_at_most_256() attributes {
  // expected-error @below {{expects block_n to be a multiple of 32 in [64, 256], but got 320}}
  schedule = #cca.gemm_schedule<block_m = 64, block_n = 320, block_k = 64, stages = 2, consumers = 1>}

// -----

// (C4)
func.func private @steps_are_panels() attributes {
  // expected-error @below {{expects block_k to be 64 or 128, but got 32}}
  schedule = #cca.gemm_schedule<block_m = 128, block_n = 128, block_k = 32, stages = 2, consumers = 1>}

// -----

// (C5)
func.func private @one_stage_is_not_ahead() attributes {
  // expected-error @below {{expects stages to be 2 to 8, but got 1}}
  schedule = #cca.gemm_schedule<block_m = 128, block_n = 128, block_k = 64, stages = 1, consumers = 1>}

// -----

// (C6)
func.func private @two_blocks_have_one_consumer() attributes {
  // expected-error @below {{expects blocks_per_multiprocessor to be 1, or 2 with 1 consumer, for 2 consumers, but got 2}}
  schedule = #cca.gemm_schedule<block_m = 128, block_n = 64, block_k = 64, stages = 2, consumers = 2,
                                blocks_per_multiprocessor = 2>}

// -----

// (C7)
func.func private @three_consumers_that_take_turns() attributes {
  // expected-error @below {{expects 2 consumers that take turns, but got 3}}
  schedule = #cca.gemm_schedule<block_m = 64, block_n = 64, block_k = 64, stages = 2, consumers = 3,
                                cooperative = false>}
