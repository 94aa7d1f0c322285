// RUN: cca-opt %s --cca-lower-to-linalg --cse | FileCheck %s --implicit-check-not=cca.

// For each batch row, head and token: scores, softmax, and the weighted sum of values.
// CHECK-LABEL: func @full
//  CHECK-SAME:   (%[[Q:[^:]*]]: tensor<1x6x4x16xf32>, %[[K:[^:]*]]: tensor<1x6x2x16xf32>, %[[V:[^:]*]]: tensor<1x6x2x16xf32>)
//       CHECK:   %[[S:.*]] = arith.constant 6 : index
//       CHECK:   %[[OUT:.*]] = scf.forall (%[[B:.*]], %[[H:.*]], %[[T:.*]]) in (1, 4, 6) shared_outs(%[[INIT:.*]] = %{{.*}}) -> (tensor<1x6x4x16xf32>)
//       CHECK:     %[[C2:.*]] = arith.constant 2 : index
//       CHECK:     %[[KH:.*]] = arith.divui %[[H]], %[[C2]]
//       CHECK:     %[[COUNT:.*]] = arith.subi %[[S]], %c0
//   CHECK-DAG:     %[[KEYS:.*]] = tensor.extract_slice %[[K]][%[[B]], %c0, %[[KH]], 0] [1, %[[COUNT]], 1, 16] [1, 1, 1, 1] : tensor<1x6x2x16xf32> to tensor<?x16xf32>
//   CHECK-DAG:     %[[VALUES:.*]] = tensor.extract_slice %[[V]][%[[B]], %c0, %[[KH]], 0] [1, %[[COUNT]], 1, 16] [1, 1, 1, 1]
//   CHECK-DAG:     %[[QUERY:.*]] = tensor.extract_slice %[[Q]][%[[B]], %[[T]], %[[H]], 0] [1, 1, 1, 16] [1, 1, 1, 1] : tensor<1x6x4x16xf32> to tensor<16xf32>
//   CHECK-DAG:     %[[SCALE:.*]] = arith.constant 2.500000e-01 : f32
//       CHECK:     %[[DOTS:.*]] = linalg.contract {{.*}} ins(%[[QUERY]], %[[KEYS]] : {{.*}}) outs(%{{.*}} : tensor<?xf32>)
//       CHECK:     %[[SCORES:.*]] = linalg.generic {{.*}} ins(%[[DOTS]] : tensor<?xf32>)
//       CHECK:       arith.mulf %in, %[[SCALE]]
//       CHECK:     %[[LOWEST:.*]] = arith.constant 0xFF800000 : f32
//       CHECK:     %[[MAX0D:.*]] = linalg.reduce ins(%[[SCORES]] : tensor<?xf32>)
//       CHECK:       arith.maximumf
//       CHECK:     %[[MAX:.*]] = tensor.extract %[[MAX0D]][]
//       CHECK:     %[[P:.*]] = linalg.generic {{.*}} ins(%[[SCORES]] : tensor<?xf32>)
//       CHECK:       %[[SHIFTED:.*]] = arith.subf %in, %[[MAX]]
//       CHECK:       math.exp %[[SHIFTED]]
//       CHECK:     %[[SUM0D:.*]] = linalg.reduce ins(%[[P]] : tensor<?xf32>)
//       CHECK:       arith.addf
//       CHECK:     %[[SUM:.*]] = tensor.extract %[[SUM0D]][]
//       CHECK:     %[[PV:.*]] = linalg.contract {{.*}} ins(%[[P]], %[[VALUES]] : {{.*}}) outs(%{{.*}} : tensor<16xf32>)
//       CHECK:     %[[O:.*]] = linalg.generic {{.*}} ins(%[[PV]] : tensor<16xf32>)
//       CHECK:       arith.divf %in, %[[SUM]]
//   CHECK-NOT:     math.log
//       CHECK:     scf.forall.in_parallel
//  CHECK-NEXT:       tensor.parallel_insert_slice %[[O]] into %[[INIT]][%[[B]], %[[T]], %[[H]], 0] [1, 1, 1, 16]
//       CHECK:   return %[[OUT]]
func.func @full(%q: tensor<1x6x4x16xf32>, %k: tensor<1x6x2x16xf32>, %v: tensor<1x6x2x16xf32>) -> tensor<1x6x4x16xf32> {
  %o = cca.flash_attention
      query(%q : tensor<1x6x4x16xf32>) key(%k : tensor<1x6x2x16xf32>) value(%v : tensor<1x6x2x16xf32>)
      -> tensor<1x6x4x16xf32>
  return %o : tensor<1x6x4x16xf32>
}

