// What no person writes, but a generator or a fuzzer does.
//
// RUN: cca-opt %s --split-input-file --verify-diagnostics

// The number of operands is right, but hidden is not among them.
func.func @required_operand_of_attention(
    %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>, %w0: tensor<12x2xf32>,
    %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>, %cos: tensor<2x2xf32>,
    %w_o: tensor<6x8xf32>) {
  // expected-error @below {{expects one operand hidden, but got 0}}
  "cca.attention"(%w_q, %w_k, %w_v, %w_v, %w0, %b, %w1, %b, %t, %cos, %cos, %w_o)
      <{norm = #cca.norm_mode<clamp>, eps = 0.0 : f64,
        temperature_mode = #cca.temperature_mode<linear>, rope_layout = #cca.rope_layout<half>,
        operandSegmentSizes = array<i32: 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0>}>
      : (tensor<8x6xf32>, tensor<4x6xf32>, tensor<2x6xf32>, tensor<2x6xf32>, tensor<12x2xf32>,
         tensor<12xf32>, tensor<12x4x2xf32>, tensor<12xf32>, tensor<1xf32>, tensor<2x2xf32>,
         tensor<2x2xf32>, tensor<6x8xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

func.func @required_operand_of_conv(%x: tensor<1x2x12xf32>, %w0: tensor<12x2xf32>, %b: tensor<12xf32>) {
  // expected-error @below {{expects one operand grouped_weight, but got 0}}
  "cca.conv"(%x, %w0, %b, %b) <{operandSegmentSizes = array<i32: 1, 1, 1, 0, 1, 0>}>
      : (tensor<1x2x12xf32>, tensor<12x2xf32>, tensor<12xf32>, tensor<12xf32>) -> tensor<1x2x12xf32>
  return
}

// -----

func.func @required_operand_of_value_shift(%x: tensor<1x2x4xf32>, %b: tensor<4xf32>) {
  // expected-error @below {{expects one operand delayed, but got 0}}
  "cca.value_shift"(%x, %b) <{operandSegmentSizes = array<i32: 1, 0, 1, 0>}>
      : (tensor<1x2x4xf32>, tensor<4xf32>) -> tensor<1x2x8xf32>
  return
}

// -----

func.func @required_operand_of_flash_attention(%q: tensor<1x2x1x4xf32>, %t: tensor<1xf32>) {
  // expected-error @below {{expects one operand value, but got 0}}
  "cca.flash_attention"(%q, %q, %t) <{operandSegmentSizes = array<i32: 1, 1, 0, 1, 0>}>
      : (tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>, tensor<1xf32>) -> tensor<1x2x1x4xf32>
  return
}

// -----

func.func @segments_add_up(%x: tensor<1x2x4xf32>) {
  // expected-error @below {{operand count (2) does not match with the total size (3) specified in attribute 'operandSegmentSizes'}}
  "cca.value_shift"(%x, %x) <{operandSegmentSizes = array<i32: 1, 1, 0, 1>}>
      : (tensor<1x2x4xf32>, tensor<1x2x4xf32>) -> tensor<1x2x8xf32>
  return
}

// -----

func.func @negative_segments(%x: tensor<1x2x4xf32>) {
  // expected-error @below {{'operandSegmentSizes' attribute cannot have negative elements}}
  "cca.value_shift"(%x, %x) <{operandSegmentSizes = array<i32: 2, -1, 0, 1>}>
      : (tensor<1x2x4xf32>, tensor<1x2x4xf32>) -> tensor<1x2x8xf32>
  return
}

// -----

func.func @encodings_are_not_supported(%x: tensor<1x2x4xf32, "blocked">) {
  // expected-error @below {{operand #0 must be 3D tensor without encoding of 32-bit float or bfloat16 type or 16-bit float values}}
  %v = cca.value_shift %x, %x : tensor<1x2x4xf32, "blocked">, tensor<1x2x4xf32, "blocked">
  return
}

// -----

#csr = #sparse_tensor.encoding<{map = (d0, d1) -> (d0 : dense, d1 : compressed)}>
func.func @sparse_tables_are_not_supported(%x: tensor<1x2x1x4xf32>, %cos: tensor<2x2xf32, #csr>) {
  // expected-error @below {{operand #1 must be 2D/3D tensor without encoding of 32-bit float or bfloat16 type or 16-bit float values}}
  %v = cca.rope %x : tensor<1x2x1x4xf32> half(%cos, %cos : tensor<2x2xf32, #csr>, tensor<2x2xf32, #csr>)
  return
}

// -----

// 2 V would not fit 64 bits.
func.func @sizes_that_overflow(%x: tensor<1x2x4611686018427387904xf32>) {
  // expected-error @below {{expects current to have a size 2 below 2^31, but got 'tensor<1x2x4611686018427387904xf32>'}}
  %v = cca.value_shift %x, %x : tensor<1x2x4611686018427387904xf32>, tensor<1x2x4611686018427387904xf32>
  return
}
