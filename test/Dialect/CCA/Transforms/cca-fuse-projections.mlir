// Projections as front ends write them, here those of the output of an attention block %o of %h.

// RUN: sed '/^  .. attend$/r %S/Inputs/attend.mlir' %s | cca-opt --cca-fuse | FileCheck %s

!hidden = tensor<?x?x8xf32>
!o = tensor<?x?x16xf32>
!out = tensor<?x?x8xf32>
func.func private @operands() -> (tensor<16x8xf32>, tensor<8x8xf32>, tensor<4x8xf32>, tensor<24x2xf32>,
    tensor<24xf32>, tensor<24x4x2xf32>, tensor<2xf32>, tensor<?x4xf32>, tensor<16xf32>, tensor<8xf32>,
    tensor<4xf32>)

// On tokens of all sequences, with a weight that a map transposes and a bias added afterwards.
// CHECK-LABEL: @matmul_of_flattened_tokens
// CHECK-SAME:    %{{.*}}, %[[W:.*]]: tensor<8x16xf32>, %[[B:.*]]: tensor<8xf32>
// CHECK-NOT:     linalg
// CHECK:         output(%[[W]] : {{.*}} output_bias(%[[B]] :
// CHECK-NOT:     linalg
func.func @matmul_of_flattened_tokens(%h: !hidden, %w: tensor<8x16xf32>, %b: tensor<8xf32>) -> !out {
  // attend
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %B = tensor.dim %o, %c0 : !o
  %S = tensor.dim %o, %c1 : !o
  %flat = tensor.collapse_shape %o [[0, 1], [2]] : !o into tensor<?x16xf32>
  %n = tensor.dim %flat, %c0 : tensor<?x16xf32>
  %empty = tensor.empty(%n) : tensor<?x8xf32>
  %acc = linalg.fill ins(%zero : f32) outs(%empty : tensor<?x8xf32>) -> tensor<?x8xf32>
  %product = linalg.matmul
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%flat, %w : tensor<?x16xf32>, tensor<8x16xf32>) outs(%acc : tensor<?x8xf32>) -> tensor<?x8xf32>
  %bias = linalg.broadcast ins(%b : tensor<8xf32>) outs(%empty : tensor<?x8xf32>) dimensions = [0]
  %sum = linalg.add ins(%product, %bias : tensor<?x8xf32>, tensor<?x8xf32>) outs(%empty : tensor<?x8xf32>) -> tensor<?x8xf32>
  %out = tensor.expand_shape %sum [[0, 1], [2]] output_shape [%B, %S, 8] : tensor<?x8xf32> into !out
  return %out : !out
}

// One row: the other size follows.
// CHECK-LABEL: @matmul_of_one_row
// CHECK:         output(
// CHECK-NOT:     linalg
func.func @matmul_of_one_row(%row: tensor<1x?x8xf32>, %w: tensor<8x16xf32>, %acc: tensor<?x8xf32>, %S: index) -> tensor<1x?x8xf32> {
  %h = tensor.cast %row : tensor<1x?x8xf32> to !hidden
  // attend
  %zero = arith.constant 0.0 : f32
  %init = linalg.fill ins(%zero : f32) outs(%acc : tensor<?x8xf32>) -> tensor<?x8xf32>
  %o_row = tensor.cast %o : !o to tensor<1x?x16xf32>
  %flat = tensor.collapse_shape %o_row [[0, 1], [2]] : tensor<1x?x16xf32> into tensor<?x16xf32>
  %product = linalg.matmul
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%flat, %w : tensor<?x16xf32>, tensor<8x16xf32>) outs(%init : tensor<?x8xf32>) -> tensor<?x8xf32>
  %out = tensor.expand_shape %product [[0, 1], [2]] output_shape [1, %S, 8] : tensor<?x8xf32> into tensor<1x?x8xf32>
  return %out : tensor<1x?x8xf32>
}

// The transpose is undone; the bias is added by arith.
// CHECK-LABEL: @matmul_with_transposed_weight
// CHECK-SAME:    %{{.*}}, %[[W:.*]]: tensor<8x16xf32>, %[[B:.*]]: tensor<8xf32>
// CHECK-NOT:     linalg
// CHECK:         output(%[[W]] : {{.*}} output_bias(%[[B]] :
// CHECK-NOT:     linalg
func.func @matmul_with_transposed_weight(%h: !hidden, %w: tensor<8x16xf32>, %b: tensor<8xf32>, %empty: !out) -> !out {
  // attend
  %zero = arith.constant 0.0 : f32
  %init = linalg.fill ins(%zero : f32) outs(%empty : !out) -> !out
  %empty_t = tensor.empty() : tensor<16x8xf32>
  %transposed = linalg.transpose ins(%w : tensor<8x16xf32>) outs(%empty_t : tensor<16x8xf32>) permutation = [1, 0]
  %product = linalg.contract
      indexing_maps = [affine_map<(b, s, o, i) -> (b, s, i)>, affine_map<(b, s, o, i) -> (i, o)>, affine_map<(b, s, o, i) -> (b, s, o)>]
      ins(%o, %transposed : !o, tensor<16x8xf32>) outs(%init : !out) -> !out
  %bias = linalg.broadcast ins(%b : tensor<8xf32>) outs(%empty : !out) dimensions = [0, 1]
  %out = arith.addf %bias, %product : !out
  return %out : !out
}

