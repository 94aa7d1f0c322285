// RUN: cca-opt %s --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-overlap-softmax)))' | FileCheck %s

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16>
!tile = tensor<64x64xf32>
!rows = tensor<64xf32>

// The scores of a step, then the weighted values of the step before, whose weights and coordinates are carried.
// CHECK-LABEL: gpu.func @one_loop
// CHECK-SAME:    %[[Q:.*]]: tensor<64x64xbf16>, %[[P0:.*]]: tensor<64x64xbf16>, %[[KEYS:.*]]: !{{.*}}, %[[VALUES:.*]]: !{{.*}}, %[[OUT:.*]]: !{{.*}}, %[[N:[a-z0-9]*]]: i32)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : i32
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<64x64xf32>
// CHECK-NOT:     hopper.dot
// CHECK:         %[[LAST:.*]]:4 = scf.for %[[I:.*]] = {{.*}} iter_args(%[[SUM:.*]] = %[[ZERO]], %[[P:.*]] = %[[P0]], %[[R0:.*]] = %[[C0]], %[[COL:.*]] = %[[C0]])
// CHECK-NEXT:      %[[ROW:.*]] = arith.muli %[[I]]
// CHECK-NEXT:      %[[K:.*]] = hopper.load %[[KEYS]][%[[ROW]], %[[C0]]]
// CHECK-NEXT:      %[[S:.*]] = hopper.dot %[[Q]], %[[K]] transpose_b
// CHECK-NEXT:      %[[V:.*]] = hopper.load %[[VALUES]][%[[R0]], %[[COL]]]
// CHECK-NEXT:      %[[O:.*]] = hopper.dot %[[P]], %[[V]], %[[SUM]]
// CHECK-NEXT:      %[[E:.*]] = math.exp2 %[[S]]
// CHECK-NEXT:      %[[H:.*]] = arith.truncf %[[E]]
// CHECK-NEXT:      scf.yield %[[O]], %[[H]], %[[ROW]], %[[C0]]
// CHECK:         %[[V1:.*]] = hopper.load %[[VALUES]][%[[LAST]]#2, %[[LAST]]#3]
// CHECK-NEXT:    %[[O1:.*]] = hopper.dot %[[LAST]]#1, %[[V1]], %[[LAST]]#0
// CHECK-NEXT:    %[[OH:.*]] = arith.truncf %[[O1]]
// CHECK-NEXT:    hopper.store %[[OH]], %[[OUT]]
gpu.module @one_loop {
  gpu.func @one_loop(%q: !half, %p0: !half, %keys: !map, %values: !map, %out: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c64 = arith.constant 64 : i32
    %v0 = hopper.load %values[%c0, %c0] : !map -> !half
    %o0 = hopper.dot %p0, %v0 : !half, !half -> !tile
    %o = scf.for %i = %c1 to %n step %c1 iter_args(%sum = %o0) -> (!tile) : i32 {
      %row = arith.muli %i, %c64 : i32
      %k = hopper.load %keys[%row, %c0] : !map -> !half
      %s = hopper.dot %q, %k transpose_b : !half, !half -> !tile
      %e = math.exp2 %s : !tile
      %p = arith.truncf %e : !tile to !half
      %v = hopper.load %values[%row, %c0] : !map -> !half
      %next = hopper.dot %p, %v, %sum : !half, !half -> !tile
      scf.yield %next : !tile
    }
    %oh = arith.truncf %o : !tile to !half
    hopper.store %oh, %out[%c0, %c0] : !half, !map
    gpu.return
  }
}

