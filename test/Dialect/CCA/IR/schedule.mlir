// Every parameter comes back as it was written, in the order of the documentation, without defaults.
//
// RUN: cca-opt %s | cca-opt | FileCheck %s
// RUN: cca-opt %s --emit-bytecode | cca-opt | FileCheck %s

// The example of the attribute's documentation.
// CHECK-LABEL: @example
//  CHECK-SAME:   #cca.schedule<block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = auto>}
func.func private @example() attributes {
  schedule = #cca.schedule<block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = auto>}

// CHECK-LABEL: @largest
//  CHECK-SAME:   #cca.schedule<block_q = 192, block_kv = 256, stages = 8, consumers = 3, softmax = online, ping_pong = false>}
func.func private @largest() attributes {
  schedule = #cca.schedule<consumers = 3, stages = 8, block_kv = 256, block_q = 192, softmax = online,
                           ping_pong = false, overlap = true>}

// CHECK-LABEL: @smallest
//  CHECK-SAME:   #cca.schedule<block_q = 64, block_kv = 16, stages = 1, consumers = 1, softmax = bounded, overlap = false, ping_pong = false>}
func.func private @smallest() attributes {
  schedule = #cca.schedule<block_q = 64, block_kv = 16, stages = 1, consumers = 1, softmax = bounded,
                           overlap = false, ping_pong = false>}
