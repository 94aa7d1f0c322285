// Every parameter comes back as it was written, in the order of the documentation, without defaults.
//
// RUN: cca-opt %s | cca-opt | FileCheck %s
// RUN: cca-opt %s --emit-bytecode | cca-opt | FileCheck %s

// The example of the attribute's documentation.
// CHECK-LABEL: @example
//  CHECK-SAME:   #cca.gemm_schedule<block_m = 128, block_n = 128, block_k = 64, stages = 3, consumers = 1, blocks_per_multiprocessor = 2>}
func.func private @example() attributes {
  schedule = #cca.gemm_schedule<block_m = 128, block_n = 128, block_k = 64, stages = 3,
                                consumers = 1, blocks_per_multiprocessor = 2>}

// CHECK-LABEL: @one_block
//  CHECK-SAME:   #cca.gemm_schedule<block_m = 256, block_n = 256, block_k = 128, stages = 8, consumers = 2>}
func.func private @one_block() attributes {
  schedule = #cca.gemm_schedule<blocks_per_multiprocessor = 1, consumers = 2, stages = 8, block_k = 128, block_n = 256,
                                block_m = 256>}

// CHECK-LABEL: @tiles_of_their_own
//  CHECK-SAME:   #cca.gemm_schedule<block_m = 128, block_n = 128, block_k = 64, stages = 3, consumers = 2, cooperative = false>}
func.func private @tiles_of_their_own() attributes {
  schedule = #cca.gemm_schedule<block_m = 128, block_n = 128, block_k = 64, stages = 3, consumers = 2,
                                cooperative = false, blocks_per_multiprocessor = 1>}
