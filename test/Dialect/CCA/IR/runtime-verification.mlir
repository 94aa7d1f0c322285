// What types leave open is asserted before each op: these checks, in this order, and no others.
//
// RUN: cca-opt %s --generate-runtime-verification | FileCheck %s --implicit-check-not=cf.assert

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @static_sizes_need_no_check
//       CHECK:   cca.flash_attention
//       CHECK:   cca.qk_norm
//       CHECK:   cca.rope
//       CHECK:   cca.value_shift
func.func @static_sizes_need_no_check(%q: tensor<2x3x2x4xf32>, %k: tensor<2x3x1x4xf32>, %cos: tensor<3x4xf32>,
                                      %h: tensor<2x3x2xf32>) -> (tensor<2x3x2x4xf32>, tensor<2x3x4xf32>) {
  %o = cca.flash_attention
      query(%q : tensor<2x3x2x4xf32>) key(%k : tensor<2x3x1x4xf32>) value(%k : tensor<2x3x1x4xf32>)
      -> tensor<2x3x2x4xf32>
  %n = cca.qk_norm %o : tensor<2x3x2x4xf32> normalize clamp eps 0.0
  %y = cca.rope %n : tensor<2x3x2x4xf32> half(%cos, %cos : tensor<3x4xf32>, tensor<3x4xf32>)
  %v = cca.value_shift %h, %h : tensor<2x3x2xf32>, tensor<2x3x2xf32>
  return %y, %v : tensor<2x3x2x4xf32>, tensor<2x3x4xf32>
}

// There is one operand with a batch and tokens.
// CHECK-LABEL: @one_tensor_agrees_with_itself
//       CHECK:   cca.qk_norm
//       CHECK:   cca.conv
func.func @one_tensor_agrees_with_itself(%x: tensor<?x?x2x4xf32>, %z: tensor<?x?x4xf32>, %w1: tensor<4x2x2xf32>,
                                         %b: tensor<4xf32>) -> (tensor<?x?x2x4xf32>, tensor<?x?x4xf32>) {
  %n = cca.qk_norm %x : tensor<?x?x2x4xf32> normalize clamp eps 0.0
  %y = cca.conv %z : tensor<?x?x4xf32> grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>)
  return %n, %y : tensor<?x?x2x4xf32>, tensor<?x?x4xf32>
}

// CHECK-LABEL: @flash_attention
//  CHECK-SAME:   (%[[Q:.*]]: tensor<?x?x2x4xf32>, %[[K:.*]]: tensor<?x?x1x4xf32>)
//   CHECK-DAG:   %[[BQ:.*]] = tensor.dim %[[Q]], %c0{{.*}}
//   CHECK-DAG:   %[[BK:.*]] = tensor.dim %[[K]], %c0{{.*}}
//       CHECK:   %[[SAME:.*]] = arith.cmpi eq, %[[BK]], %[[BQ]]
//       CHECK:   cf.assert %[[SAME]], "{{.*}}expects query and key to agree in the batch size\0A
//       CHECK:   cf.assert %{{.*}}expects query and key to agree in the number of tokens\0A
//       CHECK:   cf.assert %{{.*}}expects query and value to agree in the batch size\0A
//       CHECK:   cf.assert %{{.*}}expects query and value to agree in the number of tokens\0A
//       CHECK:   cca.flash_attention
func.func @flash_attention(%q: tensor<?x?x2x4xf32>, %k: tensor<?x?x1x4xf32>) -> tensor<?x?x2x4xf32> {
  %o = cca.flash_attention
      query(%q : tensor<?x?x2x4xf32>) key(%k : tensor<?x?x1x4xf32>) value(%k : tensor<?x?x1x4xf32>)
      -> tensor<?x?x2x4xf32>
  return %o : tensor<?x?x2x4xf32>
}

// Of the key, only the number of tokens is dynamic.
// CHECK-LABEL: @qk_mean
//       CHECK:   cf.assert %{{.*}}expects q0 and k0 to agree in the number of tokens\0A
//       CHECK:   cf.assert %{{.*}}expects q0 and zk to agree in the number of tokens\0A
//       CHECK:   cca.qk_mean
func.func @qk_mean(%q: tensor<1x3x2x4xf32>, %k: tensor<1x?x1x4xf32>) -> tensor<1x3x2x4xf32> {
  %a, %b = cca.qk_mean %q, %k onto %q, %k : tensor<1x3x2x4xf32>, tensor<1x?x1x4xf32>
  return %a : tensor<1x3x2x4xf32>
}