// The tokens [0, t + 1).
// CHECK-LABEL: func @causal_stops_at_the_query
//       CHECK:   scf.forall (%{{.*}}, %{{.*}}, %[[T:.*]]) in
//       CHECK:     %[[END:.*]] = arith.addi %[[T]], %c1
//       CHECK:     %[[COUNT:.*]] = arith.subi %[[END]], %c0
//   CHECK-DAG:     tensor.extract_slice %{{.*}}[%{{.*}}, %c0, %{{.*}}, 0] [1, %[[COUNT]], 1, 4]
func.func @causal_stops_at_the_query(%q: tensor<1x6x1x4xf32>) -> tensor<1x6x1x4xf32> {
  %o = cca.flash_attention
      query(%q : tensor<1x6x1x4xf32>) key(%q : tensor<1x6x1x4xf32>) value(%q : tensor<1x6x1x4xf32>)
      causal -> tensor<1x6x1x4xf32>
  return %o : tensor<1x6x1x4xf32>
}

// The tokens [max(0, t + 1 - 3), t + 1).
// CHECK-LABEL: func @causal_window
//       CHECK:   scf.forall (%{{.*}}, %{{.*}}, %[[T:.*]]) in
//       CHECK:     %[[END:.*]] = arith.addi %[[T]], %c1
//       CHECK:     %[[C3:.*]] = arith.constant 3 : index
//       CHECK:     %[[FIRST:.*]] = arith.subi %[[END]], %[[C3]]
//       CHECK:     %[[BEGIN:.*]] = arith.maxsi %c0{{.*}}, %[[FIRST]]
//       CHECK:     %[[COUNT:.*]] = arith.subi %[[END]], %[[BEGIN]]
//       CHECK:     tensor.extract_slice %{{.*}}[%{{.*}}, %[[BEGIN]], %{{.*}}, 0] [1, %[[COUNT]], 1, 4]
func.func @causal_window(%q: tensor<1x6x1x4xf32>) -> tensor<1x6x1x4xf32> {
  %o = cca.flash_attention
      query(%q : tensor<1x6x1x4xf32>) key(%q : tensor<1x6x1x4xf32>) value(%q : tensor<1x6x1x4xf32>)
      causal window 3 -> tensor<1x6x1x4xf32>
  return %o : tensor<1x6x1x4xf32>
}

// The tokens [max(0, t + 1 - w), t + min(6 - t, w)): the largest w does not overflow.
// CHECK-LABEL: func @symmetric_window
//       CHECK:   %[[S:.*]] = arith.constant 6 : index
//       CHECK:   scf.forall (%{{.*}}, %{{.*}}, %[[T:.*]]) in
//       CHECK:     %[[NEXT:.*]] = arith.addi %[[T]], %c1
//       CHECK:     %[[W:.*]] = arith.constant 9223372036854775807 : index
//       CHECK:     %[[FIRST:.*]] = arith.subi %[[NEXT]], %[[W]]
//       CHECK:     %[[BEGIN:.*]] = arith.maxsi %c0{{.*}}, %[[FIRST]]
//       CHECK:     %[[REST:.*]] = arith.subi %[[S]], %[[T]]
//       CHECK:     %[[AHEAD:.*]] = arith.minsi %[[REST]], %[[W]]
//       CHECK:     %[[END:.*]] = arith.addi %[[T]], %[[AHEAD]]
//       CHECK:     %[[COUNT:.*]] = arith.subi %[[END]], %[[BEGIN]]
//       CHECK:     tensor.extract_slice %{{.*}}[%{{.*}}, %[[BEGIN]], %{{.*}}, 0] [1, %[[COUNT]], 1, 4]
func.func @symmetric_window(%q: tensor<1x6x1x4xf32>) -> tensor<1x6x1x4xf32> {
  %o = cca.flash_attention
      query(%q : tensor<1x6x1x4xf32>) key(%q : tensor<1x6x1x4xf32>) value(%q : tensor<1x6x1x4xf32>)
      window 9223372036854775807 -> tensor<1x6x1x4xf32>
  return %o : tensor<1x6x1x4xf32>
}

// CHECK-LABEL: func @packed_attends_to_its_own_sequence
//       CHECK:   %[[BOUNDS:.*]]:2 = scf.for
//       CHECK:   scf.forall (%{{.*}}, %{{.*}}, %[[T:.*]]) in
//       CHECK:     %[[BEGIN:.*]] = tensor.extract %[[BOUNDS]]#0[%[[T]]]
//       CHECK:     %[[END:.*]] = tensor.extract %[[BOUNDS]]#1[%[[T]]]
//       CHECK:     %[[COUNT:.*]] = arith.subi %[[END]], %[[BEGIN]]
//       CHECK:     tensor.extract_slice %{{.*}}[%{{.*}}, %[[BEGIN]], %{{.*}}, 0] [1, %[[COUNT]], 1, 4]
func.func @packed_attends_to_its_own_sequence(%q: tensor<1x?x1x4xf32>, %cu_seqlens: tensor<?xi32>) -> tensor<1x?x1x4xf32> {
  %o = cca.flash_attention
      query(%q : tensor<1x?x1x4xf32>) key(%q : tensor<1x?x1x4xf32>) value(%q : tensor<1x?x1x4xf32>)
      packed(%cu_seqlens : tensor<?xi32>) -> tensor<1x?x1x4xf32>
  return %o : tensor<1x?x1x4xf32>
}

