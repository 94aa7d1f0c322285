// Sizes of results are those of operands.
//
// RUN: cca-opt %s --resolve-ranked-shaped-type-result-dims --canonicalize --cse | FileCheck %s

// CHECK-LABEL: @attention
//  CHECK-SAME:   (%[[HIDDEN:[^:]*]]: tensor<?x?x6xf32>
//   CHECK-NOT:   cca.attention
//   CHECK-DAG:   %[[B:.*]] = tensor.dim %[[HIDDEN]], %c0
//   CHECK-DAG:   %[[S:.*]] = tensor.dim %[[HIDDEN]], %c1
//       CHECK:   return %[[B]], %[[S]], %c8
func.func @attention(
    %hidden: tensor<?x?x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<?x2xf32>) -> (index, index, index) {
  %out = cca.attention %hidden : tensor<?x?x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<?x2xf32>, tensor<?x2xf32>)
      -> tensor<?x?x8xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %0 = tensor.dim %out, %c0 : tensor<?x?x8xf32>
  %1 = tensor.dim %out, %c1 : tensor<?x?x8xf32>
  %2 = tensor.dim %out, %c2 : tensor<?x?x8xf32>
  return %0, %1, %2 : index, index, index
}

// CHECK-LABEL: @prologue
//  CHECK-SAME:   (%[[HIDDEN:[^:]*]]: tensor<1x?x6xf32>
//   CHECK-NOT:   cca.prologue
//       CHECK:   %[[S:.*]] = tensor.dim %[[HIDDEN]], %c1
//       CHECK:   return %[[S]], %[[S]], %[[S]]
func.func @prologue(
    %hidden: tensor<1x?x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<?x2xf32>) -> (index, index, index) {
  %q, %k, %v = cca.prologue %hidden : tensor<1x?x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<?x2xf32>, tensor<?x2xf32>)
      -> tensor<1x?x2x4xf32>, tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>
  %c1 = arith.constant 1 : index
  %0 = tensor.dim %q, %c1 : tensor<1x?x2x4xf32>
  %1 = tensor.dim %k, %c1 : tensor<1x?x1x4xf32>
  %2 = tensor.dim %v, %c1 : tensor<1x?x1x4xf32>
  return %0, %1, %2 : index, index, index
}

// The log-sum-exp has heads before tokens.
// CHECK-LABEL: @flash_attention
//  CHECK-SAME:   (%[[Q:[^:]*]]: tensor<?x?x2x4xf32>)
//   CHECK-NOT:   cca.flash_attention
//   CHECK-DAG:   %[[B:.*]] = tensor.dim %[[Q]], %c0
//   CHECK-DAG:   %[[S:.*]] = tensor.dim %[[Q]], %c1
//       CHECK:   return %[[S]], %[[B]], %[[S]]
func.func @flash_attention(%q: tensor<?x?x2x4xf32>) -> (index, index, index) {
  %o, %lse = cca.flash_attention
      query(%q : tensor<?x?x2x4xf32>) key(%q : tensor<?x?x2x4xf32>) value(%q : tensor<?x?x2x4xf32>)
      -> tensor<?x?x2x4xf32>, tensor<?x2x?xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %0 = tensor.dim %o, %c1 : tensor<?x?x2x4xf32>
  %1 = tensor.dim %lse, %c0 : tensor<?x2x?xf32>
  %2 = tensor.dim %lse, %c2 : tensor<?x2x?xf32>
  return %0, %1, %2 : index, index, index
}

// CHECK-LABEL: @conv
//  CHECK-SAME:   (%[[X:[^:]*]]: tensor<?x3x4xf32>
//   CHECK-NOT:   cca.conv
//       CHECK:   %[[B:.*]] = tensor.dim %[[X]], %c0
//       CHECK:   return %[[B]]
func.func @conv(%x: tensor<?x3x4xf32>, %w1: tensor<4x2x2xf32>, %b: tensor<4xf32>) -> index {
  %z = cca.conv %x : tensor<?x3x4xf32> grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>)
  %c0 = arith.constant 0 : index
  %0 = tensor.dim %z, %c0 : tensor<?x3x4xf32>
  return %0 : index
}

// CHECK-LABEL: @qk_mean
//  CHECK-SAME:   (%[[Q:[^:]*]]: tensor<?x?x2x4xf32>, %[[K:[^:]*]]: tensor<?x?x1x4xf32>)
//   CHECK-NOT:   cca.qk_mean
//   CHECK-DAG:   %[[SQ:.*]] = tensor.dim %[[Q]], %c1
//   CHECK-DAG:   %[[SK:.*]] = tensor.dim %[[K]], %c1
//       CHECK:   return %[[SQ]], %[[SK]]
func.func @qk_mean(%q: tensor<?x?x2x4xf32>, %k: tensor<?x?x1x4xf32>) -> (index, index) {
  %a, %b = cca.qk_mean %q, %k onto %q, %k : tensor<?x?x2x4xf32>, tensor<?x?x1x4xf32>
  %c1 = arith.constant 1 : index
  %0 = tensor.dim %a, %c1 : tensor<?x?x2x4xf32>
  %1 = tensor.dim %b, %c1 : tensor<?x?x1x4xf32>
  return %0, %1 : index, index
}

// CHECK-LABEL: @qk_norm_and_rope
//  CHECK-SAME:   (%[[X:[^:]*]]: tensor<?x?x1x4xf32>
//   CHECK-NOT:   cca.
//       CHECK:   %[[S:.*]] = tensor.dim %[[X]], %c1
//       CHECK:   return %[[S]]
func.func @qk_norm_and_rope(%x: tensor<?x?x1x4xf32>, %cos: tensor<?x4xf32>) -> index {
  %n = cca.qk_norm %x : tensor<?x?x1x4xf32> normalize clamp eps 0.0
  %y = cca.rope %n : tensor<?x?x1x4xf32> half(%cos, %cos : tensor<?x4xf32>, tensor<?x4xf32>)
  %c1 = arith.constant 1 : index
  %0 = tensor.dim %y, %c1 : tensor<?x?x1x4xf32>
  return %0 : index
}

// CHECK-LABEL: @value_shift
//  CHECK-SAME:   (%[[X:[^:]*]]: tensor<?x?x4xf32>
//   CHECK-NOT:   cca.value_shift
//       CHECK:   %[[S:.*]] = tensor.dim %[[X]], %c1
//       CHECK:   return %[[S]], %c8
func.func @value_shift(%x: tensor<?x?x4xf32>) -> (index, index) {
  %v = cca.value_shift %x, %x : tensor<?x?x4xf32>, tensor<?x?x4xf32>
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %0 = tensor.dim %v, %c1 : tensor<?x?x8xf32>
  %1 = tensor.dim %v, %c2 : tensor<?x?x8xf32>
  return %0, %1 : index, index
}
