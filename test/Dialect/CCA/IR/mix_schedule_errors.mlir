// RUN: cca-opt %s --split-input-file --verify-diagnostics

// (C1)
func.func private @consumers_need_registers() attributes {
  // expected-error @below {{expects consumers to be 1 to 3, but got 4}}
  schedule = #cca.mix_schedule<block_m = 256, stages = 1, consumers = 4>}

// -----

// (C2)
func.func private @a_consumer_has_64_tokens() attributes {
  // expected-error @below {{expects block_m to be 64 for each consumer of a tile, 128, but got 192}}
  schedule = #cca.mix_schedule<block_m = 192, stages = 1, consumers = 2>}

// -----

// (C3)
func.func private @there_is_a_stage() attributes {
  // expected-error @below {{expects stages to be 1 to 4, but got 0}}
  schedule = #cca.mix_schedule<block_m = 64, stages = 0, consumers = 1>}

// -----

// (C4)
func.func private @results_leave_through_two_tiles_at_most() attributes {
  // expected-error @below {{expects staging to be 1 to 2, but got 3}}
  schedule = #cca.mix_schedule<block_m = 64, stages = 1, consumers = 1, staging = 3>}
