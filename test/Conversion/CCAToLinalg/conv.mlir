// RUN: cca-opt %s --cca-lower-to-linalg --cse | FileCheck %s --implicit-check-not=cca.

//   CHECK-DAG: #[[$WINDOW:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2 + d4, d3)>
//   CHECK-DAG: #[[$W0:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d3, d4)>
//   CHECK-DAG: #[[$Y:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d4, d2, d5)>
//   CHECK-DAG: #[[$W1:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d2, d3, d5, d4)>

// CHECK-LABEL: func @two_stages
//  CHECK-SAME:   (%[[X:[^:]*]]: tensor<?x?x4xf32>, %[[W0:[^:]*]]: tensor<4x2xf32>, %[[B0:[^:]*]]: tensor<4xf32>, %[[W1:[^:]*]]: tensor<4x2x3xf32>, %[[B1:[^:]*]]: tensor<4xf32>)

// The 2 + 3 - 1 tokens that each token sees, zeros before the first.
//       CHECK:   %[[WINDOWS:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<?x?x4x4xf32>)
//   CHECK-DAG:     %[[T:.*]] = linalg.index 1
//   CHECK-DAG:     %[[TAP:.*]] = linalg.index 2
//   CHECK-DAG:     %[[C3:.*]] = arith.constant 3 : index
//   CHECK-DAG:     %[[SUM:.*]] = arith.addi %[[T]], %[[TAP]]
//   CHECK-DAG:     %[[POSITION:.*]] = arith.subi %[[SUM]], %[[C3]]
//   CHECK-DAG:     %[[INSIDE:.*]] = arith.cmpi sge, %[[POSITION]], %c0
//   CHECK-DAG:     %[[CLAMPED:.*]] = arith.maxsi %[[POSITION]], %c0
//   CHECK-DAG:     %[[VALUE:.*]] = tensor.extract %[[X]][%{{.*}}, %[[CLAMPED]], %{{.*}}]
//   CHECK-DAG:     %[[ZERO:.*]] = arith.constant 0.0{{.*}} : f32
//       CHECK:     arith.select %[[INSIDE]], %[[VALUE]], %[[ZERO]]

// The depthwise stage at three positions of each window, from its bias on.
//       CHECK:   %[[INIT0:.*]] = linalg.broadcast ins(%[[B0]] : tensor<4xf32>) outs(%{{.*}} : tensor<?x?x3x4xf32>) dimensions = [0, 1, 2]
//       CHECK:   %[[DEPTHWISE:.*]] = linalg.generic {indexing_maps = [#[[$WINDOW]], #[[$W0]], #{{.*}}], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%[[WINDOWS]], %[[W0]] : {{.*}}) outs(%[[INIT0]] :

// One dense block per head and tap, from its bias on.
//       CHECK:   %[[B1_HEADS:.*]] = tensor.expand_shape %[[B1]] {{.*}} into tensor<2x2xf32>
//       CHECK:   %[[INIT1:.*]] = linalg.broadcast ins(%[[B1_HEADS]] : tensor<2x2xf32>) outs(%{{.*}} : tensor<?x?x2x2xf32>) dimensions = [0, 1]
//   CHECK-DAG:   %[[HEADS:.*]] = tensor.expand_shape %[[DEPTHWISE]] {{.*}} into tensor<?x?x3x2x2xf32>
//   CHECK-DAG:   %[[W1_HEADS:.*]] = tensor.expand_shape %[[W1]] {{.*}} into tensor<2x2x2x3xf32>
//       CHECK:   %[[Z_HEADS:.*]] = linalg.contract indexing_maps = [#[[$Y]], #[[$W1]], #{{.*}}] ins(%[[HEADS]], %[[W1_HEADS]] : {{.*}}) outs(%[[INIT1]] :
//       CHECK:   %[[Z:.*]] = tensor.collapse_shape %[[Z_HEADS]] {{.*}} into tensor<?x?x4xf32>
//       CHECK:   return %[[Z]]
func.func @two_stages(%x: tensor<?x?x4xf32>, %w0: tensor<4x2xf32>, %b0: tensor<4xf32>,
                      %w1: tensor<4x2x3xf32>, %b1: tensor<4xf32>) -> tensor<?x?x4xf32> {
  %z = cca.conv %x : tensor<?x?x4xf32>
      depthwise(%w0, %b0 : tensor<4x2xf32>, tensor<4xf32>)
      grouped(%w1, %b1 : tensor<4x2x3xf32>, tensor<4xf32>)
  return %z : tensor<?x?x4xf32>
}

