// RUN: cca-opt %s --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-buffer-loads)))' | FileCheck %s

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16>
!tile = tensor<64x64xf32>

// A stage that is used once, and one that all iterations of a loop use.
// CHECK-LABEL: gpu.func @stages_are_left_after_the_last_use
// CHECK-SAME:    %[[QUERIES:[a-z0-9]*]]: !hopper.tensor_map<64x64xbf16, swizzle = 128>, %[[KEYS:[a-z0-9]*]]: !
// CHECK-DAG:     %[[RQ:.*]] = hopper.ring : <1, <64x64xbf16, swizzle = 128>>
// CHECK-DAG:     %[[RK:.*]] = hopper.ring : <2, <64x64xbf16, swizzle = 128>>
// CHECK:         %[[PUT:.*]] = hopper.put_enter %[[RQ]]
// CHECK-NEXT:    hopper.tma_load %[[QUERIES]][%{{.*}}, %{{.*}}], %[[PUT]]
// CHECK-NEXT:    hopper.put_exit %[[PUT]], %[[RQ]]
// CHECK-NEXT:    %[[Q:.*]] = hopper.get_enter %[[RQ]]
// CHECK-NEXT:    scf.for %[[I:.*]] =
// CHECK-NEXT:      %[[PUT_K:.*]] = hopper.put_enter %[[RK]]
// CHECK-NEXT:      hopper.tma_load %[[KEYS]][%[[I]], %{{.*}}], %[[PUT_K]]
// CHECK-NEXT:      hopper.put_exit %[[PUT_K]], %[[RK]]
// CHECK-NEXT:      %[[K:.*]] = hopper.get_enter %[[RK]]
// CHECK-NEXT:      %[[S:.*]] = hopper.dot %[[Q]], %[[K]] transpose_b
// CHECK-NEXT:      hopper.get_exit %[[K]], %[[RK]]
// CHECK-NEXT:      math.exp2 %[[S]]
// CHECK-NEXT:    }
// CHECK-NEXT:    hopper.get_exit %[[Q]], %[[RQ]]
// CHECK-NEXT:    gpu.return
gpu.module @stages_are_left_after_the_last_use {
  gpu.func @stages_are_left_after_the_last_use(%queries: !map, %keys: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %q = hopper.load %queries[%c0, %c0] : !map -> !half
    scf.for %i = %c0 to %n step %c1 : i32 {
      %k = hopper.load %keys[%i, %c0] : !map -> !half
      %s = hopper.dot %q, %k transpose_b : !half, !half -> !tile
      %e = math.exp2 %s : !tile
    }
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @loads_of_a_map_share_a_ring
// CHECK:         %[[RING:.*]] = hopper.ring
// CHECK-NOT:     hopper.ring
// CHECK:         hopper.get_enter %[[RING]]
// CHECK:         hopper.get_enter %[[RING]]
// CHECK-NOT:     hopper.load
gpu.module @loads_of_a_map_share_a_ring {
  gpu.func @loads_of_a_map_share_a_ring(%q: !half, %keys: !map, %i: i32, %j: i32) kernel {
    %k0 = hopper.load %keys[%i, %j] : !map -> !half
    %s0 = hopper.dot %q, %k0 transpose_b : !half, !half -> !tile
    %k1 = hopper.load %keys[%j, %i] : !map -> !half
    %s1 = hopper.dot %q, %k1, %s0 transpose_b : !half, !half -> !tile
    gpu.return
  }
}

// Loads of two maps that have one name for their ring take turns at its stages.
// CHECK-LABEL: gpu.func @loads_of_one_name_share_a_ring
// CHECK-SAME:    %[[KEYS:[a-z0-9]*]]: !hopper.tensor_map<64x64xbf16, swizzle = 128>, %[[VALUES:[a-z0-9]*]]: !
// CHECK:         %[[RING:.*]] = hopper.ring : <3, <64x64xbf16, swizzle = 128>>
// CHECK-NOT:     hopper.ring :
// CHECK:         hopper.tma_load %[[KEYS]]
// CHECK:         hopper.get_enter %[[RING]]
// CHECK:         hopper.tma_load %[[VALUES]]
// CHECK:         hopper.get_enter %[[RING]]
gpu.module @loads_of_one_name_share_a_ring {
  gpu.func @loads_of_one_name_share_a_ring(%keys: !map, %values: !map, %q: !half, %i: i32) kernel {
    %k = hopper.load %keys[%i, %i] {hopper.shared_ring = "panels", hopper.stages = 3} : !map -> !half
    %s0 = hopper.dot %q, %k transpose_b : !half, !half -> !tile
    %v = hopper.load %values[%i, %i] {hopper.shared_ring = "panels", hopper.stages = 3} : !map -> !half
    %s1 = hopper.dot %q, %v, %s0 transpose_b : !half, !half -> !tile
    gpu.return
  }
}

// First operands of products are loaded once per tile: one stage is enough for them.
// CHECK-LABEL: gpu.func @second_operands_have_the_stages_of_the_schedule
// CHECK-DAG:     %[[RK:.*]] = hopper.ring : <3, <64x64xbf16, swizzle = 128>>
// CHECK-DAG:     %[[RQ:.*]] = hopper.ring : <1, <64x64xbf16, swizzle = 128>>
// CHECK:         %[[Q:.*]] = hopper.get_enter %[[RQ]]
// CHECK:         %[[K:.*]] = hopper.get_enter %[[RK]]
// CHECK:         hopper.dot %[[Q]], %[[K]]
gpu.module @second_operands_have_the_stages_of_the_schedule {
  gpu.func @second_operands_have_the_stages_of_the_schedule(%queries: !map, %keys: !map, %i: i32) kernel attributes {
      cca.schedule = #cca.schedule<block_q = 64, block_kv = 64, stages = 3, consumers = 1, softmax = bounded, ping_pong = false>} {
    %q = hopper.load %queries[%i, %i] : !map -> !half
    %k = hopper.load %keys[%i, %i] : !map -> !half
    %s = hopper.dot %q, %k transpose_b : !half, !half -> !tile
    gpu.return
  }
}

// Both operands of a sum of products are loaded again and again.
// CHECK-LABEL: gpu.func @sums_have_the_stages_of_the_schedule
// CHECK-COUNT-2: hopper.ring : <3, <64x64xbf16, swizzle = 128>>
gpu.module @sums_have_the_stages_of_the_schedule {
  gpu.func @sums_have_the_stages_of_the_schedule(%x: !map, %w: !map, %i: i32) kernel attributes {
      cca.schedule = #cca.gemm_schedule<block_m = 64, block_n = 64, block_k = 64, stages = 3, consumers = 1>} {
    %c1 = arith.constant 1 : i32
    %zero = arith.constant dense<0.0> : !tile
    %sum = scf.for %k = %c1 to %i step %c1 iter_args(%s = %zero) -> (!tile) : i32 {
      %a = hopper.load %x[%i, %k] : !map -> !half
      %b = hopper.load %w[%i, %k] : !map -> !half
      %next = hopper.dot %a, %b, %s transpose_b : !half, !half -> !tile
      scf.yield %next : !tile
    }
    gpu.return
  }
}

// A load whose result nothing uses keeps its place in the order of puts and gets.
// CHECK-LABEL: gpu.func @unused_load
// CHECK:         %[[T:.*]] = hopper.get_enter %[[RING:.*]] :
// CHECK-NEXT:    hopper.get_exit %[[T]], %[[RING]]
gpu.module @unused_load {
  gpu.func @unused_load(%keys: !map, %i: i32) kernel {
    %k = hopper.load %keys[%i, %i] : !map -> !half
    gpu.return
  }
}

// Rows of a tile, from any one on, go to registers where they are sliced; the whole tile before its first other use.
// CHECK-LABEL: gpu.func @rows_to_registers
// CHECK-DAG:     %[[RX:.*]] = hopper.ring : <2, <72x64xbf16, swizzle = 128>>
// CHECK-DAG:     %[[RY:.*]] = hopper.ring : <2, <64x64xbf16, swizzle = 128>>
// CHECK:         %[[X:.*]] = hopper.get_enter %[[RX]]
// CHECK:         %[[C8:.*]] = arith.constant 8 : i32
// CHECK-NEXT:    %[[X0:.*]] = hopper.ldmatrix %[[X]][%[[C8]]] : <72x64xbf16, swizzle = 128> -> tensor<64x64xbf16>
// CHECK:         %[[Y:.*]] = hopper.get_enter %[[RY]]
// CHECK-NEXT:    %[[TILE:.*]] = hopper.ldmatrix %[[Y]] : <64x64xbf16, swizzle = 128> -> tensor<64x64xbf16>
// CHECK-NEXT:    hopper.get_exit %[[Y]], %[[RY]]
// CHECK-NEXT:    arith.addf %[[X0]], %[[TILE]]
// CHECK-NEXT:    arith.mulf %[[TILE]], %[[TILE]]
// CHECK:         %[[C5:.*]] = arith.constant 5 : i32
// CHECK-NEXT:    hopper.ldmatrix %[[X]][%[[C5]]]
// CHECK-NEXT:    hopper.get_exit %[[X]], %[[RX]]
gpu.module @rows_to_registers {
  gpu.func @rows_to_registers(%tall: !hopper.tensor_map<72x64xbf16, swizzle = 128>, %map: !map, %i: i32) kernel {
    %x = hopper.load %tall[%i, %i] : !hopper.tensor_map<72x64xbf16, swizzle = 128> -> tensor<72x64xbf16>
    %x0 = tensor.extract_slice %x[8, 0] [64, 64] [1, 1] : tensor<72x64xbf16> to !half
    %y = hopper.load %map[%i, %i] : !map -> !half
    %sum = arith.addf %x0, %y : !half
    %square = arith.mulf %y, %y : !half
    %x3 = tensor.extract_slice %x[5, 0] [64, 64] [1, 1] : tensor<72x64xbf16> to !half
    gpu.return
  }
}

// The whole tile goes to registers for some of its columns.
// CHECK-LABEL: gpu.func @columns_to_registers
// CHECK:         %[[T:.*]] = hopper.get_enter %[[RING:.*]] :
// CHECK-NEXT:    %[[TILE:.*]] = hopper.ldmatrix %[[T]] : <64x64xbf16, swizzle = 128> -> tensor<64x64xbf16>
// CHECK-NEXT:    hopper.get_exit %[[T]], %[[RING]]
// CHECK-NEXT:    %[[LOWER:.*]] = tensor.extract_slice %[[TILE]][0, 0] [64, 32]
// CHECK-NEXT:    %[[UPPER:.*]] = tensor.extract_slice %[[TILE]][0, 32] [64, 32]
// CHECK-NEXT:    arith.mulf %[[LOWER]], %[[UPPER]]
gpu.module @columns_to_registers {
  gpu.func @columns_to_registers(%map: !map, %i: i32) kernel {
    %tile = hopper.load %map[%i, %i] : !map -> !half
    %lower = tensor.extract_slice %tile[0, 0] [64, 32] [1, 1] : !half to tensor<64x32xbf16>
    %upper = tensor.extract_slice %tile[0, 32] [64, 32] [1, 1] : !half to tensor<64x32xbf16>
    %product = arith.mulf %lower, %upper : tensor<64x32xbf16>
    gpu.return
  }
}

// Tiles that stay for all iterations of a loop have a stage each, whatever the schedule says.
// CHECK-LABEL: gpu.func @second_operands_that_stay
// CHECK:         %[[RING:.*]] = hopper.ring : <3, <64x64xbf16, swizzle = 128>>
// CHECK-COUNT-3: hopper.get_enter %[[RING]]
// CHECK:         scf.for
// CHECK:         }
// CHECK-COUNT-3: hopper.get_exit %{{.*}}, %[[RING]]
gpu.module @second_operands_that_stay {
  gpu.func @second_operands_that_stay(%q: !half, %taps: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %t0 = hopper.load %taps[%c0, %c0] : !map -> !half
    %t1 = hopper.load %taps[%c1, %c0] : !map -> !half
    %t2 = hopper.load %taps[%n, %c0] : !map -> !half
    scf.for %i = %c0 to %n step %c1 : i32 {
      %s0 = hopper.dot %q, %t0 : !half, !half -> !tile
      %s1 = hopper.dot %q, %t1, %s0 : !half, !half -> !tile
      %s2 = hopper.dot %q, %t2, %s1 : !half, !half -> !tile
    }
    gpu.return
  }
}