// CHECK-LABEL: @all_tensors_of_a_mean
//       CHECK:   cf.assert %{{.*}}expects q0 and k0 to agree in the batch size\0A
//       CHECK:   cf.assert %{{.*}}expects q0 and zq to agree in the batch size\0A
//       CHECK:   cf.assert %{{.*}}expects q0 and zk to agree in the batch size\0A
//       CHECK:   cca.qk_mean
func.func @all_tensors_of_a_mean(%q: tensor<?x3x2x4xf32>, %k: tensor<?x3x1x4xf32>) -> tensor<?x3x2x4xf32> {
  %a, %b = cca.qk_mean %q, %k onto %q, %k : tensor<?x3x2x4xf32>, tensor<?x3x1x4xf32>
  return %a : tensor<?x3x2x4xf32>
}

// CHECK-LABEL: @value_shift
//       CHECK:   cf.assert %{{.*}}expects current and delayed to agree in the batch size\0A
//       CHECK:   cf.assert %{{.*}}expects current and delayed to agree in the number of tokens\0A
//       CHECK:   cca.value_shift
func.func @value_shift(%x: tensor<?x?x4xf32>) -> tensor<?x?x8xf32> {
  %v = cca.value_shift %x, %x : tensor<?x?x4xf32>, tensor<?x?x4xf32>
  return %v : tensor<?x?x8xf32>
}

// CHECK-LABEL: @rope
//       CHECK:   cf.assert %{{.*}}expects cos and sin to have one shape\0A
//       CHECK:   cf.assert %{{.*}}expects cos to have a row for each token\0A
//       CHECK:   cca.rope
func.func @rope(%x: tensor<?x?x1x4xf32>, %cos: tensor<?x4xf32>) -> tensor<?x?x1x4xf32> {
  %y = cca.rope %x : tensor<?x?x1x4xf32> half(%cos, %cos : tensor<?x4xf32>, tensor<?x4xf32>)
  return %y : tensor<?x?x1x4xf32>
}

// CHECK-LABEL: @rope_with_a_table_per_batch_row
//       CHECK:   cf.assert %{{.*}}expects cos and sin to have one shape\0A
//       CHECK:   cf.assert %{{.*}}expects cos and sin to have one shape\0A
//       CHECK:   cf.assert %{{.*}}expects cos to have a row of positions for each batch row\0A
//       CHECK:   cf.assert %{{.*}}expects cos to have a row for each token\0A
//       CHECK:   cca.rope
func.func @rope_with_a_table_per_batch_row(%x: tensor<?x3x1x4xf32>, %cos: tensor<?x?x4xf32>) -> tensor<?x3x1x4xf32> {
  %y = cca.rope %x : tensor<?x3x1x4xf32> half(%cos, %cos : tensor<?x?x4xf32>, tensor<?x?x4xf32>)
  return %y : tensor<?x3x1x4xf32>
}

//===----------------------------------------------------------------------===//
// Packed sequences
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @conv_packed
//  CHECK-SAME:   (%[[X:[^:]*]]: tensor<?x?x4xf32>, {{.*}}, %[[CU:[^:]*]]: tensor<?xi32>)
//       CHECK:   cf.assert %{{.*}}expects a packed batch to have one row\0A
//       CHECK:   %[[N:.*]] = tensor.dim %[[CU]]
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens to have at least one element\0A
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens to start with 0\0A
//       CHECK:   %[[LAST:.*]] = arith.subi %[[N]], %c1
//       CHECK:   tensor.extract %[[CU]][%[[LAST]]]
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens to end with the number of tokens\0A
//       CHECK:   scf.for %{{.*}} = %c0{{.*}} to %[[LAST]] step
//       CHECK:     arith.cmpi sle
//       CHECK:     cf.assert %{{.*}}expects cu_seqlens not to decrease\0A
//       CHECK:   cca.conv
func.func @conv_packed(%x: tensor<?x?x4xf32>, %w1: tensor<4x2x2xf32>, %b: tensor<4xf32>,
                       %cu_seqlens: tensor<?xi32>) -> tensor<?x?x4xf32> {
  %z = cca.conv %x : tensor<?x?x4xf32> grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>)
      packed(%cu_seqlens : tensor<?xi32>)
  return %z : tensor<?x?x4xf32>
}