// The last product of one loop is the first of the next; only one is left after both.
// CHECK-LABEL: gpu.func @two_loops
// CHECK-SAME:    , %[[VALUES:[a-z0-9]*]]: !hopper.tensor_map<64x64xbf16, swizzle = 128>, %[[N:[a-z0-9]*]]: i32)
// CHECK-NOT:     hopper.dot
// CHECK:         %[[FIRST:.*]]:4 = scf.for
// CHECK:           hopper.dot %{{.*}} transpose_b
// CHECK:           hopper.dot
// CHECK:           scf.yield
// CHECK-NEXT:    }
// CHECK-NEXT:    %[[SECOND:.*]]:4 = scf.for {{.*}} iter_args(%{{.*}} = %[[FIRST]]#0, %{{.*}} = %[[FIRST]]#1, %{{.*}} = %[[FIRST]]#2, %{{.*}} = %[[FIRST]]#3)
// CHECK:           hopper.dot %{{.*}} transpose_b
// CHECK:           hopper.dot
// CHECK:           scf.yield
// CHECK-NEXT:    }
// CHECK-NEXT:    %[[V:.*]] = hopper.load %[[VALUES]][%[[SECOND]]#2, %[[SECOND]]#3]
// CHECK-NEXT:    hopper.dot %[[SECOND]]#1, %[[V]], %[[SECOND]]#0
// CHECK-NOT:     hopper.dot
gpu.module @two_loops {
  gpu.func @two_loops(%q: !half, %p0: !half, %keys: !map, %values: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %v0 = hopper.load %values[%c0, %c0] : !map -> !half
    %o0 = hopper.dot %p0, %v0 : !half, !half -> !tile
    %o1 = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %o0) -> (!tile) : i32 {
      %k = hopper.load %keys[%i, %c0] : !map -> !half
      %s = hopper.dot %q, %k transpose_b : !half, !half -> !tile
      %p = arith.truncf %s : !tile to !half
      %v = hopper.load %values[%i, %c0] : !map -> !half
      %next = hopper.dot %p, %v, %sum : !half, !half -> !tile
      scf.yield %next : !tile
    }
    %o2 = scf.for %i = %n to %c0 step %c1 iter_args(%sum = %o1) -> (!tile) : i32 {
      %k = hopper.load %keys[%i, %c0] : !map -> !half
      %s = hopper.dot %q, %k transpose_b : !half, !half -> !tile
      %p = arith.truncf %s : !tile to !half
      %v = hopper.load %values[%i, %c0] : !map -> !half
      %next = hopper.dot %p, %v, %sum : !half, !half -> !tile
      scf.yield %next : !tile
    }
    %e = math.exp2 %o2 : !tile
    gpu.return
  }
}

// Online softmax scales the sum after the scores: what it scales is the product of the same iteration.
// CHECK-LABEL: gpu.func @sum_scaled_after_the_scores
// CHECK:         %[[LAST:.*]]:5 = scf.for {{.*}} iter_args(%[[M:.*]] = %{{.*}}, %[[SUM:.*]] = %{{.*}}, %[[P:.*]] = %{{.*}}, %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}})
// CHECK:           %[[S:.*]] = hopper.dot %{{.*}} transpose_b
// CHECK:           %[[O:.*]] = hopper.dot %[[P]], %{{.*}}, %[[SUM]]
// CHECK:           %[[MAX:.*]] = hopper.reduce_rows max %[[S]]
// CHECK:           %[[B:.*]] = hopper.broadcast_rows %[[MAX]]
// CHECK:           %[[SCALED:.*]] = arith.mulf %[[O]], %[[B]]
// CHECK:           %[[H:.*]] = arith.truncf %[[S]]
// CHECK:           scf.yield %[[MAX]], %[[SCALED]], %[[H]]
// CHECK:         %[[SUM1:.*]] = hopper.dot %[[LAST]]#2, %{{.*}}, %[[LAST]]#1
// CHECK-NEXT:    hopper.broadcast_rows %[[LAST]]#0
gpu.module @sum_scaled_after_the_scores {
  gpu.func @sum_scaled_after_the_scores(%q: !half, %p0: !half, %m0: !rows, %keys: !map, %values: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %v0 = hopper.load %values[%c0, %c0] : !map -> !half
    %o0 = hopper.dot %p0, %v0 : !half, !half -> !tile
    %o:2 = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %o0, %m = %m0) -> (!tile, !rows) : i32 {
      %k = hopper.load %keys[%i, %c0] : !map -> !half
      %s = hopper.dot %q, %k transpose_b : !half, !half -> !tile
      %max = hopper.reduce_rows max %s : !tile -> !rows
      %b = hopper.broadcast_rows %max : !rows -> !tile
      %scaled = arith.mulf %sum, %b : !tile
      %p = arith.truncf %s : !tile to !half
      %v = hopper.load %values[%i, %c0] : !map -> !half
      %next = hopper.dot %p, %v, %scaled : !half, !half -> !tile
      scf.yield %next, %max : !tile, !rows
    }
    %t = hopper.broadcast_rows %o#1 : !rows -> !tile
    %r = arith.addf %o#0, %t : !tile
    gpu.return
  }
}