// Another select, on what the depthwise stage computed.
// CHECK-LABEL: func @per_stage_padding
//       CHECK:   %[[DEPTHWISE:.*]] = linalg.generic {indexing_maps = [#[[$WINDOW]], #[[$W0]], #{{.*}}]
//       CHECK:   linalg.generic {{.*}} ins(%[[DEPTHWISE]] : tensor<1x6x3x4xf32>)
//       CHECK:     %[[INSIDE:.*]] = arith.cmpi sge
//       CHECK:     arith.select %[[INSIDE]], %in, %{{.*}} : f32
//       CHECK:   linalg.contract
func.func @per_stage_padding(%x: tensor<1x6x4xf32>, %w0: tensor<4x2xf32>, %b: tensor<4xf32>, %w1: tensor<4x2x3xf32>) -> tensor<1x6x4xf32> {
  %z = cca.conv %x : tensor<1x6x4xf32> depthwise(%w0, %b : tensor<4x2xf32>, tensor<4xf32>)
      grouped(%w1, %b : tensor<4x2x3xf32>, tensor<4xf32>) per_stage_padding
  return %z : tensor<1x6x4xf32>
}

// CHECK-LABEL: func @grouped_only
//       CHECK:   linalg.generic {{.*}} outs(%{{.*}} : tensor<1x6x3x4xf32>)
//   CHECK-NOT:   linalg.generic
//       CHECK:   linalg.contract
func.func @grouped_only(%x: tensor<1x6x4xf32>, %w1: tensor<4x2x3xf32>, %b: tensor<4xf32>) -> tensor<1x6x4xf32> {
  %z = cca.conv %x : tensor<1x6x4xf32> grouped(%w1, %b : tensor<4x2x3xf32>, tensor<4xf32>)
  return %z : tensor<1x6x4xf32>
}

// A tap is in the sequence of its token if it is not before that sequence's begin.
// CHECK-LABEL: func @packed
//       CHECK:   %[[BOUNDS:.*]]:2 = scf.for
//       CHECK:   linalg.generic {{.*}} outs(%{{.*}} : tensor<1x6x2x4xf32>)
//       CHECK:     %[[T:.*]] = linalg.index 1
//       CHECK:     %[[BEGIN:.*]] = tensor.extract %[[BOUNDS]]#0[%[[T]]] : tensor<6xindex>
//       CHECK:     arith.cmpi sge, %{{.*}}, %[[BEGIN]] : index
func.func @packed(%x: tensor<1x6x4xf32>, %w1: tensor<4x2x2xf32>, %b: tensor<4xf32>, %cu_seqlens: tensor<3xi32>) -> tensor<1x6x4xf32> {
  %z = cca.conv %x : tensor<1x6x4xf32> grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>)
      packed(%cu_seqlens : tensor<3xi32>)
  return %z : tensor<1x6x4xf32>
}

// Accumulation is f32, whatever x and the weights are; the result is rounded once.
// CHECK-LABEL: func @bf16
//       CHECK:   arith.extf
//   CHECK-NOT:   arith.truncf
//       CHECK:   %[[Z:.*]] = linalg.contract {{.*}} -> tensor<1x6x2x2xf32>
//       CHECK:   arith.truncf %{{.*}} : tensor<1x6x4xf32> to tensor<1x6x4xbf16>
//   CHECK-NOT:   arith.truncf
func.func @bf16(%x: tensor<1x6x4xbf16>, %w0: tensor<4x2xbf16>, %b: tensor<4xbf16>, %w1: tensor<4x2x3xbf16>) -> tensor<1x6x4xbf16> {
  %z = cca.conv %x : tensor<1x6x4xbf16> depthwise(%w0, %b : tensor<4x2xbf16>, tensor<4xbf16>)
      grouped(%w1, %b : tensor<4x2x3xbf16>, tensor<4xbf16>)
  return %z : tensor<1x6x4xbf16>
}
