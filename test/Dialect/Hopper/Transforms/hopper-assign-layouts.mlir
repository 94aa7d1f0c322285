// RUN: cca-opt %s --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-assign-layouts)))' | FileCheck %s

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!stage = !hopper.smem<128x64xbf16, swizzle = 128>
!wide_stage = !hopper.smem<64x256xbf16, swizzle = 128>
!queries = !hopper.ring<1, !stage>
!keys = !hopper.ring<2, !stage>
!wide = !hopper.ring<1, !wide_stage>

// CHECK-LABEL: gpu.func @rows_are_spread_over_consumers
// CHECK:         hopper.consumer_index
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<64x64xf32, #hopper.fragment>
// CHECK-DAG:     %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<64xf32, #hopper.rows>
// CHECK:         scf.for {{.*}} iter_args(%[[TILE:.*]] = %[[ZERO]], %[[ROWS:.*]] = %[[ONE]]) -> (tensor<64x64xf32, #hopper.fragment>, tensor<64xf32, #hopper.rows>)
// CHECK-NEXT:      %[[B:.*]] = hopper.broadcast_rows %[[ROWS]] : tensor<64xf32, #hopper.rows> -> tensor<64x64xf32, #hopper.fragment>
// CHECK-NEXT:      %[[SUM:.*]] = arith.addf %[[TILE]], %[[B]] : tensor<64x64xf32, #hopper.fragment>
// CHECK-NEXT:      scf.yield %[[SUM]], %[[ROWS]]
gpu.module @rows_are_spread_over_consumers {
  gpu.func @rows_are_spread_over_consumers(%n: i32) kernel attributes {
      cca.schedule = #cca.schedule<block_q = 128, block_kv = 64, stages = 2, consumers = 2, softmax = bounded>} {
    %c1 = arith.constant 1 : i32
    %zero = arith.constant dense<0.0> : tensor<128x64xf32>
    %one = arith.constant dense<1.0> : tensor<128xf32>
    %s:2 = scf.for %i = %c1 to %n step %c1 iter_args(%tile = %zero, %rows = %one) -> (tensor<128x64xf32>, tensor<128xf32>) : i32 {
      %b = hopper.broadcast_rows %rows : tensor<128xf32> -> tensor<128x64xf32>
      %sum = arith.addf %tile, %b : tensor<128x64xf32>
      scf.yield %sum, %rows : tensor<128x64xf32>, tensor<128xf32>
    }
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @tiles_of_their_own
// CHECK-NOT:     hopper.consumer_index
// CHECK:         arith.constant dense<0.000000e+00> : tensor<64x64xf32, #hopper.fragment>
gpu.module @tiles_of_their_own {
  gpu.func @tiles_of_their_own() kernel attributes {
      cca.schedule = #cca.mix_schedule<block_m = 64, stages = 2, consumers = 3, cooperative = false>} {
    %zero = arith.constant dense<0.0> : tensor<64x64xf32>
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @one_consumer_has_all_rows
// CHECK:         arith.constant dense<0.000000e+00> : tensor<128x64xf32, #hopper.fragment>
gpu.module @one_consumer_has_all_rows {
  gpu.func @one_consumer_has_all_rows() kernel {
    %zero = arith.constant dense<0.0> : tensor<128x64xf32>
    gpu.return
  }
}

// 126 rows are 64 of each of two consumers: the second begins with row 62, and stores two rows again.
// CHECK-LABEL: gpu.func @rows_of_two_consumers_overlap
// CHECK:         %[[CONSUMER:.*]] = hopper.consumer_index
// CHECK-DAG:     hopper.row_index : tensor<64xi32, #hopper.rows>
// CHECK:         %[[C64:.*]] = arith.constant 64 : i32
// CHECK-NEXT:    %[[FULL:.*]] = arith.muli %[[CONSUMER]], %[[C64]]
// CHECK-NEXT:    %[[C62:.*]] = arith.constant 62 : i32
// CHECK-NEXT:    %[[FIRST:.*]] = arith.minsi %[[FULL]], %[[C62]]
// CHECK-NEXT:    tensor.splat %[[FIRST]] : tensor<64xi32, #hopper.rows>
// CHECK:         hopper.stmatrix %{{.*}} : tensor<64x64xbf16, #hopper.fragment>
// CHECK:         %[[C62:.*]] = arith.constant 62 : i32
// CHECK-NEXT:    %[[FIRST:.*]] = arith.minsi %{{.*}}, %[[C62]]
// CHECK-NEXT:    %[[ROW:.*]] = arith.addi %{{.*}}, %[[FIRST]]
// CHECK-NEXT:    hopper.tma_store %{{.*}}, %{{.*}}[%[[ROW]], %{{.*}}]
gpu.module @rows_of_two_consumers_overlap {
  gpu.func @rows_of_two_consumers_overlap(%map: !map, %i: i32) kernel attributes {
      cca.schedule = #cca.schedule<block_q = 128, block_kv = 64, stages = 2, consumers = 2, softmax = bounded>} {
    %rows = hopper.row_index : tensor<126xi32>
    %positive = arith.cmpi sgt, %rows, %rows : tensor<126xi32>
    %one = arith.constant dense<1.0> : tensor<126x64xbf16>
    %tile = hopper.mask_rows %one where %positive : tensor<126x64xbf16>, tensor<126xi1>
    hopper.store %tile, %map[%i, %i] : tensor<126x64xbf16>, !map
    gpu.return
  }
}

// The first operand moves to registers, once, and its stage is free for the next tile; the second one stays.
// CHECK-LABEL: gpu.func @first_operand_to_registers
// CHECK-SAME:    %[[RQ:[a-z0-9]*]]: !hopper.ring<1, {{[^,]*}}, swizzle = 128>>, %[[RK:[a-z0-9]*]]: !
// CHECK:         %[[CONSUMER:.*]] = hopper.consumer_index
// CHECK:         %[[Q:.*]] = hopper.get_enter %[[RQ]]
// CHECK-NEXT:    %[[C64:.*]] = arith.constant 64 : i32
// CHECK-NEXT:    %[[ROW:.*]] = arith.muli %[[CONSUMER]], %[[C64]]
// CHECK-NEXT:    %[[MINE:.*]] = hopper.slice_rows %[[Q]][%[[ROW]]] : <128x64xbf16, swizzle = 128> -> <64x64xbf16, swizzle = 128, panel_rows = 128>
// CHECK-NEXT:    %[[A:.*]] = hopper.ldmatrix %[[MINE]] : {{.*}} -> tensor<64x64xbf16, #hopper.fragment>
// CHECK-NEXT:    hopper.get_exit %[[Q]], %[[RQ]]
// CHECK:         scf.for
// CHECK-NEXT:      %[[K:.*]] = hopper.get_enter %[[RK]]
// CHECK-NEXT:      hopper.dot %[[A]], %[[K]] transpose_b : tensor<64x64xbf16, #hopper.fragment>, !hopper.smem<128x64xbf16, swizzle = 128> -> tensor<64x128xf32, #hopper.fragment>
gpu.module @first_operand_to_registers {
  gpu.func @first_operand_to_registers(%rq: !queries, %rk: !keys, %n: i32) kernel attributes {
      cca.schedule = #cca.schedule<block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = bounded>} {
    %c1 = arith.constant 1 : i32
    %q = hopper.get_enter %rq : !queries
    scf.for %i = %c1 to %n step %c1 : i32 {
      %k = hopper.get_enter %rk : !keys
      %s = hopper.dot %q, %k transpose_b : !stage, !stage -> tensor<128x128xf32>
      hopper.get_exit %k, %rk : !keys
    }
    hopper.get_exit %q, %rq : !queries
    gpu.return
  }
}

// 256 columns would take the registers that the accumulator needs: products read them where they are.
// CHECK-LABEL: gpu.func @wide_first_operand_in_place
// CHECK:         %[[Q:.*]] = hopper.get_enter
// CHECK:         %[[MINE:.*]] = hopper.slice_rows %[[Q]][
// CHECK-NOT:     hopper.ldmatrix
// CHECK:         hopper.dot %[[MINE]], %{{.*}} transpose_b : !hopper.smem<64x256xbf16, swizzle = 128, panel_rows = 64>, !hopper.smem<64x256xbf16, swizzle = 128> -> tensor<64x64xf32, #hopper.fragment>
// CHECK:         hopper.get_exit %[[Q]]
gpu.module @wide_first_operand_in_place {
  gpu.func @wide_first_operand_in_place(%rq: !wide, %k: !wide_stage) kernel {
    %q = hopper.get_enter %rq : !wide
    %s = hopper.dot %q, %k transpose_b : !wide_stage, !wide_stage -> tensor<64x64xf32>
    hopper.get_exit %q, %rq : !wide
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @stores_through_a_staging_tile
// CHECK-SAME:    %[[MAP:[a-z0-9]*]]: !{{.*}}, %[[ROW:[a-z0-9]*]]: i32, %[[COL:[a-z0-9]*]]: i32)
// CHECK:         %[[STAGING:.*]] = hopper.alloc : <64x64xbf16, swizzle = 128>
// CHECK:         %[[CONSUMER:.*]] = hopper.consumer_index
// CHECK:         %[[TILE:.*]] = arith.constant dense<1.000000e+00> : tensor<64x64xbf16, #hopper.fragment>
// CHECK:         hopper.stmatrix %[[TILE]], %[[STAGING]]
// CHECK:         %[[FIRST:.*]] = arith.muli %[[CONSUMER]], %{{.*}} : i32
// CHECK:         %[[MINE:.*]] = arith.addi %[[ROW]], %[[FIRST]]
// CHECK:         hopper.tma_store %[[STAGING]], %[[MAP]][%[[MINE]], %[[COL]]]
// CHECK-NOT:     hopper.store
gpu.module @stores_through_a_staging_tile {
  gpu.func @stores_through_a_staging_tile(%map: !map, %row: i32, %col: i32) kernel attributes {
      cca.schedule = #cca.schedule<block_q = 128, block_kv = 64, stages = 2, consumers = 2, softmax = bounded>} {
    %tile = arith.constant dense<1.0> : tensor<128x64xbf16>
    hopper.store %tile, %map[%row, %col] : tensor<128x64xbf16>, !map
    gpu.return
  }
}

// Rows are the first dimension of the box that is not 1.
// CHECK-LABEL: gpu.func @stores_to_the_rows_of_a_box
// CHECK-SAME:    %[[MAP:[a-z0-9]*]]: !{{.*}}, %[[B:[a-z0-9]*]]: i32, %[[ROW:[a-z0-9]*]]: i32, %[[H:[a-z0-9]*]]: i32)
// CHECK:         %[[MINE:.*]] = arith.addi %[[ROW]],
// CHECK:         hopper.tma_store %{{.*}}, %[[MAP]][%[[B]], %[[MINE]], %[[H]], %[[H]]]
gpu.module @stores_to_the_rows_of_a_box {
  gpu.func @stores_to_the_rows_of_a_box(%map: !hopper.tensor_map<1x64x1x64xbf16, swizzle = 128>, %b: i32, %row: i32, %h: i32) kernel {
    %tile = arith.constant dense<1.0> : tensor<64x64xbf16>
    hopper.store %tile, %map[%b, %row, %h, %h] : tensor<64x64xbf16>, !hopper.tensor_map<1x64x1x64xbf16, swizzle = 128>
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @row_indices_of_this_consumer
// CHECK:         %[[CONSUMER:.*]] = hopper.consumer_index
// CHECK:         %[[LOCAL:.*]] = hopper.row_index : tensor<64xi32, #hopper.rows>
// CHECK:         %[[FIRST:.*]] = arith.muli %[[CONSUMER]]
// CHECK:         %[[OFFSET:.*]] = tensor.splat %[[FIRST]] : tensor<64xi32, #hopper.rows>
// CHECK:         %[[ROWS:.*]] = arith.addi %[[LOCAL]], %[[OFFSET]]
// CHECK:         arith.muli %[[ROWS]], %[[ROWS]]
gpu.module @row_indices_of_this_consumer {
  gpu.func @row_indices_of_this_consumer() kernel attributes {
      cca.schedule = #cca.schedule<block_q = 128, block_kv = 64, stages = 2, consumers = 2, softmax = bounded>} {
    %rows = hopper.row_index : tensor<128xi32>
    %squares = arith.muli %rows, %rows : tensor<128xi32>
    gpu.return
  }
}

// The lanes of a quad have a quarter of the columns each.
// CHECK-LABEL: gpu.func @reductions_are_partial_and_combined
// CHECK:         %[[PARTIAL:.*]] = hopper.reduce_rows max %{{.*}} -> tensor<64xf32, #hopper.rows<partial>>
// CHECK-NEXT:    %[[ROWS:.*]] = hopper.combine_rows max %[[PARTIAL]] : tensor<64xf32, #hopper.rows<partial>> -> tensor<64xf32, #hopper.rows>
// CHECK-NEXT:    hopper.broadcast_rows %[[ROWS]]
gpu.module @reductions_are_partial_and_combined {
  gpu.func @reductions_are_partial_and_combined() kernel {
    %tile = arith.constant dense<1.0> : tensor<64x64xf32>
    %rows = hopper.reduce_rows max %tile : tensor<64x64xf32> -> tensor<64xf32>
    %b = hopper.broadcast_rows %rows : tensor<64xf32> -> tensor<64x64xf32>
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @rows_stored_by_this_consumer
// CHECK-SAME:    %[[BUFFER:[a-z0-9]*]]: memref<?x?xf32>, %[[I:[a-z0-9]*]]: index, %[[LIMIT:[a-z0-9]*]]: i32)
// CHECK:         %[[CONSUMER:.*]] = hopper.consumer_index
// CHECK:         %[[FIRST:.*]] = arith.muli %[[CONSUMER]]
// CHECK:         %[[OFFSET:.*]] = arith.index_cast %[[FIRST]] : i32 to index
// CHECK:         %[[AT:.*]] = arith.addi %[[I]], %[[OFFSET]] : index
// CHECK:         %[[LEFT:.*]] = arith.subi %[[LIMIT]], %[[FIRST]] : i32
// CHECK:         hopper.store_rows %{{.*}}, %[[BUFFER]][%[[I]], %[[AT]]] along 1 limit %[[LEFT]] : tensor<64xf32, #hopper.rows>
gpu.module @rows_stored_by_this_consumer {
  gpu.func @rows_stored_by_this_consumer(%buffer: memref<?x?xf32>, %i: index, %limit: i32) kernel attributes {
      cca.schedule = #cca.schedule<block_q = 128, block_kv = 64, stages = 2, consumers = 2, softmax = bounded>} {
    %rows = arith.constant dense<1.0> : tensor<128xf32>
    hopper.store_rows %rows, %buffer[%i, %i] along 1 limit %limit : tensor<128xf32>, memref<?x?xf32>
    gpu.return
  }
}

// What one product reads once stays in shared memory. Panels of a tile leave through staging tiles in turn, as many as
// there is room for.
// CHECK-LABEL: gpu.func @first_operand_of_one_product
// CHECK:         %[[FIRST:.*]] = hopper.alloc : <64x64xbf16, swizzle = 128>
// CHECK:         %[[SECOND:.*]] = hopper.alloc : <64x64xbf16, swizzle = 128>
// CHECK-NOT:     hopper.alloc
// CHECK:         %[[MINE:.*]] = hopper.slice_rows
// CHECK-NOT:     hopper.ldmatrix
// CHECK:         %[[SUM:.*]] = hopper.dot %[[MINE]], %{{.*}} : {{.*}} -> tensor<64x128xf32, #hopper.fragment>
// CHECK:         tensor.extract_slice %[[SUM]][0, 64] [64, 64] [1, 1] : tensor<64x128xf32, #hopper.fragment> to tensor<64x64xf32, #hopper.fragment>
// CHECK:         hopper.stmatrix %{{.*}}, %[[FIRST]]
// CHECK:         hopper.tma_store %[[FIRST]]
// CHECK:         hopper.stmatrix %{{.*}}, %[[SECOND]]
// CHECK:         hopper.tma_store %[[SECOND]]
gpu.module @first_operand_of_one_product {
  gpu.func @first_operand_of_one_product(%rx: !queries, %rw: !keys, %out: !map, %i: i32) kernel attributes {
      cca.schedule = #cca.gemm_schedule<block_m = 128, block_n = 128, block_k = 64, stages = 2, consumers = 2>} {
    %x = hopper.get_enter %rx : !queries
    %w = hopper.get_enter %rw : !keys
    %s = hopper.dot %x, %w transpose_b : !stage, !stage -> tensor<128x128xf32>
    hopper.get_exit %x, %rx : !queries
    hopper.get_exit %w, %rw : !keys
    %panel = tensor.extract_slice %s[0, 64] [128, 64] [1, 1] : tensor<128x128xf32> to tensor<128x64xf32>
    %half = arith.truncf %panel : tensor<128x64xf32> to tensor<128x64xbf16>
    hopper.store %half, %out[%i, %i] : tensor<128x64xbf16>, !map
    hopper.store %half, %out[%i, %i] : tensor<128x64xbf16>, !map
    gpu.return
  }
}

// Whole tiles in shared memory: each consumer reads rows of its own, the same number of rows further.
// CHECK-LABEL: gpu.func @rows_of_a_stage
// CHECK-SAME:    %[[STAGE:[a-z0-9]*]]: !hopper.smem<136x64xbf16, swizzle = 128>, %[[ROW:[a-z0-9]*]]: i32
// CHECK:         %[[CONSUMER:.*]] = hopper.consumer_index
// CHECK:         %[[MINE:.*]] = arith.muli %[[CONSUMER]], %{{.*}}
// CHECK-NEXT:    %[[FIRST:.*]] = arith.addi %[[ROW]], %[[MINE]]
// CHECK-NEXT:    hopper.ldmatrix %[[STAGE]][%[[FIRST]]] : <136x64xbf16, swizzle = 128> -> tensor<64x64xbf16, #hopper.fragment>
gpu.module @rows_of_a_stage {
  gpu.func @rows_of_a_stage(%stage: !hopper.smem<136x64xbf16, swizzle = 128>, %row: i32) kernel attributes {
      cca.schedule = #cca.mix_schedule<block_m = 128, stages = 1, consumers = 2>} {
    %t = hopper.ldmatrix %stage[%row] : !hopper.smem<136x64xbf16, swizzle = 128> -> tensor<128x64xbf16>
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @rows_by_index
// CHECK:         hopper.gather {{.*}} : memref<?xi32>, tensor<64xi32, #hopper.rows> -> tensor<64xi32, #hopper.rows>
// CHECK:         hopper.gather {{.*}} : memref<?x16xbf16>, tensor<64xi32, #hopper.rows> -> tensor<64x16xbf16, #hopper.fragment>
// CHECK:         hopper.mask_rows {{.*}} : tensor<64x16xbf16, #hopper.fragment>, tensor<64xi1, #hopper.rows>
// CHECK:         hopper.concat_columns {{.*}} -> tensor<64x32xbf16, #hopper.fragment>
gpu.module @rows_by_index {
  gpu.func @rows_by_index(%bounds: memref<?xi32>, %table: memref<?x16xbf16>, %i: index) kernel attributes {
      cca.schedule = #cca.mix_schedule<block_m = 128, stages = 1, consumers = 2>} {
    %r = hopper.row_index : tensor<128xi32>
    %b = hopper.gather %bounds[%i] rows %r along 0 : memref<?xi32>, tensor<128xi32> -> tensor<128xi32>
    %c = arith.cmpi slt, %b, %r : tensor<128xi32>
    %t = hopper.gather %table[%i, %i] rows %r along 0 : memref<?x16xbf16>, tensor<128xi32> -> tensor<128x16xbf16>
    %m = hopper.mask_rows %t where %c : tensor<128x16xbf16>, tensor<128xi1>
    %u = hopper.concat_columns %m, %t : tensor<128x16xbf16>, tensor<128x16xbf16> -> tensor<128x32xbf16>
    gpu.return
  }
}

// A store that is not always executed has no turn: each waits for the one before.
// CHECK-LABEL: gpu.func @stores_without_turns
// CHECK:         hopper.alloc
// CHECK-NOT:     hopper.alloc
gpu.module @stores_without_turns {
  gpu.func @stores_without_turns(%out: !map, %i: i32, %condition: i1) kernel attributes {
      cca.schedule = #cca.gemm_schedule<block_m = 64, block_n = 128, block_k = 64, stages = 2, consumers = 1>} {
    %tile = arith.constant dense<1.0> : tensor<64x64xbf16>
    hopper.store %tile, %out[%i, %i] : tensor<64x64xbf16>, !map
    scf.if %condition {
      hopper.store %tile, %out[%i, %i] : tensor<64x64xbf16>, !map
    }
    gpu.return
  }
}
