// RUN: cca-opt %s --cca-fold-convs --cse | FileCheck %s

// A[m] = sum over i + j = m of w1[j] diag(w0[i]);  b = b1 + sum over j of w1[j] b0.
//   CHECK-DAG: #[[$W1:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
//   CHECK-DAG: #[[$W0:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d3 - d4 + 1)>
//   CHECK-DAG: #[[$A:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
//   CHECK-DAG: #[[$B0:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2)>
//   CHECK-DAG: #[[$B:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1)>

// CHECK-LABEL: @two_stages_are_one
//  CHECK-SAME:   (%[[X:.*]]: tensor<?x?x8xf32>, %[[W0:.*]]: tensor<8x2xf32>, %[[B0:.*]]: tensor<8xf32>, %[[W1:.*]]: tensor<8x4x2xf32>, %[[B1:.*]]: tensor<8xf32>)
//   CHECK-DAG:   %[[W1_HEADS:.*]] = tensor.expand_shape %[[W1]] {{.*}} into tensor<2x4x4x2xf32>
//   CHECK-DAG:   %[[PADDED:.*]] = tensor.pad %[[W0]] low[0, 1] high[0, 1]
//   CHECK-DAG:   %[[W0_HEADS:.*]] = tensor.expand_shape %[[PADDED]] {{.*}} : tensor<8x4xf32> into tensor<2x4x4xf32>
//       CHECK:   %[[A_HEADS:.*]] = linalg.generic {indexing_maps = [#[[$W1]], #[[$W0]], #[[$A]]], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
//  CHECK-SAME:     ins(%[[W1_HEADS]], %[[W0_HEADS]] : tensor<2x4x4x2xf32>, tensor<2x4x4xf32>) outs(%{{.*}} : tensor<2x4x4x3xf32>)
//       CHECK:   %[[A:.*]] = tensor.collapse_shape %[[A_HEADS]] {{.*}} into tensor<8x4x3xf32>
//   CHECK-DAG:   %[[B1_HEADS:.*]] = tensor.expand_shape %[[B1]] {{.*}} into tensor<2x4xf32>
//   CHECK-DAG:   %[[B0_HEADS:.*]] = tensor.expand_shape %[[B0]] {{.*}} into tensor<2x4xf32>
//       CHECK:   %[[B_HEADS:.*]] = linalg.{{.*}} [#{{.*}}, #[[$B0]], #[[$B]]]{{.*}} ins(%[[W1_HEADS]], %[[B0_HEADS]] : tensor<2x4x4x2xf32>, tensor<2x4xf32>) outs(%[[B1_HEADS]] : tensor<2x4xf32>)
//       CHECK:   %[[B:.*]] = tensor.collapse_shape %[[B_HEADS]] {{.*}} into tensor<8xf32>
//       CHECK:   %[[Z:.*]] = cca.conv %[[X]] : tensor<?x?x8xf32> grouped(%[[A]], %[[B]] : tensor<8x4x3xf32>, tensor<8xf32>){{$}}
//       CHECK:   return %[[Z]]
func.func @two_stages_are_one(%x: tensor<?x?x8xf32>, %w0: tensor<8x2xf32>, %b0: tensor<8xf32>,
                              %w1: tensor<8x4x2xf32>, %b1: tensor<8xf32>) -> tensor<?x?x8xf32> {
  %z = cca.conv %x : tensor<?x?x8xf32>
      depthwise(%w0, %b0 : tensor<8x2xf32>, tensor<8xf32>)
      grouped(%w1, %b1 : tensor<8x4x2xf32>, tensor<8xf32>)
  return %z : tensor<?x?x8xf32>
}

// Boundaries of sequences are padded as the begin of a batch row is; weights are folded in f32.
// CHECK-LABEL: @packed_and_bf16
//       CHECK:   arith.extf
//       CHECK:   cca.conv %{{.*}} : tensor<1x?x4xbf16> grouped(%{{.*}}, %{{.*}} : tensor<4x2x7xf32>, tensor<4xf32>) packed(%{{.*}} : tensor<?xi32>){{$}}
func.func @packed_and_bf16(%x: tensor<1x?x4xbf16>, %w0: tensor<4x4xbf16>, %b: tensor<4xbf16>, %w1: tensor<4x2x4xbf16>,
                           %cu_seqlens: tensor<?xi32>) -> tensor<1x?x4xbf16> {
  %z = cca.conv %x : tensor<1x?x4xbf16> depthwise(%w0, %b : tensor<4x4xbf16>, tensor<4xbf16>)
      grouped(%w1, %b : tensor<4x2x4xbf16>, tensor<4xbf16>) packed(%cu_seqlens : tensor<?xi32>)
  return %z : tensor<1x?x4xbf16>
}

// Before the sequence the second stage reads zeros, not the bias of the first.
// CHECK-LABEL: @padding_of_each_stage_is_not_folded
//  CHECK-NEXT:   cca.conv %{{.*}} depthwise({{.*}} per_stage_padding
func.func @padding_of_each_stage_is_not_folded(%x: tensor<?x?x4xf32>, %w0: tensor<4x2xf32>, %b: tensor<4xf32>,
                                               %w1: tensor<4x2x2xf32>) -> tensor<?x?x4xf32> {
  %z = cca.conv %x : tensor<?x?x4xf32> depthwise(%w0, %b : tensor<4x2xf32>, tensor<4xf32>)
      grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>) per_stage_padding
  return %z : tensor<?x?x4xf32>
}

// CHECK-LABEL: @padding_of_each_stage_with_zero_bias_is_folded
//       CHECK:   cca.conv %{{.*}} : tensor<?x?x4xf32> grouped(%{{.*}}, %{{.*}} : tensor<4x2x3xf32>, tensor<4xf32>){{$}}
func.func @padding_of_each_stage_with_zero_bias_is_folded(%x: tensor<?x?x4xf32>, %w0: tensor<4x2xf32>,
                                                          %w1: tensor<4x2x2xf32>, %b1: tensor<4xf32>) -> tensor<?x?x4xf32> {
  %b0 = arith.constant dense<0.0> : tensor<4xf32>
  %z = cca.conv %x : tensor<?x?x4xf32> depthwise(%w0, %b0 : tensor<4x2xf32>, tensor<4xf32>)
      grouped(%w1, %b1 : tensor<4x2x2xf32>, tensor<4xf32>) per_stage_padding
  return %z : tensor<?x?x4xf32>
}

// CHECK-LABEL: @one_stage_stays
//  CHECK-NEXT:   cca.conv
//  CHECK-NEXT:   return
func.func @one_stage_stays(%x: tensor<?x?x4xf32>, %w1: tensor<4x2x3xf32>, %b: tensor<4xf32>) -> tensor<?x?x4xf32> {
  %z = cca.conv %x : tensor<?x?x4xf32> grouped(%w1, %b : tensor<4x2x3xf32>, tensor<4xf32>)
  return %z : tensor<?x?x4xf32>
}
