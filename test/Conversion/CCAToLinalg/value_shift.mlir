// RUN: cca-opt %s --cca-lower-to-linalg --cse | FileCheck %s --implicit-check-not=cca.

// CHECK-LABEL: func @zero_before_the_first_token
//  CHECK-SAME:   (%[[CURRENT:[^:]*]]: tensor<?x?x4xf32>, %[[DELAYED:[^:]*]]: tensor<?x?x4xf32>)
//       CHECK:   %[[SHIFTED:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<?x?x4xf32>)
//       CHECK:     %[[T:.*]] = linalg.index 1
//       CHECK:     %[[HAS_PREVIOUS:.*]] = arith.cmpi sgt, %[[T]], %c0
//       CHECK:     %[[ONE:.*]] = arith.index_castui %[[HAS_PREVIOUS]] : i1 to index
//       CHECK:     %[[PREVIOUS:.*]] = arith.subi %[[T]], %[[ONE]]
//       CHECK:     %[[VALUE:.*]] = tensor.extract %[[DELAYED]][%{{.*}}, %[[PREVIOUS]], %{{.*}}]
//       CHECK:     %[[ZERO:.*]] = arith.constant 0.0{{.*}} : f32
//       CHECK:     arith.select %[[HAS_PREVIOUS]], %[[VALUE]], %[[ZERO]]
//       CHECK:   %[[V:.*]] = tensor.concat dim(2) %[[CURRENT]], %[[SHIFTED]]
//       CHECK:   return %[[V]]
func.func @zero_before_the_first_token(%current: tensor<?x?x4xf32>, %delayed: tensor<?x?x4xf32>) -> tensor<?x?x8xf32> {
  %v = cca.value_shift %current, %delayed : tensor<?x?x4xf32>, tensor<?x?x4xf32>
  return %v : tensor<?x?x8xf32>
}

// CHECK-LABEL: func @initial_before_the_first_token_of_each_sequence
//  CHECK-SAME:   %[[B:[^:]*]]: tensor<4xbf16>, %{{[^:]*}}: tensor<?xi32>)
//       CHECK:   %[[BOUNDS:.*]]:2 = scf.for
//       CHECK:   linalg.generic {{.*}} ins(%[[B]] : tensor<4xbf16>) outs(%{{.*}} : tensor<1x?x4xbf16>)
//  CHECK-NEXT:   ^bb0(%[[IN:.*]]: bf16, %{{.*}}: bf16):
//   CHECK-DAG:     %[[INITIAL:.*]] = arith.extf %[[IN]] : bf16 to f32
//   CHECK-DAG:     %[[T:.*]] = linalg.index 1
//   CHECK-DAG:     %[[BEGIN:.*]] = tensor.extract %[[BOUNDS]]#0[%[[T]]]
//       CHECK:     %[[HAS_PREVIOUS:.*]] = arith.cmpi sgt, %[[T]], %[[BEGIN]]
//       CHECK:     arith.select %[[HAS_PREVIOUS]], %{{.*}}, %[[INITIAL]]
func.func @initial_before_the_first_token_of_each_sequence(
    %x: tensor<1x?x4xbf16>, %b: tensor<4xbf16>, %cu_seqlens: tensor<?xi32>) -> tensor<1x?x8xbf16> {
  %v = cca.value_shift %x, %x : tensor<1x?x4xbf16>, tensor<1x?x4xbf16>
      initial(%b : tensor<4xbf16>) packed(%cu_seqlens : tensor<?xi32>)
  return %v : tensor<1x?x8xbf16>
}