// One row is known, the contents of cu_seqlens never are.
// CHECK-LABEL: @attention_packed
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens to have at least one element\0A
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens to start with 0\0A
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens to end with the number of tokens\0A
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens not to decrease\0A
//       CHECK:   cca.flash_attention
func.func @attention_packed(%q: tensor<1x5x1x4xf32>, %cu_seqlens: tensor<3xi32>) -> tensor<1x5x1x4xf32> {
  %o = cca.flash_attention
      query(%q : tensor<1x5x1x4xf32>) key(%q : tensor<1x5x1x4xf32>) value(%q : tensor<1x5x1x4xf32>)
      packed(%cu_seqlens : tensor<3xi32>) -> tensor<1x5x1x4xf32>
  return %o : tensor<1x5x1x4xf32>
}

// CHECK-LABEL: @value_shift_packed
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens to have at least one element\0A
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens to start with 0\0A
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens to end with the number of tokens\0A
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens not to decrease\0A
//       CHECK:   cca.value_shift
func.func @value_shift_packed(%x: tensor<1x5x4xf32>, %cu_seqlens: tensor<3xi32>) -> tensor<1x5x8xf32> {
  %v = cca.value_shift %x, %x : tensor<1x5x4xf32>, tensor<1x5x4xf32> packed(%cu_seqlens : tensor<3xi32>)
  return %v : tensor<1x5x8xf32>
}

// cos has a row for each position of a sequence, not for each token.
// CHECK-LABEL: @rope_packed
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens to have at least one element\0A
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens to start with 0\0A
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens to end with the number of tokens\0A
//       CHECK:   scf.for
//       CHECK:     cf.assert %{{.*}}expects cu_seqlens not to decrease\0A
//       CHECK:     %[[LENGTH:.*]] = arith.subi
//       CHECK:     arith.cmpi sle, %[[LENGTH]], %c2{{.*}}
//       CHECK:     cf.assert %{{.*}}expects cos and sin to have a row for each position of the longest sequence\0A
//       CHECK:   cca.rope
func.func @rope_packed(%x: tensor<1x5x1x4xf32>, %cos: tensor<2x4xf32>, %cu_seqlens: tensor<3xi32>) -> tensor<1x5x1x4xf32> {
  %y = cca.rope %x : tensor<1x5x1x4xf32> half(%cos, %cos : tensor<2x4xf32>, tensor<2x4xf32>)
      packed(%cu_seqlens : tensor<3xi32>)
  return %y : tensor<1x5x1x4xf32>
}

//===----------------------------------------------------------------------===//
// The block and its prologue check what RoPE needs, and so the rest
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @attention
//       CHECK:   cf.assert %{{.*}}expects cos and sin to have one shape\0A
//       CHECK:   cf.assert %{{.*}}expects cos to have a row for each token\0A
//       CHECK:   cca.attention
func.func @attention(
    %hidden: tensor<?x?x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<?x2xf32>) -> tensor<?x?x8xf32> {
  %out = cca.attention %hidden : tensor<?x?x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<?x2xf32>, tensor<?x2xf32>)
      -> tensor<?x?x8xf32>
  return %out : tensor<?x?x8xf32>
}

// CHECK-LABEL: @prologue_packed
//       CHECK:   cf.assert %{{.*}}expects cos and sin to have one shape\0A
//       CHECK:   cf.assert %{{.*}}expects a packed batch to have one row\0A
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens to have at least one element\0A
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens to start with 0\0A
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens to end with the number of tokens\0A
//       CHECK:   cf.assert %{{.*}}expects cu_seqlens not to decrease\0A
//       CHECK:   cf.assert %{{.*}}expects cos and sin to have a row for each position of the longest sequence\0A
//       CHECK:   cca.prologue
func.func @prologue_packed(
    %hidden: tensor<?x?x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<?x2xf32>, %cu_seqlens: tensor<?xi32>) -> tensor<?x?x2x4xf32> {
  %q, %k, %v = cca.prologue %hidden : tensor<?x?x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<?x2xf32>, tensor<?x2xf32>)
      packed(%cu_seqlens : tensor<?xi32>)
      -> tensor<?x?x2x4xf32>, tensor<?x?x1x4xf32>, tensor<?x?x1x4xf32>
  return %q : tensor<?x?x2x4xf32>
}