// Stored in x out: a transpose of the weight alone is built.
// CHECK-LABEL: @matmul_with_in_out_weight
// CHECK-SAME:    %{{.*}}, %[[W:.*]]: tensor<16x8xf32>
// CHECK:         %[[T:.*]] = linalg.transpose ins(%[[W]] : tensor<16x8xf32>) {{.*}} permutation = [1, 0]
// CHECK:         output(%[[T]] : tensor<8x16xf32>)
// CHECK-NOT:     linalg
func.func @matmul_with_in_out_weight(%h: !hidden, %w: tensor<16x8xf32>, %empty: !out) -> !out {
  // attend
  %zero = arith.constant 0.0 : f32
  %init = linalg.fill ins(%zero : f32) outs(%empty : !out) -> !out
  %out = linalg.contract
      indexing_maps = [affine_map<(b, s, o, i) -> (b, s, i)>, affine_map<(b, s, o, i) -> (i, o)>, affine_map<(b, s, o, i) -> (b, s, o)>]
      ins(%o, %w : !o, tensor<16x8xf32>) outs(%init : !out) -> !out
  return %out : !out
}

// A weight for each row of the batch, all the same.
// CHECK-LABEL: @batch_matmul
// CHECK-SAME:    %{{.*}}, %[[W:.*]]: tensor<8x16xf32>
// CHECK-NOT:     linalg
// CHECK:         output(%[[W]] : tensor<8x16xf32>)
// CHECK-NOT:     linalg
func.func @batch_matmul(%h: !hidden, %w: tensor<8x16xf32>, %empty: !out, %empty_w: tensor<?x16x8xf32>) -> !out {
  // attend
  %zero = arith.constant 0.0 : f32
  %init = linalg.fill ins(%zero : f32) outs(%empty : !out) -> !out
  %empty_t = tensor.empty() : tensor<16x8xf32>
  %transposed = linalg.transpose ins(%w : tensor<8x16xf32>) outs(%empty_t : tensor<16x8xf32>) permutation = [1, 0]
  %weights = linalg.broadcast ins(%transposed : tensor<16x8xf32>) outs(%empty_w : tensor<?x16x8xf32>) dimensions = [0]
  %out = linalg.batch_matmul ins(%o, %weights : !o, tensor<?x16x8xf32>) outs(%init : !out) -> !out
  return %out : !out
}

// CHECK-LABEL: @batch_matmul_of_one_row
// CHECK-SAME:    %{{.*}}, %[[W:.*]]: tensor<16x8xf32>
// CHECK:         %[[T:.*]] = linalg.transpose ins(%[[W]] : tensor<16x8xf32>)
// CHECK:         output(%[[T]] : tensor<8x16xf32>)
func.func @batch_matmul_of_one_row(%row: tensor<1x64x8xf32>, %w: tensor<16x8xf32>) -> tensor<1x64x8xf32> {
  %h = tensor.cast %row : tensor<1x64x8xf32> to !hidden
  // attend
  %o_row = tensor.cast %o : !o to tensor<1x64x16xf32>
  %init = arith.constant dense<0.0> : tensor<1x64x8xf32>
  %weights = tensor.expand_shape %w [[0, 1], [2]] output_shape [1, 16, 8] : tensor<16x8xf32> into tensor<1x16x8xf32>
  %out = linalg.batch_matmul ins(%o_row, %weights : tensor<1x64x16xf32>, tensor<1x16x8xf32>)
      outs(%init : tensor<1x64x8xf32>) -> tensor<1x64x8xf32>
  return %out : tensor<1x64x8xf32>
}

