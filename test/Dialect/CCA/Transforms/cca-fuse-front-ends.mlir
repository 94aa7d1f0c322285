// Steps as front ends write them: rounded after each, flattened, rearranged.

// RUN: cca-opt %s --cca-fuse=explain --split-input-file --verify-diagnostics | FileCheck %s

// bf16 from step to step, as PyTorch computes; tokens of all rows in one dimension for the projections;
// the projections are asked for their sizes.
#lhs = affine_map<(m, n, k) -> (m, k)>
#rhs = affine_map<(m, n, k) -> (n, k)>
#res = affine_map<(m, n, k) -> (m, n)>
!h = tensor<?x?x8xbf16>
!q = tensor<?x?x4x4xbf16>
!k = tensor<?x?x2x4xbf16>

// CHECK-LABEL: @rounded_after_each_step
// CHECK-SAME:    (%[[H:.*]]: tensor<?x?x8xbf16>,
// CHECK-NEXT:    %[[O:.*]] = cca.attention %[[H]]
// CHECK:           output(
// CHECK-NEXT:      -> tensor<?x?x8xbf16>
// CHECK-NEXT:    return %[[O]]
func.func @rounded_after_each_step(
    %h: !h, %w_q: tensor<16x8xbf16>, %w_k: tensor<8x8xbf16>, %w_c: tensor<4x8xbf16>, %w_d: tensor<4x8xbf16>,
    %w0: tensor<24x2xbf16>, %b0: tensor<24xbf16>, %w1: tensor<24x4x2xbf16>, %b1: tensor<24xbf16>, %t: tensor<2xf32>,
    %cos: tensor<?x4xbf16>, %sin: tensor<?x4xbf16>, %w_o: tensor<8x16xbf16>) -> !h {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : bf16
  %B = tensor.dim %h, %c0 : !h
  %S = tensor.dim %h, %c1 : !h
  %flat = tensor.collapse_shape %h [[0, 1], [2]] : !h into tensor<?x8xbf16>
  %n = arith.muli %B, %S : index
  %empty_q = tensor.empty(%n) : tensor<?x16xbf16>
  %empty_k = tensor.empty(%n) : tensor<?x8xbf16>
  %empty_v = tensor.empty(%n) : tensor<?x4xbf16>
  %acc_q = linalg.fill ins(%zero : bf16) outs(%empty_q : tensor<?x16xbf16>) -> tensor<?x16xbf16>
  %acc_k = linalg.fill ins(%zero : bf16) outs(%empty_k : tensor<?x8xbf16>) -> tensor<?x8xbf16>
  %acc_v = linalg.fill ins(%zero : bf16) outs(%empty_v : tensor<?x4xbf16>) -> tensor<?x4xbf16>
  %q0_flat = linalg.matmul indexing_maps = [#lhs, #rhs, #res] ins(%flat, %w_q : tensor<?x8xbf16>, tensor<16x8xbf16>) outs(%acc_q : tensor<?x16xbf16>) -> tensor<?x16xbf16>
  %k0_flat = linalg.matmul indexing_maps = [#lhs, #rhs, #res] ins(%flat, %w_k : tensor<?x8xbf16>, tensor<8x8xbf16>) outs(%acc_k : tensor<?x8xbf16>) -> tensor<?x8xbf16>
  %c_flat = linalg.matmul indexing_maps = [#lhs, #rhs, #res] ins(%flat, %w_c : tensor<?x8xbf16>, tensor<4x8xbf16>) outs(%acc_v : tensor<?x4xbf16>) -> tensor<?x4xbf16>
  %d_flat = linalg.matmul indexing_maps = [#lhs, #rhs, #res] ins(%flat, %w_d : tensor<?x8xbf16>, tensor<4x8xbf16>) outs(%acc_v : tensor<?x4xbf16>) -> tensor<?x4xbf16>
  %q0 = tensor.expand_shape %q0_flat [[0, 1], [2]] output_shape [%B, %S, 16] : tensor<?x16xbf16> into tensor<?x?x16xbf16>
  %k0 = tensor.expand_shape %k0_flat [[0, 1], [2]] output_shape [%B, %S, 8] : tensor<?x8xbf16> into tensor<?x?x8xbf16>
  %c = tensor.expand_shape %c_flat [[0, 1], [2]] output_shape [%B, %S, 4] : tensor<?x4xbf16> into tensor<?x?x4xbf16>
  %d = tensor.expand_shape %d_flat [[0, 1], [2]] output_shape [%B, %S, 4] : tensor<?x4xbf16> into tensor<?x?x4xbf16>

  // The concatenation still flat.
  %x_flat = tensor.concat dim(1) %q0_flat, %k0_flat : (tensor<?x16xbf16>, tensor<?x8xbf16>) -> tensor<?x24xbf16>
  %x = tensor.expand_shape %x_flat [[0, 1], [2]] output_shape [%B, %S, 24] : tensor<?x24xbf16> into tensor<?x?x24xbf16>
  %z = cca.conv %x : tensor<?x?x24xbf16> depthwise(%w0, %b0 : tensor<24x2xbf16>, tensor<24xbf16>) grouped(%w1, %b1 : tensor<24x4x2xbf16>, tensor<24xbf16>)
  %z_heads = tensor.expand_shape %z [[0], [1], [2, 3]] output_shape [%B, %S, 6, 4] : tensor<?x?x24xbf16> into tensor<?x?x6x4xbf16>
  %zq = tensor.extract_slice %z_heads[0, 0, 0, 0] [%B, %S, 4, 4] [1, 1, 1, 1] : tensor<?x?x6x4xbf16> to !q
  %zk = tensor.extract_slice %z_heads[0, 0, 4, 0] [%B, %S, 2, 4] [1, 1, 1, 1] : tensor<?x?x6x4xbf16> to !k
  %q0_heads = tensor.expand_shape %q0 [[0], [1], [2, 3]] output_shape [%B, %S, 4, 4] : tensor<?x?x16xbf16> into !q
  %k0_heads = tensor.expand_shape %k0 [[0], [1], [2, 3]] output_shape [%B, %S, 2, 4] : tensor<?x?x8xbf16> into !k
  %q1, %k1 = cca.qk_mean %q0_heads, %k0_heads onto %zq, %zk : !q, !k

  // The norm alone in f32.
  %q1_f32 = arith.extf %q1 : !q to tensor<?x?x4x4xf32>
  %q2_f32 = cca.qk_norm %q1_f32 : tensor<?x?x4x4xf32> normalize clamp eps 7.812500e-03
  %q2 = arith.truncf %q2_f32 : tensor<?x?x4x4xf32> to !q
  %k2 = cca.qk_norm %k1 : !k normalize clamp eps 7.812500e-03 temperature linear(%t : tensor<2xf32>)
  %q = cca.rope %q2 : !q half(%cos, %sin : tensor<?x4xbf16>, tensor<?x4xbf16>)
  %k = cca.rope %k2 : !k half(%cos, %sin : tensor<?x4xbf16>, tensor<?x4xbf16>)
  %v_channels = cca.value_shift %c, %d : tensor<?x?x4xbf16>, tensor<?x?x4xbf16>
  %v = tensor.expand_shape %v_channels [[0], [1], [2, 3]] output_shape [%B, %S, 2, 4] : tensor<?x?x8xbf16> into !k
  %o = cca.flash_attention query(%q : !q) key(%k : !k) value(%v : !k) causal -> !q
  %o_flat = tensor.collapse_shape %o [[0, 1], [2, 3]] : !q into tensor<?x16xbf16>
  %out_flat = linalg.matmul indexing_maps = [#lhs, #rhs, #res] ins(%o_flat, %w_o : tensor<?x16xbf16>, tensor<8x16xbf16>) outs(%acc_k : tensor<?x8xbf16>) -> tensor<?x8xbf16>
  %out = tensor.expand_shape %out_flat [[0, 1], [2]] output_shape [%B, %S, 8] : tensor<?x8xbf16> into !h
  return %out : !h
}

// -----

// Everything is extended to f32 first, weights too, and values are rounded before they are heads; no RoPE;
// projections are kept for the next tokens.
#lhs = affine_map<(b, s, n, k) -> (b, s, k)>
#rhs = affine_map<(b, s, n, k) -> (n, k)>
#res = affine_map<(b, s, n, k) -> (b, s, n)>
!h = tensor<1x8x8xf32>
!half = tensor<1x8x4xf32>
!heads = tensor<1x8x2x4xf32>
!out = tensor<1x8x2x4xbf16>

// CHECK-LABEL: @extended_first
// CHECK-SAME:    (%[[H:.*]]: tensor<1x8x8xbf16>, %[[WQ:.*]]: tensor<8x8xbf16>, %[[WK:.*]]: tensor<8x8xbf16>,
// CHECK:         %[[Q0:.*]] = linalg.contract
// CHECK:         %[[TABLE:.*]] = tensor.empty() : tensor<8x0xf32>
// CHECK:         %[[Q:.*]], %[[K:.*]], %[[V:.*]] = cca.prologue %[[H]] : tensor<1x8x8xbf16>
// CHECK-NEXT:      query(%[[WQ]] : tensor<8x8xbf16>)
// CHECK:           rope half(%[[TABLE]], %[[TABLE]] :
// CHECK-NOT:     cca.
// CHECK:         return %[[Q]], %[[K]], %[[V]], %[[Q0]]
func.func @extended_first(
    %h_bf16: tensor<1x8x8xbf16>, %w_q_bf16: tensor<8x8xbf16>, %w_k_bf16: tensor<8x8xbf16>,
    %w_v_bf16: tensor<4x8xbf16>, %w0: tensor<16x1xbf16>, %b_bf16: tensor<16xbf16>, %w1: tensor<16x4x1xbf16>,
    %t: tensor<2xf32>) -> (!out, !out, !out, !h) {
  %h = arith.extf %h_bf16 : tensor<1x8x8xbf16> to !h
  %w_q = arith.extf %w_q_bf16 : tensor<8x8xbf16> to tensor<8x8xf32>
  %w_k = arith.extf %w_k_bf16 : tensor<8x8xbf16> to tensor<8x8xf32>
  %w_v = arith.extf %w_v_bf16 : tensor<4x8xbf16> to tensor<4x8xf32>
  %b = arith.extf %b_bf16 : tensor<16xbf16> to tensor<16xf32>
  %acc = arith.constant dense<0.0> : !h
  %acc_half = arith.constant dense<0.0> : !half
  %q0 = linalg.contract indexing_maps = [#lhs, #rhs, #res] ins(%h, %w_q : !h, tensor<8x8xf32>) outs(%acc : !h) -> !h
  %k0 = linalg.contract indexing_maps = [#lhs, #rhs, #res] ins(%h, %w_k : !h, tensor<8x8xf32>) outs(%acc : !h) -> !h
  %c = linalg.contract indexing_maps = [#lhs, #rhs, #res] ins(%h, %w_v : !h, tensor<4x8xf32>) outs(%acc_half : !half) -> !half
  %q0_heads = tensor.expand_shape %q0 [[0], [1], [2, 3]] output_shape [1, 8, 2, 4] : !h into !heads
  %k0_heads = tensor.expand_shape %k0 [[0], [1], [2, 3]] output_shape [1, 8, 2, 4] : !h into !heads
  %x_heads = tensor.concat dim(2) %q0_heads, %k0_heads : (!heads, !heads) -> tensor<1x8x4x4xf32>
  %x = tensor.collapse_shape %x_heads [[0], [1], [2, 3]] : tensor<1x8x4x4xf32> into tensor<1x8x16xf32>
  %z = cca.conv %x : tensor<1x8x16xf32> depthwise(%w0, %b : tensor<16x1xbf16>, tensor<16xf32>) grouped(%w1, %b : tensor<16x4x1xbf16>, tensor<16xf32>)
  %zq_flat = tensor.extract_slice %z[0, 0, 0] [1, 8, 8] [1, 1, 1] : tensor<1x8x16xf32> to !h
  %zk_flat = tensor.extract_slice %z[0, 0, 8] [1, 8, 8] [1, 1, 1] : tensor<1x8x16xf32> to !h
  %zq = tensor.expand_shape %zq_flat [[0], [1], [2, 3]] output_shape [1, 8, 2, 4] : !h into !heads
  %zk = tensor.expand_shape %zk_flat [[0], [1], [2, 3]] output_shape [1, 8, 2, 4] : !h into !heads
  %q1, %k1 = cca.qk_mean %q0_heads, %k0_heads onto %zq, %zk : !heads, !heads
  %q = cca.qk_norm %q1 : !heads normalize clamp eps 1.0e-06
  %k = cca.qk_norm %k1 : !heads normalize clamp eps 1.0e-06 temperature exp(%t : tensor<2xf32>)
  %v = cca.value_shift %c, %c : !half, !half
  %q_bf16 = arith.truncf %q : !heads to !out
  %k_bf16 = arith.truncf %k : !heads to !out
  %v_bf16 = arith.truncf %v : !h to tensor<1x8x8xbf16>
  %v_heads = tensor.expand_shape %v_bf16 [[0], [1], [2, 3]] output_shape [1, 8, 2, 4] : tensor<1x8x8xbf16> into !out
  return %q_bf16, %k_bf16, %v_heads, %q0 : !out, !out, !out, !h
}

// Used in f32, queries would be rounded by the prologue.
// CHECK-LABEL: @not_rounded
// CHECK-NOT:     cca.prologue
// CHECK:         cca.qk_mean
// CHECK-NOT:     cca.prologue
func.func @not_rounded(
    %h: tensor<1x8x8xbf16>, %w_q: tensor<8x8xbf16>, %w_k: tensor<8x8xbf16>, %w_v: tensor<4x8xbf16>,
    %w0: tensor<16x1xbf16>, %b: tensor<16xbf16>, %w1: tensor<16x4x1xbf16>, %t: tensor<2xf32>)
    -> (!heads, !out, !h) {
  // expected-remark@+14 {{not fused: queries, keys or values are used before they are rounded to the element type of the hidden states}}
  %acc = arith.constant dense<0.0> : !h
  %acc_half = arith.constant dense<0.0> : !half
  %q0 = linalg.contract indexing_maps = [#lhs, #rhs, #res] ins(%h, %w_q : tensor<1x8x8xbf16>, tensor<8x8xbf16>) outs(%acc : !h) -> !h
  %k0 = linalg.contract indexing_maps = [#lhs, #rhs, #res] ins(%h, %w_k : tensor<1x8x8xbf16>, tensor<8x8xbf16>) outs(%acc : !h) -> !h
  %c = linalg.contract indexing_maps = [#lhs, #rhs, #res] ins(%h, %w_v : tensor<1x8x8xbf16>, tensor<4x8xbf16>) outs(%acc_half : !half) -> !half
  %x = tensor.concat dim(2) %q0, %k0 : (!h, !h) -> tensor<1x8x16xf32>
  %z = cca.conv %x : tensor<1x8x16xf32> depthwise(%w0, %b : tensor<16x1xbf16>, tensor<16xbf16>) grouped(%w1, %b : tensor<16x4x1xbf16>, tensor<16xbf16>)
  %zq_flat = tensor.extract_slice %z[0, 0, 0] [1, 8, 8] [1, 1, 1] : tensor<1x8x16xf32> to !h
  %zk_flat = tensor.extract_slice %z[0, 0, 8] [1, 8, 8] [1, 1, 1] : tensor<1x8x16xf32> to !h
  %zq = tensor.expand_shape %zq_flat [[0], [1], [2, 3]] output_shape [1, 8, 2, 4] : !h into !heads
  %zk = tensor.expand_shape %zk_flat [[0], [1], [2, 3]] output_shape [1, 8, 2, 4] : !h into !heads
  %q0_heads = tensor.expand_shape %q0 [[0], [1], [2, 3]] output_shape [1, 8, 2, 4] : !h into !heads
  %k0_heads = tensor.expand_shape %k0 [[0], [1], [2, 3]] output_shape [1, 8, 2, 4] : !h into !heads
  %q1, %k1 = cca.qk_mean %q0_heads, %k0_heads onto %zq, %zk : !heads, !heads
  %q = cca.qk_norm %q1 : !heads normalize clamp eps 1.0e-06
  %k = cca.qk_norm %k1 : !heads normalize clamp eps 1.0e-06 temperature exp(%t : tensor<2xf32>)
  %v = cca.value_shift %c, %c : !half, !half
  %k_bf16 = arith.truncf %k : !heads to !out
  return %q, %k_bf16, %v : !heads, !out, !h
}

// -----

// One packed row of tokens, which the projections see without the batch dimension.
#lhs = affine_map<(s, n, k) -> (s, k)>
#rhs = affine_map<(s, n, k) -> (n, k)>
#res = affine_map<(s, n, k) -> (s, n)>
!heads = tensor<1x?x2x4xf32>

// CHECK-LABEL: @tokens_without_batch
// CHECK-SAME:    (%[[T:.*]]: tensor<?x8xf32>,
// CHECK:         %[[S:.*]] = tensor.dim %[[T]], %c0
// CHECK:         %[[H:.*]] = tensor.expand_shape %[[T]] {{\[\[}}0, 1], [2]] output_shape [1, %[[S]], 8] : tensor<?x8xf32> into tensor<1x?x8xf32>
// CHECK-NEXT:    cca.prologue %[[H]]
// CHECK-NOT:     linalg
// CHECK:           packed(
// CHECK-NOT:     cca.
func.func @tokens_without_batch(
    %h: tensor<?x8xf32>, %w_q: tensor<8x8xf32>, %w_k: tensor<8x8xf32>, %w_v: tensor<4x8xf32>, %w0: tensor<16x2xf32>,
    %b: tensor<16xf32>, %w1: tensor<16x4x2xf32>, %t: tensor<2xf32>, %table: tensor<?x4xf32>, %cu: tensor<?xi32>)
    -> (!heads, !heads, !heads) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %S = tensor.dim %h, %c0 : tensor<?x8xf32>
  %empty = tensor.empty(%S) : tensor<?x8xf32>
  %empty_v = tensor.empty(%S) : tensor<?x4xf32>
  %acc = linalg.fill ins(%zero : f32) outs(%empty : tensor<?x8xf32>) -> tensor<?x8xf32>
  %acc_v = linalg.fill ins(%zero : f32) outs(%empty_v : tensor<?x4xf32>) -> tensor<?x4xf32>
  %q0 = linalg.matmul indexing_maps = [#lhs, #rhs, #res] ins(%h, %w_q : tensor<?x8xf32>, tensor<8x8xf32>) outs(%acc : tensor<?x8xf32>) -> tensor<?x8xf32>
  %k0 = linalg.matmul indexing_maps = [#lhs, #rhs, #res] ins(%h, %w_k : tensor<?x8xf32>, tensor<8x8xf32>) outs(%acc : tensor<?x8xf32>) -> tensor<?x8xf32>
  %c_flat = linalg.matmul indexing_maps = [#lhs, #rhs, #res] ins(%h, %w_v : tensor<?x8xf32>, tensor<4x8xf32>) outs(%acc_v : tensor<?x4xf32>) -> tensor<?x4xf32>
  %c = tensor.expand_shape %c_flat [[0, 1], [2]] output_shape [1, %S, 4] : tensor<?x4xf32> into tensor<1x?x4xf32>
  %x_flat = tensor.concat dim(1) %q0, %k0 : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x16xf32>
  %x = tensor.expand_shape %x_flat [[0, 1], [2]] output_shape [1, %S, 16] : tensor<?x16xf32> into tensor<1x?x16xf32>
  %z = cca.conv %x : tensor<1x?x16xf32> depthwise(%w0, %b : tensor<16x2xf32>, tensor<16xf32>) grouped(%w1, %b : tensor<16x4x2xf32>, tensor<16xf32>) packed(%cu : tensor<?xi32>)
  %zq_flat = tensor.extract_slice %z[0, 0, 0] [1, %S, 8] [1, 1, 1] : tensor<1x?x16xf32> to tensor<1x?x8xf32>
  %zk_flat = tensor.extract_slice %z[0, 0, 8] [1, %S, 8] [1, 1, 1] : tensor<1x?x16xf32> to tensor<1x?x8xf32>
  %zq = tensor.expand_shape %zq_flat [[0], [1], [2, 3]] output_shape [1, %S, 2, 4] : tensor<1x?x8xf32> into !heads
  %zk = tensor.expand_shape %zk_flat [[0], [1], [2, 3]] output_shape [1, %S, 2, 4] : tensor<1x?x8xf32> into !heads
  %q0_heads = tensor.expand_shape %q0 [[0, 1], [2, 3]] output_shape [1, %S, 2, 4] : tensor<?x8xf32> into !heads
  %k0_heads = tensor.expand_shape %k0 [[0, 1], [2, 3]] output_shape [1, %S, 2, 4] : tensor<?x8xf32> into !heads
  %q1, %k1 = cca.qk_mean %q0_heads, %k0_heads onto %zq, %zk : !heads, !heads
  %q2 = cca.qk_norm %q1 : !heads normalize rsqrt eps 1.0e-12
  %k2 = cca.qk_norm %k1 : !heads normalize rsqrt eps 1.0e-12 temperature linear(%t : tensor<2xf32>)
  %q = cca.rope %q2 : !heads half(%table, %table : tensor<?x4xf32>, tensor<?x4xf32>) packed(%cu : tensor<?xi32>)
  %k = cca.rope %k2 : !heads half(%table, %table : tensor<?x4xf32>, tensor<?x4xf32>) packed(%cu : tensor<?xi32>)
  %v_channels = cca.value_shift %c, %c : tensor<1x?x4xf32>, tensor<1x?x4xf32> packed(%cu : tensor<?xi32>)
  %v = tensor.expand_shape %v_channels [[0], [1], [2, 3]] output_shape [1, %S, 2, 4] : tensor<1x?x8xf32> into !heads
  return %q, %k, %v : !heads, !heads, !heads
}
