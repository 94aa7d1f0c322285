// RUN: cca-opt %s --split-input-file --verify-diagnostics

// (C1)
func.func private @consumers_share_a_tile() attributes {
  // expected-error @below {{expects consumers to be 2 to 3, but got 1}}
  schedule = #cca.fused_schedule<block_m = 64, stages = 3, tap_stages = 3, consumers = 1>}

// -----

// (C2)
func.func private @a_consumer_has_64_tokens() attributes {
  // expected-error @below {{expects block_m to be 64 for each consumer, 128, but got 256}}
  schedule = #cca.fused_schedule<block_m = 256, stages = 3, tap_stages = 3, consumers = 2>}

// -----

// (C3)
func.func private @steps_are_loaded_ahead() attributes {
  // expected-error @below {{expects stages to be 2 to 8, but got 1}}
  schedule = #cca.fused_schedule<block_m = 128, stages = 1, tap_stages = 3, consumers = 2>}

// -----

// (C4)
func.func private @taps_are_loaded_ahead() attributes {
  // expected-error @below {{expects tap_stages to be 2 to 8, but got 1}}
  schedule = #cca.fused_schedule<block_m = 128, stages = 2, tap_stages = 1, consumers = 2>}
