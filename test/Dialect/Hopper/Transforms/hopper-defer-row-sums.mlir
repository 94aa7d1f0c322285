// RUN: cca-opt %s --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-defer-row-sums)))' | FileCheck %s

!rows = tensor<64xf32, #hopper.rows>
!partial = tensor<64xf32, #hopper.rows<partial>>

// Online softmax: what is carried is scaled, and a sum is added to it.
// CHECK-LABEL: gpu.func @carried_sum
// CHECK-SAME:    %[[FIRST:[a-z0-9]*]]: tensor<64xf32, #hopper.rows<partial>>, %[[NEXT:[a-z0-9]*]]: tensor<64xf32, #hopper.rows<partial>>, %[[FACTOR:[a-z0-9]*]]: tensor<64xf32, #hopper.rows>
// CHECK-NOT:     hopper.combine_rows
// CHECK:         %[[SUM:.*]] = scf.for {{.*}} iter_args(%[[CARRIED:.*]] = %[[FIRST]]) -> (tensor<64xf32, #hopper.rows<partial>>)
// CHECK-NOT:       hopper.combine_rows
// CHECK:           %[[SPREAD:.*]] = hopper.spread_rows %[[FACTOR]]
// CHECK-NEXT:      %[[SCALED:.*]] = arith.mulf %[[CARRIED]], %[[SPREAD]]
// CHECK-NEXT:      %[[ADDED:.*]] = arith.addf %[[SCALED]], %[[NEXT]]
// CHECK-NEXT:      scf.yield %[[ADDED]]
// CHECK-NEXT:    }
// CHECK-NEXT:    %[[ROWS:.*]] = hopper.combine_rows add %[[SUM]]
// CHECK-NEXT:    hopper.store_rows %[[ROWS]]
gpu.module @carried_sum {
  gpu.func @carried_sum(%first: !partial, %next: !partial, %factor: !rows, %out: memref<64xf32>, %i: index, %n: i32) kernel {
    %c1 = arith.constant 1 : i32
    %first_sum = hopper.combine_rows add %first : !partial -> !rows
    %sum = scf.for %j = %c1 to %n step %c1 iter_args(%carried = %first_sum) -> (!rows) : i32 {
      %scaled = arith.mulf %carried, %factor : !rows
      %next_sum = hopper.combine_rows add %next : !partial -> !rows
      %added = arith.addf %scaled, %next_sum : !rows
      scf.yield %added : !rows
    }
    hopper.store_rows %sum, %out[%i] along 0 limit %n : !rows, memref<64xf32>
    gpu.return
  }
}

