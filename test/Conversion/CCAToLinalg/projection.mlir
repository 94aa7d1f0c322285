// RUN: cca-opt %s --cca-lower-to-linalg --cse | FileCheck %s --implicit-check-not=cca.

// Sums are of f32 and begin with the bias; they are rounded once.
// CHECK-LABEL: func @projection
//  CHECK-SAME:   (%[[X:[^:]*]]: tensor<?x?x16xbf16>, %[[W:[^:]*]]: tensor<8x16xbf16>, %[[B:[^:]*]]: tensor<8xbf16>)
//       CHECK:   %[[BIAS:.*]] = arith.extf %[[B]] : tensor<8xbf16> to tensor<8xf32>
//       CHECK:   %[[INIT:.*]] = linalg.broadcast ins(%[[BIAS]] : tensor<8xf32>) outs(%{{.*}} : tensor<?x?x8xf32>) dimensions = [0, 1]
//       CHECK:   %[[SUM:.*]] = linalg.contract {{.*}} ins(%[[X]], %[[W]] : {{.*}}) outs(%[[INIT]] : tensor<?x?x8xf32>)
//       CHECK:   %[[OUT:.*]] = arith.truncf %[[SUM]] : tensor<?x?x8xf32> to tensor<?x?x8xbf16>
//       CHECK:   return %[[OUT]]
func.func @projection(%x: tensor<?x?x16xbf16>, %w: tensor<8x16xbf16>, %b: tensor<8xbf16>) -> tensor<?x?x8xbf16> {
  %out = cca.projection %x : tensor<?x?x16xbf16> weight(%w : tensor<8x16xbf16>) bias(%b : tensor<8xbf16>)
      -> tensor<?x?x8xbf16>
  return %out : tensor<?x?x8xbf16>
}

// CHECK-LABEL: func @matrix
//       CHECK:   %[[OUT:.*]] = linalg.contract {{.*}} outs(%{{.*}} : tensor<5x8xf32>)
//       CHECK:   return %[[OUT]]
func.func @matrix(%x: tensor<5x16xf32>, %w: tensor<8x16xf32>) -> tensor<5x8xf32> {
  %out = cca.projection %x : tensor<5x16xf32> weight(%w : tensor<8x16xf32>) -> tensor<5x8xf32>
  return %out : tensor<5x8xf32>
}

// One product, in three parts.
// CHECK-LABEL: func @latents
//  CHECK-SAME:   %[[B:[^:]*]]: tensor<18xf32>)
//       CHECK:   %[[ALL:.*]] = linalg.contract {{.*}} outs(%{{.*}} : tensor<?x?x18xf32>)
//   CHECK-DAG:   %[[X:.*]] = tensor.extract_slice %[[ALL]][0, 0, 0] [%{{.*}}, %{{.*}}, 12] [1, 1, 1]
//   CHECK-DAG:   %[[CURRENT:.*]] = tensor.extract_slice %[[ALL]][0, 0, 12] [%{{.*}}, %{{.*}}, 3] [1, 1, 1]
//   CHECK-DAG:   %[[DELAYED:.*]] = tensor.extract_slice %[[ALL]][0, 0, 15] [%{{.*}}, %{{.*}}, 3] [1, 1, 1]
//   CHECK-DAG:   %[[INITIAL:.*]] = tensor.extract_slice %[[B]][15] [3] [1]
//       CHECK:   %[[SHIFTED:.*]] = linalg.generic {{.*}} ins(%[[INITIAL]] : tensor<3xf32>)
//       CHECK:   tensor.concat dim(2) %[[CURRENT]], %[[SHIFTED]]
//       CHECK:   arith.truncf %[[X]] : tensor<?x?x12xf32> to tensor<?x?x12xf16>
//       CHECK:   arith.truncf %{{.*}} : tensor<?x?x1x6xf32> to tensor<?x?x1x6xf16>
func.func @latents(%h: tensor<?x?x16xf16>, %w: tensor<18x16xf16>, %b: tensor<18xf32>)
    -> (tensor<?x?x12xf16>, tensor<?x?x1x6xf16>) {
  %x, %v = cca.latents %h : tensor<?x?x16xf16> weight(%w : tensor<18x16xf16>) bias(%b : tensor<18xf32>)
      -> tensor<?x?x12xf16>, tensor<?x?x1x6xf16>
  return %x, %v : tensor<?x?x12xf16>, tensor<?x?x1x6xf16>
}