// Scores that are computed from the sum so far cannot come before it.
// CHECK-LABEL: gpu.func @sum_used_before_the_scores
// CHECK:         %[[O0:.*]] = hopper.dot
// CHECK:         scf.for {{.*}} iter_args(%{{.*}} = %[[O0]]) -> (tensor<64x64xf32>)
gpu.module @sum_used_before_the_scores {
  gpu.func @sum_used_before_the_scores(%p0: !half, %keys: !map, %values: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %v0 = hopper.load %values[%c0, %c0] : !map -> !half
    %o0 = hopper.dot %p0, %v0 : !half, !half -> !tile
    %o = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %o0) -> (!tile) : i32 {
      %q = arith.truncf %sum : !tile to !half
      %k = hopper.load %keys[%i, %c0] : !map -> !half
      %s = hopper.dot %q, %k transpose_b : !half, !half -> !tile
      %p = arith.truncf %s : !tile to !half
      %v = hopper.load %values[%i, %c0] : !map -> !half
      %next = hopper.dot %p, %v, %sum : !half, !half -> !tile
      scf.yield %next : !tile
    }
    gpu.return
  }
}

// A sum that begins with values of another tensor map: no put of a ring could serve both.
// CHECK-LABEL: gpu.func @values_of_two_maps
// CHECK:         %[[O0:.*]] = hopper.dot
// CHECK:         scf.for {{.*}} iter_args(%{{.*}} = %[[O0]]) -> (tensor<64x64xf32>)
gpu.module @values_of_two_maps {
  gpu.func @values_of_two_maps(%q: !half, %p0: !half, %keys: !map, %values: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %v0 = hopper.load %keys[%c0, %c0] : !map -> !half
    %o0 = hopper.dot %p0, %v0 : !half, !half -> !tile
    %o = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %o0) -> (!tile) : i32 {
      %k = hopper.load %keys[%i, %c0] : !map -> !half
      %s = hopper.dot %q, %k transpose_b : !half, !half -> !tile
      %p = arith.truncf %s : !tile to !half
      %v = hopper.load %values[%i, %c0] : !map -> !half
      %next = hopper.dot %p, %v, %sum : !half, !half -> !tile
      scf.yield %next : !tile
    }
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @not_without_overlap
// CHECK:         %[[O0:.*]] = hopper.dot
// CHECK:         scf.for {{.*}} iter_args(%{{.*}} = %[[O0]]) -> (tensor<64x64xf32>)
gpu.module @not_without_overlap {
  gpu.func @not_without_overlap(%q: !half, %p0: !half, %keys: !map, %values: !map, %n: i32) kernel attributes {
      cca.schedule = #cca.schedule<block_q = 64, block_kv = 64, stages = 2, consumers = 1, softmax = bounded, overlap = false, ping_pong = false>} {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %v0 = hopper.load %values[%c0, %c0] : !map -> !half
    %o0 = hopper.dot %p0, %v0 : !half, !half -> !tile
    %o = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %o0) -> (!tile) : i32 {
      %k = hopper.load %keys[%i, %c0] : !map -> !half
      %s = hopper.dot %q, %k transpose_b : !half, !half -> !tile
      %p = arith.truncf %s : !tile to !half
      %v = hopper.load %values[%i, %c0] : !map -> !half
      %next = hopper.dot %p, %v, %sum : !half, !half -> !tile
      scf.yield %next : !tile
    }
    gpu.return
  }
}