// Over heads and their channels, as in "bshd,ehd->bse".
// CHECK-LABEL: @contraction_over_heads
// CHECK-SAME:    %{{.*}}, %[[W:.*]]: tensor<8x4x4xf32>
// CHECK:         %[[M:.*]] = tensor.collapse_shape %[[W]] {{\[\[}}0], [1, 2]] : tensor<8x4x4xf32> into tensor<8x16xf32>
// CHECK:         output(%[[M]] :
// CHECK-NOT:     linalg
func.func @contraction_over_heads(%h: !hidden, %w: tensor<8x4x4xf32>, %B: index, %S: index, %empty: !out) -> !out {
  // attend
  %heads = tensor.expand_shape %o [[0], [1], [2, 3]] output_shape [%B, %S, 4, 4] : !o into tensor<?x?x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %init = linalg.fill ins(%zero : f32) outs(%empty : !out) -> !out
  %out = linalg.contract
      indexing_maps = [affine_map<(b, s, e, h, d) -> (b, s, h, d)>, affine_map<(b, s, e, h, d) -> (e, h, d)>, affine_map<(b, s, e, h, d) -> (b, s, e)>]
      ins(%heads, %w : tensor<?x?x4x4xf32>, tensor<8x4x4xf32>) outs(%init : !out) -> !out
  return %out : !out
}

// Contraction and bias as generic ops, the weight first; the sum goes where the product was.
// CHECK-LABEL: @generic
// CHECK-SAME:    %{{.*}}, %[[W:.*]]: tensor<8x16xf32>, %[[B:.*]]: tensor<1x1x8xf32>
// CHECK:         %[[V:.*]] = tensor.collapse_shape %[[B]] {{\[\[}}0, 1, 2]]
// CHECK:         output(%[[W]] : {{.*}} output_bias(%[[V]] : tensor<8xf32>)
// CHECK-NOT:     linalg
func.func @generic(%h: !hidden, %w: tensor<8x16xf32>, %b: tensor<1x1x8xf32>, %empty: !out) -> !out {
  // attend
  %zero = arith.constant 0.0 : f32
  %init = linalg.generic {indexing_maps = [affine_map<(b, s, o) -> ()>, affine_map<(b, s, o) -> (b, s, o)>],
                          iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%zero : f32) outs(%empty : !out) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> !out
  %product = linalg.generic {indexing_maps = [affine_map<(b, s, o, i) -> (o, i)>, affine_map<(b, s, o, i) -> (b, s, i)>, affine_map<(b, s, o, i) -> (b, s, o)>],
                             iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%w, %o : tensor<8x16xf32>, !o) outs(%init : !out) {
  ^bb0(%weight: f32, %in: f32, %acc: f32):
    %p = arith.mulf %in, %weight : f32
    %s = arith.addf %p, %acc : f32
    linalg.yield %s : f32
  } -> !out
  %out = linalg.generic {indexing_maps = [affine_map<(b, s, o) -> (0, 0, o)>, affine_map<(b, s, o) -> (b, s, o)>],
                         iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%b : tensor<1x1x8xf32>) outs(%product : !out) {
  ^bb0(%bias: f32, %in: f32):
    %s = arith.addf %in, %bias : f32
    linalg.yield %s : f32
  } -> !out
  return %out : !out
}

// What does not fit in is added to the output, here a second bias.
// CHECK-LABEL: @second_bias_stays
// CHECK-SAME:    %{{.*}}, %{{.*}}, %[[B:.*]]: tensor<8xf32>, %[[C:.*]]: tensor<8xf32>
// CHECK:         linalg.broadcast ins(%[[C]] :
// CHECK:         output({{.*}} output_bias(%[[B]] :
// CHECK:         linalg.add
func.func @second_bias_stays(%h: !hidden, %w: tensor<8x16xf32>, %b: tensor<8xf32>, %c: tensor<8xf32>, %empty: !out)
    -> !out {
  // attend
  %init = linalg.broadcast ins(%b : tensor<8xf32>) outs(%empty : !out) dimensions = [0, 1]
  %more = linalg.broadcast ins(%c : tensor<8xf32>) outs(%empty : !out) dimensions = [0, 1]
  %product = linalg.contract
      indexing_maps = [affine_map<(b, s, o, i) -> (b, s, i)>, affine_map<(b, s, o, i) -> (o, i)>, affine_map<(b, s, o, i) -> (b, s, o)>]
      ins(%o, %w : !o, tensor<8x16xf32>) outs(%init : !out) -> !out
  %out = linalg.add ins(%product, %more : !out, !out) outs(%empty : !out) -> !out
  return %out : !out
}

// CHECK-LABEL: @residual_stays
// CHECK:         output(
// CHECK:         arith.addf
func.func @residual_stays(%h: !hidden, %w: tensor<8x16xf32>, %empty: !out) -> !out {
  // attend
  %zero = arith.constant 0.0 : f32
  %init = linalg.fill ins(%zero : f32) outs(%empty : !out) -> !out
  %product = linalg.contract
      indexing_maps = [affine_map<(b, s, o, i) -> (b, s, i)>, affine_map<(b, s, o, i) -> (o, i)>, affine_map<(b, s, o, i) -> (b, s, o)>]
      ins(%o, %w : !o, tensor<8x16xf32>) outs(%init : !out) -> !out
  %out = arith.addf %product, %h : !out
  return %out : !out
}
