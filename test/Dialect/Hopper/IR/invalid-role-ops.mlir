// RUN: cca-opt %s --split-input-file --verify-diagnostics

// hopper.warp_specialize (C1)
func.func @there_is_a_consumer() {
  // expected-error @below {{expects 1 to 7 consumers, but got 0}}
  hopper.warp_specialize producer registers 24 {} consumers 0 registers 240 (%i) {}
  return
}

// -----

// hopper.warp_specialize (C1)
func.func @warpgroups_fit_a_block() {
  // expected-error @below {{expects 1 to 7 consumers, but got 8}}
  hopper.warp_specialize producer registers 24 {} consumers 8 registers 24 (%i) {}
  return
}

// -----

// hopper.warp_specialize (C2)
func.func @producer_budget_is_legal() {
  // expected-error @below {{expects register budgets to be multiples of 8 in [24, 256], but got 20}}
  hopper.warp_specialize producer registers 20 {} consumers 1 registers 240 (%i) {}
  return
}

// -----

// hopper.warp_specialize (C2)
func.func @consumer_budget_is_legal() {
  // expected-error @below {{expects register budgets to be multiples of 8 in [24, 256], but got 9223372036854775807}}
  hopper.warp_specialize producer registers 24 {} consumers 1 registers 9223372036854775807 (%i) {}
  return
}

// -----

// hopper.warp_specialize (C2)
func.func @budgets_fit_the_multiprocessor() {
  // expected-error @below {{expects budgets of at most 65536 registers together, but got 95232}}
  hopper.warp_specialize producer registers 24 {} consumers 3 registers 240 (%i) {}
  return
}

// -----

// hopper.warp_specialize (C3)
func.func @consumer_has_an_index() {
  // expected-error @below {{expects one argument of the consumer region, an i32, and none of the producer's}}
  "hopper.warp_specialize"() <{producer_registers = 24, num_consumers = 1, consumer_registers = 24}> ({
    hopper.end
  }, {
    hopper.end
  }) : () -> ()
  return
}

// -----

// hopper.warp_specialize (C3)
func.func @index_is_i32() {
  // expected-error @below {{expects one argument of the consumer region, an i32, and none of the producer's}}
  "hopper.warp_specialize"() <{producer_registers = 24, num_consumers = 1, consumer_registers = 24}> ({
    hopper.end
  }, {
  ^bb0(%i: index):
    hopper.end
  }) : () -> ()
  return
}

// -----

// hopper.warp_specialize (C3)
func.func @there_is_one_producer() {
  // expected-error @below {{expects one argument of the consumer region, an i32, and none of the producer's}}
  "hopper.warp_specialize"() <{producer_registers = 24, num_consumers = 1, consumer_registers = 24}> ({
  ^bb0(%i: i32):
    hopper.end
  }, {
  ^bb0(%i: i32):
    hopper.end
  }) : () -> ()
  return
}

// -----

func.func @roles_have_a_block() {
  // expected-error @below {{region #0 ('producer') failed to verify constraint: region with 1 blocks}}
  "hopper.warp_specialize"() <{producer_registers = 24, num_consumers = 1, consumer_registers = 24}> ({
  }, {
  }) : () -> ()
  return
}

// -----

func.func @roles_have_one_block() {
  // expected-error @below {{expects region #0 to have 0 or 1 blocks}}
  hopper.warp_specialize producer registers 24 {
    hopper.end
  ^bb1:
    hopper.end
  } consumers 1 registers 24 (%i) {}
  return
}

// -----

func.func @roles_are_two_regions() {
  // expected-error @below {{expected 2 regions}}
  "hopper.warp_specialize"() <{producer_registers = 24, num_consumers = 1, consumer_registers = 24}> ({
    hopper.end
  }) : () -> ()
  return
}

// -----

func.func @roles_have_a_terminator() {
  // expected-error @below {{expects a non-empty block}}
  "hopper.warp_specialize"() <{producer_registers = 24, num_consumers = 1, consumer_registers = 24}> ({
  ^bb0:
  }, {
  ^bb0(%i: i32):
  }) : () -> ()
  return
}

// -----

func.func @roles_end_with_hopper_end() {
  // expected-error @below {{expects regions to end with 'hopper.end'}}
  // expected-note @below {{the absence of terminator implies 'hopper.end'}}
  "hopper.warp_specialize"() <{producer_registers = 24, num_consumers = 1, consumer_registers = 24}> ({
    llvm.unreachable
  }, {
  ^bb0(%i: i32):
    hopper.end
  }) : () -> ()
  return
}

// -----

func.func @counts_are_attributes() {
  // expected-error @below {{Invalid attribute `num_consumers` in property conversion: "two"}}
  "hopper.warp_specialize"() <{producer_registers = 24, num_consumers = "two", consumer_registers = 24}> ({
    hopper.end
  }, {
  ^bb0(%i: i32):
    hopper.end
  }) : () -> ()
  return
}

// -----

func.func @index_has_a_name() {
  // expected-error @below {{expected SSA operand}}
  hopper.warp_specialize producer registers 24 {} consumers 1 registers 24 () {}
  return
}

// -----

func.func @end_ends_a_role() {
  // expected-error @below {{expects parent op 'hopper.warp_specialize'}}
  hopper.end
}
