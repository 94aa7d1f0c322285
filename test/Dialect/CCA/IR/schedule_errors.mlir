// RUN: cca-opt %s --split-input-file --verify-diagnostics

// (C1)
func.func private @a_consumer_computes() attributes {
  // expected-error @below {{expects consumers to be 1 to 3, but got 0}}
  schedule = #cca.schedule<block_q = 0, block_kv = 128, stages = 2, consumers = 0, softmax = auto, ping_pong = false>}

// -----

// (C1)
func.func private @consumers_need_registers() attributes {
  // expected-error @below {{expects consumers to be 1 to 3, but got 4}}
  schedule = #cca.schedule<block_q = 256, block_kv = 128, stages = 2, consumers = 4, softmax = auto, ping_pong = false>}

// -----

// (C2)
func.func private @a_consumer_has_64_queries() attributes {
  // expected-error @below {{expects block_q to be 64 for each consumer, 128, but got 192}}
  schedule = #cca.schedule<block_q = 192, block_kv = 128, stages = 2, consumers = 2, softmax = auto>}

// -----

// (C3)
func.func private @block_kv_is_positive() attributes {
  // expected-error @below {{expects block_kv to be a multiple of 16 in [16, 256], but got 0}}
  schedule = #cca.schedule<block_q = 128, block_kv = 0, stages = 2, consumers = 2, softmax = auto>}

// -----

// (C3) 88 columns are legal for the scores, but not their depth afterwards.
func.func private @block_kv_is_the_depth_of_wgmma() attributes {
  // expected-error @below {{expects block_kv to be a multiple of 16 in [16, 256], but got 88}}
  schedule = #cca.schedule<block_q = 128, block_kv = 88, stages = 2, consumers = 2, softmax = auto>}

// -----

// (C3)
func.func private @block_kv_is_at_most_256() attributes {
  // expected-error @below {{expects block_kv to be a multiple of 16 in [16, 256], but got 272}}
  schedule = #cca.schedule<block_q = 128, block_kv = 272, stages = 2, consumers = 2, softmax = auto>}

// -----

// (C4)
func.func private @a_stage_is_loaded() attributes {
  // expected-error @below {{expects stages to be 1 to 8, but got 0}}
  schedule = #cca.schedule<block_q = 128, block_kv = 128, stages = 0, consumers = 2, softmax = auto>}

// -----

// (C4)
func.func private @stages_are_few() attributes {
  // expected-error @below {{expects stages to be 1 to 8, but got 9}}
  schedule = #cca.schedule<block_q = 128, block_kv = 128, stages = 9, consumers = 2, softmax = auto>}

// -----

// (C5) It is on unless turned off.
func.func private @turns_are_taken_by_two() attributes {
  // expected-error @below {{expects ping_pong = false unless there are 2 consumers, but got 3 consumers}}
  schedule = #cca.schedule<block_q = 192, block_kv = 128, stages = 2, consumers = 3, softmax = auto>}

// -----

func.func private @softmax_has_three_forms() attributes {
  // expected-error @below {{expects softmax to be bounded, online or auto, but got flash}}
  // expected-error @below {{failed to parse CCA_ScheduleAttr parameter 'softmax'}}
  schedule = #cca.schedule<block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = flash>}

// -----

func.func private @softmax_is_a_word() attributes {
  // expected-error @below {{expects softmax to be bounded, online or auto, but got none}}
  // expected-error @below {{failed to parse CCA_ScheduleAttr parameter 'softmax'}}
  schedule = #cca.schedule<block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = 2>}

// -----

func.func private @switch_is_a_word() attributes {
  // expected-error @below {{expects true or false, but got none}}
  // expected-error @below {{failed to parse CCA_ScheduleAttr parameter 'overlap'}}
  schedule = #cca.schedule<block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = auto, overlap = 1>}

// -----

func.func private @switch_is_true_or_false() attributes {
  // expected-error @below {{expects true or false, but got maybe}}
  // expected-error @below {{failed to parse CCA_ScheduleAttr parameter 'ping_pong'}}
  schedule = #cca.schedule<block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = auto, ping_pong = maybe>}

// -----

func.func private @stages_are_counted() attributes {
  // expected-error @below {{failed to parse CCA_ScheduleAttr parameter}}
  // expected-error @below {{expected integer value}}
  schedule = #cca.schedule<block_q = 128, block_kv = 128, stages = two, consumers = 2, softmax = auto>}

// -----

func.func private @nothing_is_left_out() attributes {
  // expected-error @below {{struct is missing required parameter: stages}}
  schedule = #cca.schedule<block_q = 128, block_kv = 128, consumers = 2, softmax = auto>}