// Bounded softmax scales nothing; the sum goes through both loops.
// CHECK-LABEL: gpu.func @two_loops
// CHECK-NOT:     hopper.combine_rows
// CHECK:         %[[A:.*]] = scf.for
// CHECK-NOT:     hopper.combine_rows
// CHECK:         %[[B:.*]] = scf.for {{.*}} iter_args(%{{.*}} = %[[A]])
// CHECK-NOT:     hopper.combine_rows
// CHECK:         }
// CHECK-NEXT:    hopper.combine_rows add %[[B]]
gpu.module @two_loops {
  gpu.func @two_loops(%first: !partial, %next: !partial, %out: memref<64xf32>, %i: index, %n: i32) kernel {
    %c1 = arith.constant 1 : i32
    %first_sum = hopper.combine_rows add %first : !partial -> !rows
    %a = scf.for %j = %c1 to %n step %c1 iter_args(%carried = %first_sum) -> (!rows) : i32 {
      %next_sum = hopper.combine_rows add %next : !partial -> !rows
      %added = arith.addf %next_sum, %carried : !rows
      scf.yield %added : !rows
    }
    %b = scf.for %j = %c1 to %n step %c1 iter_args(%carried = %a) -> (!rows) : i32 {
      %next_sum = hopper.combine_rows add %next : !partial -> !rows
      %added = arith.addf %carried, %next_sum : !rows
      scf.yield %added : !rows
    }
    hopper.store_rows %b, %out[%i] along 0 limit %n : !rows, memref<64xf32>
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @addition
// CHECK-SAME:    %[[A:[a-z0-9]*]]: tensor<64xf32, #hopper.rows<partial>>, %[[B:[a-z0-9]*]]: tensor
// CHECK-NEXT:    %[[SUM:.*]] = arith.addf %[[A]], %[[B]] : tensor<64xf32, #hopper.rows<partial>>
// CHECK-NEXT:    %[[ROWS:.*]] = hopper.combine_rows add %[[SUM]]
// CHECK-NEXT:    hopper.store_rows %[[ROWS]]
gpu.module @addition {
  gpu.func @addition(%a: !partial, %b: !partial, %out: memref<64xf32>, %i: index, %limit: i32) kernel {
    %ra = hopper.combine_rows add %a : !partial -> !rows
    %rb = hopper.combine_rows add %b : !partial -> !rows
    %sum = arith.addf %ra, %rb : !rows
    hopper.store_rows %sum, %out[%i] along 0 limit %limit : !rows, memref<64xf32>
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @product
// CHECK-SAME:    %[[A:[a-z0-9]*]]: tensor<64xf32, #hopper.rows<partial>>, %[[FACTOR:[a-z0-9]*]]: tensor
// CHECK-NEXT:    %[[SPREAD:.*]] = hopper.spread_rows %[[FACTOR]]
// CHECK-NEXT:    %[[SCALED:.*]] = arith.mulf %[[A]], %[[SPREAD]] : tensor<64xf32, #hopper.rows<partial>>
// CHECK-NEXT:    %[[ROWS:.*]] = hopper.combine_rows add %[[SCALED]]
// CHECK-NEXT:    hopper.store_rows %[[ROWS]]
gpu.module @product {
  gpu.func @product(%a: !partial, %factor: !rows, %out: memref<64xf32>, %i: index, %limit: i32) kernel {
    %ra = hopper.combine_rows add %a : !partial -> !rows
    %scaled = arith.mulf %factor, %ra : !rows
    hopper.store_rows %scaled, %out[%i] along 0 limit %limit : !rows, memref<64xf32>
    gpu.return
  }
}

// A maximum is not linear; neither is the sum of a sum and something else.
// CHECK-LABEL: gpu.func @not_linear
// CHECK-SAME:    %[[A:[a-z0-9]*]]: tensor<64xf32, #hopper.rows<partial>>, %[[B:[a-z0-9]*]]: tensor<64xf32, #hopper.rows<partial>>, %[[C:[a-z0-9]*]]: tensor
// CHECK-NEXT:    %[[MA:.*]] = hopper.combine_rows max %[[A]]
// CHECK-NEXT:    %[[MB:.*]] = hopper.combine_rows max %[[B]]
// CHECK-NEXT:    %[[M:.*]] = arith.addf %[[MA]], %[[MB]] : tensor<64xf32, #hopper.rows>
// CHECK-NEXT:    %[[RA:.*]] = hopper.combine_rows add %[[A]]
// CHECK-NEXT:    %[[S:.*]] = arith.addf %[[RA]], %[[C]] : tensor<64xf32, #hopper.rows>
gpu.module @not_linear {
  gpu.func @not_linear(%a: !partial, %b: !partial, %c: !rows, %out: memref<64xf32>, %i: index, %limit: i32) kernel {
    %ma = hopper.combine_rows max %a : !partial -> !rows
    %mb = hopper.combine_rows max %b : !partial -> !rows
    %m = arith.addf %ma, %mb : !rows
    %ra = hopper.combine_rows add %a : !partial -> !rows
    %s = arith.addf %ra, %c : !rows
    hopper.store_rows %m, %out[%i] along 0 limit %limit : !rows, memref<64xf32>
    hopper.store_rows %s, %out[%i] along 0 limit %limit : !rows, memref<64xf32>
    gpu.return
  }
}

// The sum so far is needed in each iteration.
// CHECK-LABEL: gpu.func @sum_used_inside
// CHECK:         %[[FIRST:.*]] = hopper.combine_rows add
// CHECK:         scf.for {{.*}} iter_args(%{{.*}} = %[[FIRST]]) -> (tensor<64xf32, #hopper.rows>)
gpu.module @sum_used_inside {
  gpu.func @sum_used_inside(%first: !partial, %next: !partial, %out: memref<64xf32>, %i: index, %n: i32) kernel {
    %c1 = arith.constant 1 : i32
    %first_sum = hopper.combine_rows add %first : !partial -> !rows
    %sum = scf.for %j = %c1 to %n step %c1 iter_args(%carried = %first_sum) -> (!rows) : i32 {
      hopper.store_rows %carried, %out[%i] along 0 limit %n : !rows, memref<64xf32>
      %next_sum = hopper.combine_rows add %next : !partial -> !rows
      %added = arith.addf %carried, %next_sum : !rows
      scf.yield %added : !rows
    }
    gpu.return
  }
}