// CHECK-LABEL: func @scale_as_given
//       CHECK:   arith.constant -3.000000e+00 : f32
func.func @scale_as_given(%q: tensor<1x6x1x4xf32>) -> tensor<1x6x1x4xf32> {
  %o = cca.flash_attention
      query(%q : tensor<1x6x1x4xf32>) key(%q : tensor<1x6x1x4xf32>) value(%q : tensor<1x6x1x4xf32>)
      softmax_scale -3.0 -> tensor<1x6x1x4xf32>
  return %o : tensor<1x6x1x4xf32>
}

// max + log(sum), at [batch, head, token]. The output is rounded, the log-sum-exp stays f32.
// CHECK-LABEL: func @log_sum_exp
//       CHECK:   %[[OUT:.*]]:2 = scf.forall (%[[B:.*]], %[[H:.*]], %[[T:.*]]) in {{.*}} shared_outs(%[[OUT_INIT:.*]] = %{{.*}}, %[[LSE_INIT:.*]] = %{{.*}}) -> (tensor<?x6x2x4xbf16>, tensor<?x2x6xf32>)
//       CHECK:     %[[MAX:.*]] = tensor.extract %{{.*}}[] : tensor<f32>
//       CHECK:     %[[SUM:.*]] = tensor.extract %{{.*}}[] : tensor<f32>
//       CHECK:     arith.truncf %{{.*}} : f32 to bf16
//       CHECK:     %[[LOG:.*]] = math.log %[[SUM]]
//       CHECK:     %[[SCALAR:.*]] = arith.addf %[[MAX]], %[[LOG]]
//       CHECK:     %[[LSE:.*]] = tensor.from_elements %[[SCALAR]] : tensor<1xf32>
//   CHECK-DAG:     tensor.parallel_insert_slice %{{.*}} into %[[OUT_INIT]][%[[B]], %[[T]], %[[H]], 0] [1, 1, 1, 4] [1, 1, 1, 1] : tensor<4xbf16>
//   CHECK-DAG:     tensor.parallel_insert_slice %[[LSE]] into %[[LSE_INIT]][%[[B]], %[[H]], %[[T]]] [1, 1, 1]
//       CHECK:   return %[[OUT]]#0, %[[OUT]]#1
func.func @log_sum_exp(%q: tensor<?x6x2x4xbf16>) -> (tensor<?x6x2x4xbf16>, tensor<?x2x6xf32>) {
  %o, %lse = cca.flash_attention
      query(%q : tensor<?x6x2x4xbf16>) key(%q : tensor<?x6x2x4xbf16>) value(%q : tensor<?x6x2x4xbf16>)
      -> tensor<?x6x2x4xbf16>, tensor<?x2x6xf32>
  return %o, %lse : tensor<?x6x2x4xbf16>, tensor<?x2x6xf32>
}

// What kernels are told changes no result: a bound on the scores, a schedule.
// CHECK-LABEL: func @knowledge_of_kernels
//  CHECK-SAME:   (%[[Q:[^:]*]]: tensor<1x6x1x64xf16>, %[[T:[^:]*]]: tensor<1xf32>)
//   CHECK-NOT:   %[[T]]
//       CHECK:   %[[OUT:.*]] = scf.forall
//   CHECK-NOT:   %[[T]]
//       CHECK:     linalg.reduce ins(%{{.*}} : tensor<?xf32>)
//       CHECK:       arith.maximumf
//   CHECK-NOT:   %[[T]]
//       CHECK:   return %[[OUT]]
func.func @knowledge_of_kernels(%q: tensor<1x6x1x64xf16>, %t: tensor<1xf32>) -> tensor<1x6x1x64xf16> {
  %o = cca.flash_attention
      query(%q : tensor<1x6x1x64xf16>) key(%q : tensor<1x6x1x64xf16>) value(%q : tensor<1x6x1x64xf16>)
      normalized(%t : tensor<1xf32>)
      schedule <block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = bounded>
      -> tensor<1x6x1x64xf16>
  return %o : tensor<1x6x1x64xf16>
}
