// The mode clamp is in cca-lower-to-linalg.mlir.
//
// RUN: cca-opt %s --cca-lower-to-linalg --cse | FileCheck %s --implicit-check-not=cca.

// sqrt(16) * rsqrt(sum + eps).
// CHECK-LABEL: func @rsqrt
//  CHECK-SAME:   (%[[X:.*]]: tensor<?x?x2x16xf32>)
//       CHECK:   %[[SQUARES:.*]] = linalg.reduce ins(%[[X]] : tensor<?x?x2x16xf32>) outs(%{{.*}} : tensor<?x?x2xf32>) dimensions = [3]
//       CHECK:   %[[FACTORS:.*]] = linalg.generic {{.*}} ins(%[[SQUARES]] : tensor<?x?x2xf32>) outs(%{{.*}} : tensor<?x?x2xf32>)
//   CHECK-DAG:     %[[TARGET:.*]] = arith.constant 4.000000e+00 : f32
//   CHECK-DAG:     %[[EPS:.*]] = arith.constant 5.000000e-01 : f32
//   CHECK-DAG:     %[[SUM:.*]] = arith.addf %in, %[[EPS]] : f32
//       CHECK:     %[[INVERSE:.*]] = math.rsqrt %[[SUM]] : f32
//       CHECK:     arith.mulf %[[TARGET]], %[[INVERSE]] : f32
//   CHECK-NOT:     arith.mulf
//       CHECK:   linalg.generic {{.*}} ins(%[[X]], %[[FACTORS]] : tensor<?x?x2x16xf32>, tensor<?x?x2xf32>)
func.func @rsqrt(%x: tensor<?x?x2x16xf32>) -> tensor<?x?x2x16xf32> {
  %y = cca.qk_norm %x : tensor<?x?x2x16xf32> normalize rsqrt eps 0.5
  return %y : tensor<?x?x2x16xf32>
}

// CHECK-LABEL: func @temperature_as_exponent
//       CHECK:   linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<1x3x2xf32>, tensor<2xf32>)
//       CHECK:     %[[FACTOR:.*]] = arith.divf
//       CHECK:     %[[T:.*]] = math.exp %in_{{[0-9]+}} : f32
//       CHECK:     arith.mulf %[[FACTOR]], %[[T]] : f32
func.func @temperature_as_exponent(%x: tensor<1x3x2x4xf32>, %t: tensor<2xf32>) -> tensor<1x3x2x4xf32> {
  %y = cca.qk_norm %x : tensor<1x3x2x4xf32> normalize clamp eps 0.5 temperature exp(%t : tensor<2xf32>)
  return %y : tensor<1x3x2x4xf32>
}
