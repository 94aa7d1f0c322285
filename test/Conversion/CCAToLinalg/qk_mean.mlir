// RUN: cca-opt %s --cca-lower-to-linalg --cse | FileCheck %s --implicit-check-not=cca.

//   CHECK-DAG: #[[$KEY_OF_GROUP:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>

// CHECK-LABEL: func @groups_of_three
//  CHECK-SAME:   (%[[Q0:[^:]*]]: tensor<?x?x6x4xf32>, %[[K0:[^:]*]]: tensor<?x?x2x4xf32>, %[[ZQ:[^:]*]]: tensor<?x?x6x4xf32>, %[[ZK:[^:]*]]: tensor<?x?x2x4xf32>)

// q = zq + (q0 + k0[group]) / 2, query heads as (key head, member of its group).
//   CHECK-DAG:   %[[Q0_GROUPS:.*]] = tensor.expand_shape %[[Q0]] {{\[\[}}0], [1], [2, 3], [4]] {{.*}} into tensor<?x?x2x3x4xf32>
//   CHECK-DAG:   %[[ZQ_GROUPS:.*]] = tensor.expand_shape %[[ZQ]] {{\[\[}}0], [1], [2, 3], [4]] {{.*}} into tensor<?x?x2x3x4xf32>
//       CHECK:   %[[Q_GROUPS:.*]] = linalg.generic {indexing_maps = [#{{.*}}, #{{.*}}, #[[$KEY_OF_GROUP]], #{{.*}}]{{.*}} ins(%[[ZQ_GROUPS]], %[[Q0_GROUPS]], %[[K0]] :
//  CHECK-NEXT:   ^bb0(%[[Z:.*]]: f32, %[[A:.*]]: f32, %[[B:.*]]: f32, %{{.*}}: f32):
//       CHECK:     %[[SUM:.*]] = arith.addf %[[A]], %[[B]]
//       CHECK:     %[[HALF:.*]] = arith.constant 5.000000e-01 : f32
//       CHECK:     %[[MEAN:.*]] = arith.mulf %[[SUM]], %[[HALF]]
//       CHECK:     arith.addf %[[Z]], %[[MEAN]]

// k = zk + (mean of q0 over the group + k0) / 2.
//       CHECK:   %[[SUMS:.*]] = linalg.reduce ins(%[[Q0_GROUPS]] : tensor<?x?x2x3x4xf32>) outs(%{{.*}} : tensor<?x?x2x4xf32>) dimensions = [3]
//       CHECK:   %[[K:.*]] = linalg.generic {{.*}} ins(%[[ZK]], %[[SUMS]], %[[K0]] :
//       CHECK:     %[[THIRD:.*]] = arith.constant 0.333333343 : f32
//       CHECK:     arith.mulf %{{.*}}, %[[THIRD]]
//       CHECK:   %[[Q:.*]] = tensor.collapse_shape %[[Q_GROUPS]] {{.*}} into tensor<?x?x6x4xf32>
//       CHECK:   return %[[Q]], %[[K]]
func.func @groups_of_three(%q0: tensor<?x?x6x4xf32>, %k0: tensor<?x?x2x4xf32>, %zq: tensor<?x?x6x4xf32>,
                           %zk: tensor<?x?x2x4xf32>) -> (tensor<?x?x6x4xf32>, tensor<?x?x2x4xf32>) {
  %q, %k = cca.qk_mean %q0, %k0 onto %zq, %zk : tensor<?x?x6x4xf32>, tensor<?x?x2x4xf32>
  return %q, %k : tensor<?x?x6x4xf32>, tensor<?x?x2x4xf32>
}

// Sums are f32, results are rounded.
// CHECK-LABEL: func @f16
//       CHECK:   linalg.generic
//       CHECK:     arith.truncf %{{.*}} : f32 to f16
//       CHECK:   linalg.reduce ins(%{{.*}} : tensor<1x3x1x2x4xf16>) outs(%{{.*}} : tensor<1x3x1x4xf32>)
//       CHECK:     arith.extf %{{.*}} : f16 to f32
//       CHECK:   linalg.generic
//       CHECK:     arith.truncf %{{.*}} : f32 to f16
func.func @f16(%q: tensor<1x3x2x4xf16>, %k: tensor<1x3x1x4xf16>) -> (tensor<1x3x2x4xf16>, tensor<1x3x1x4xf16>) {
  %a, %b = cca.qk_mean %q, %k onto %q, %k : tensor<1x3x2x4xf16>, tensor<1x3x1x4xf16>
  return %a, %b : tensor<1x3x2x4xf16>, tensor<1x3x1x4xf16>
}
