// Contractions after an attention block that are no projection of its result %o. The remarks are on the
// cca.attention that takes the place of `attend`.

// RUN: sed '/^  .. attend$/r %S/Inputs/attend.mlir' %s | cca-opt --cca-fuse=explain --verify-diagnostics \
// RUN:   | FileCheck %s --implicit-check-not='output('

!hidden = tensor<?x?x8xf32>
!o = tensor<?x?x16xf32>
!out = tensor<?x?x8xf32>
func.func private @operands() -> (tensor<16x8xf32>, tensor<8x8xf32>, tensor<4x8xf32>, tensor<24x2xf32>,
    tensor<24xf32>, tensor<24x4x2xf32>, tensor<2xf32>, tensor<?x4xf32>, tensor<16xf32>, tensor<8xf32>,
    tensor<4xf32>)

#in = affine_map<(b, s, o, i) -> (b, s, i)>
#weight = affine_map<(b, s, o, i) -> (o, i)>
#out = affine_map<(b, s, o, i) -> (b, s, o)>

// CHECK-LABEL: @negated
// CHECK: arith.negf
func.func @negated(%h: !hidden, %w: tensor<8x16xf32>, %empty: !out) -> !out {
  // expected-remark@+7 {{not fused: a projection does more than multiply and add}}
  // attend
  %zero = arith.constant 0.0 : f32
  %init = linalg.fill ins(%zero : f32) outs(%empty : !out) -> !out
  %out = linalg.generic {indexing_maps = [#in, #weight, #out],
                         iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%o, %w : !o, tensor<8x16xf32>) outs(%init : !out) {
  ^bb0(%in: f32, %weight: f32, %acc: f32):
    %p = arith.mulf %in, %weight : f32
    %n = arith.negf %p : f32
    %s = arith.addf %acc, %n : f32
    linalg.yield %s : f32
  } -> !out
  return %out : !out
}

// Rounding what comes in would be lost.
// CHECK-LABEL: @rounded_operands
// CHECK: arith.truncf
func.func @rounded_operands(%h: !hidden, %w: tensor<8x16xf32>, %empty: !out) -> !out {
  // expected-remark@+7 {{not fused: a projection does more than multiply and add}}
  // attend
  %zero = arith.constant 0.0 : f32
  %init = linalg.fill ins(%zero : f32) outs(%empty : !out) -> !out
  %out = linalg.generic {indexing_maps = [#in, #weight, #out],
                         iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%o, %w : !o, tensor<8x16xf32>) outs(%init : !out) {
  ^bb0(%in: f32, %weight: f32, %acc: f32):
    %i = arith.truncf %in : f32 to bf16
    %e = arith.extf %i : bf16 to f32
    %p = arith.mulf %e, %weight : f32
    %s = arith.addf %acc, %p : f32
    linalg.yield %s : f32
  } -> !out
  return %out : !out
}

// CHECK-LABEL: @accumulates_onto_something
// CHECK: linalg.contract
func.func @accumulates_onto_something(%h: !hidden, %w: tensor<8x16xf32>, %init: !out) -> !out {
  // expected-remark@+7 {{not fused: the accumulator of a projection starts from neither zero nor a bias}}
  // attend
  %out = linalg.contract indexing_maps = [#in, #weight, #out] ins(%o, %w : !o, tensor<8x16xf32>)
      outs(%init : !out) -> !out
  return %out : !out
}

// CHECK-LABEL: @weight_per_row
// CHECK: linalg.batch_matmul
func.func @weight_per_row(%h: !hidden, %w: tensor<?x16x8xf32>) -> !out {
  // expected-remark@+7 {{not fused: a projection weight has dynamic sizes}}
  // attend
  %zero = arith.constant dense<0.0> : tensor<3x5x8xf32>
  %init = tensor.cast %zero : tensor<3x5x8xf32> to !out
  %out = linalg.batch_matmul ins(%o, %w : !o, tensor<?x16x8xf32>) outs(%init : !out) -> !out
  return %out : !out
}

// CHECK-LABEL: @weight_per_row_static
// CHECK: linalg.batch_matmul
func.func @weight_per_row_static(%h: !hidden, %w: tensor<3x16x8xf32>) -> !out {
  // expected-remark@+7 {{not fused: a projection weight differs between tokens}}
  // attend
  %zero = arith.constant dense<0.0> : tensor<3x5x8xf32>
  %init = tensor.cast %zero : tensor<3x5x8xf32> to !out
  %out = linalg.batch_matmul ins(%o, %w : !o, tensor<3x16x8xf32>) outs(%init : !out) -> !out
  return %out : !out
}

// Rows of the batch become columns.
// CHECK-LABEL: @regrouped_tokens
// CHECK: linalg.matmul
func.func @regrouped_tokens(%h: !hidden, %w: tensor<16x8xf32>, %B: index, %S: index) -> !out {
  // expected-remark@+7 {{not fused: what follows is not a projection of the heads of a token}}
  // attend
  %flat = tensor.collapse_shape %o [[0, 1], [2]] : !o into tensor<?x16xf32>
  %zero = arith.constant dense<0.0> : tensor<15x8xf32>
  %init = tensor.cast %zero : tensor<15x8xf32> to tensor<?x8xf32>
  %product = linalg.matmul ins(%flat, %w : tensor<?x16xf32>, tensor<16x8xf32>) outs(%init : tensor<?x8xf32>)
      -> tensor<?x8xf32>
  %out = tensor.expand_shape %product [[0, 1], [2]] output_shape [%S, %B, 8] : tensor<?x8xf32> into !out
  return %out : !out
}

// CHECK-LABEL: @channels_before_tokens
// CHECK: linalg.contract
func.func @channels_before_tokens(%h: !hidden, %w: tensor<8x16xf32>) -> tensor<?x8x?xf32> {
  // expected-remark@+7 {{not fused: a contraction is not a projection of tokens}}
  // attend
  %zero = arith.constant dense<0.0> : tensor<3x8x5xf32>
  %init = tensor.cast %zero : tensor<3x8x5xf32> to tensor<?x8x?xf32>
  %out = linalg.contract indexing_maps = [#in, #weight, affine_map<(b, s, o, i) -> (b, o, s)>]
      ins(%o, %w : !o, tensor<8x16xf32>) outs(%init : tensor<?x8x?xf32>) -> tensor<?x8x?xf32>
  return %out : tensor<?x8x?xf32>
}

// CHECK-LABEL: @weight_with_output_between
// CHECK: linalg.contract
func.func @weight_with_output_between(%h: !hidden, %w: tensor<4x8x4xf32>, %B: index, %S: index) -> !out {
  // expected-remark@+7 {{not fused: a projection weight is neither out x in nor in x out}}
  // attend
  %heads = tensor.expand_shape %o [[0], [1], [2, 3]] output_shape [%B, %S, 4, 4] : !o into tensor<?x?x4x4xf32>
  %zero = arith.constant dense<0.0> : tensor<3x5x8xf32>
  %init = tensor.cast %zero : tensor<3x5x8xf32> to !out
  %out = linalg.contract
      indexing_maps = [affine_map<(b, s, e, h, d) -> (b, s, h, d)>, affine_map<(b, s, e, h, d) -> (h, e, d)>, affine_map<(b, s, e, h, d) -> (b, s, e)>]
      ins(%heads, %w : tensor<?x?x4x4xf32>, tensor<4x8x4xf32>) outs(%init : !out) -> !out
  return %out : !out
}

// CHECK-LABEL: @weight_of_another_type
// CHECK: linalg.contract
func.func @weight_of_another_type(%h: !hidden, %w: tensor<8x16xbf16>) -> !out {
  // expected-remark@+7 {{not fused: a projection weight does not have the element type of the hidden states}}
  // attend
  %zero = arith.constant dense<0.0> : tensor<3x5x8xf32>
  %init = tensor.cast %zero : tensor<3x5x8xf32> to !out
  %out = linalg.contract indexing_maps = [#in, #weight, #out] ins(%o, %w : !o, tensor<8x16xbf16>)
      outs(%init : !out) -> !out
  return %out : !out
}

// CHECK-LABEL: @bias_of_another_type
// CHECK: linalg.generic
func.func @bias_of_another_type(%h: !hidden, %w: tensor<8x16xf32>, %b: tensor<8xbf16>, %empty: !out) -> !out {
  // expected-remark@+7 {{not fused: a projection bias does not have the element type of the hidden states}}
  // attend
  %init = linalg.generic {indexing_maps = [affine_map<(b, s, o) -> (o)>, affine_map<(b, s, o) -> (b, s, o)>],
                          iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%b : tensor<8xbf16>) outs(%empty : !out) {
  ^bb0(%in: bf16, %out: f32):
    %e = arith.extf %in : bf16 to f32
    linalg.yield %e : f32
  } -> !out
  %out = linalg.contract indexing_maps = [#in, #weight, #out] ins(%o, %w : !o, tensor<8x16xf32>)
      outs(%init : !out) -> !out
  return %out : !out
}
