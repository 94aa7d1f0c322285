// RUN: cca-opt %s --split-input-file --verify-diagnostics

// (C1)
func.func @hidden_size_is_static(
    %hidden: tensor<1x2x?xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects hidden to have a static size 2, but got 'tensor<1x2x?xf32>'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x?xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C1)
func.func @weight_sizes_are_static(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x?xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects grouped_weight to have a static size 2, but got 'tensor<12x4x?xf32>'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x?xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C1)
func.func @number_of_rotary_channels_is_static(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x?xf32>) {
  // expected-error @below {{expects cos to have a static size 1, but got 'tensor<2x?xf32>'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x?xf32>, tensor<2x?xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C2)
func.func @weights_have_the_element_type_of_hidden(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xbf16>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects w_k to have element type 'f32', but got 'bf16'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xbf16>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C2)
func.func @cos_is_f32_or_of_the_element_type(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf16>) {
  // expected-error @below {{expects cos to have element type 'f32', but got 'f16'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf16>, tensor<2x2xf16>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C2)
func.func @cos_and_sin_have_one_type(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %sin: tensor<2x4xf32>) {
  // expected-error @below {{expects cos and sin to have one type, but got 'tensor<2x2xf32>' and 'tensor<2x4xf32>'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %sin : tensor<2x2xf32>, tensor<2x4xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C2)
func.func @temperature_is_f32(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xbf16>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{operand #9 must be 1D tensor}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xbf16>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C3)
func.func @projections_have_hidden_size_columns(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x5xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects w_q to be (Hq * D) x E = 8x6, but got 'tensor<8x5xf32>'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x5xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C4)
func.func @head_dimension_is_positive(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x0x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects a head dimension of at least 1, but got 0}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x0x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>
  return
}

// -----

// (C4)
func.func @query_rows_are_whole_heads(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<9x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects the rows of w_q to be a multiple of the head dimension 4, but got 9}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<9x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C4)
func.func @key_rows_are_whole_heads(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<6x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects the rows of w_k to be a multiple of the head dimension 4, but got 6}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<6x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C4)
func.func @there_is_a_query_head(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<0x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects at least one query head and one key head, but got 0 and 1}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<0x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x0x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C4)
func.func @there_is_a_key_head(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<0x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects at least one query head and one key head, but got 2 and 0}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<0x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x0x4xf32>, tensor<1x2x0x4xf32>
  return
}

// -----

// (C5)
func.func @query_heads_divide_evenly_among_key_heads(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<12x6xf32>, %w_k: tensor<8x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects the number of query heads to be a multiple of the number of key heads, but got 3 and 2}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<12x6xf32>) key(%w_k : tensor<8x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x3x4xf32>, tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>
  return
}

// -----

// (C6)
func.func @value_channels_split_into_halves(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<6x6xf32>, %w_k: tensor<3x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<9x3x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects an even number of value channels, but got 1 heads of 3}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<6x6xf32>) key(%w_k : tensor<3x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<9x3x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x3xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1x3xf32>
  return
}

// -----

// (C6)
func.func @current_half_of_the_value(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<4x6xf32>,
    %w_vd: tensor<2x6xf32>, %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>,
    %t: tensor<1xf32>, %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects w_v_current to be (Hk * D / 2) x E = 2x6, but got 'tensor<4x6xf32>'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_vd : tensor<4x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C6)
func.func @delayed_half_of_the_value(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w_vd: tensor<4x6xf32>, %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>,
    %t: tensor<1xf32>, %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects w_v_delayed to be (Hk * D / 2) x E = 2x6, but got 'tensor<4x6xf32>'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_vd : tensor<2x6xf32>, tensor<4x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C7)
func.func @depthwise_weight_has_a_row_per_channel(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<8x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects depthwise_weight to be C x t0 = 12x2, but got 'tensor<8x2xf32>'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<8x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C7)
func.func @grouped_bias_has_an_element_per_channel(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %b1: tensor<8xf32>,
    %t: tensor<1xf32>, %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects grouped_bias to be C = 12, but got 'tensor<8xf32>'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b1 : tensor<12x4x2xf32>, tensor<8xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C8)
func.func @depthwise_taps_are_one_to_four(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x5xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects depthwise_weight to have 1 to 4 taps, but got 5}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x5xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C8)
func.func @grouped_taps_are_one_to_four(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x0xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects grouped_weight to have 1 to 4 taps, but got 0}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x0xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C9)
func.func @one_temperature_per_key_head(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<2xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects temperature to be Hk = 1, but got 'tensor<2xf32>'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C10)
func.func @rotary_channels_come_in_pairs(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x3xf32>) {
  // expected-error @below {{expects an even number of rotary channels, at most the head dimension 4, but got 3}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x3xf32>, tensor<2x3xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C10)
func.func @rotary_channels_fit_the_head(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x6xf32>) {
  // expected-error @below {{expects an even number of rotary channels, at most the head dimension 4, but got 6}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x6xf32>, tensor<2x6xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C10)
func.func @cos_has_a_row_per_token(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<3x2xf32>) {
  // expected-error @below {{expects cos to be S x R = 2x2, but got 'tensor<3x2xf32>'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<3x2xf32>, tensor<3x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C10)
func.func @cos_has_a_table_per_batch_row(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<3x2x2xf32>) {
  // expected-error @below {{expects cos to be B x S x R = 1x2x2, but got 'tensor<3x2x2xf32>'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<3x2x2xf32>, tensor<3x2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C10)
func.func @packed_cos_is_by_position(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<1x2x2xf32>, %cu_seqlens: tensor<3xi32>) {
  // expected-error @below {{expects cos and sin of a packed batch to be positions x R, but got 'tensor<1x2x2xf32>'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<1x2x2xf32>, tensor<1x2x2xf32>)
      packed(%cu_seqlens : tensor<3xi32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C11)
func.func @bias_has_an_element_per_row(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %b_q: tensor<4xf32>, %b_k: tensor<4xf32>, %b_v: tensor<2xf32>) {
  // expected-error @below {{expects b_q to be Hq * D = 8, but got 'tensor<4xf32>'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      bias(%b_q, %b_k, %b_v, %b_v : tensor<4xf32>, tensor<4xf32>, tensor<2xf32>, tensor<2xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C11)
func.func @biases_come_together(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %b_k: tensor<4xf32>) {
  // expected-error @below {{expects the projection biases b_q, b_k, b_v_current and b_v_delayed together, but got only b_k}}
  "cca.prologue"(%hidden, %w_q, %w_k, %w_v, %w_v, %w0, %b, %w1, %b, %t, %cos, %cos, %b_k)
      <{norm = #cca.norm_mode<clamp>, eps = 0.0 : f64,
        temperature_mode = #cca.temperature_mode<linear>, rope_layout = #cca.rope_layout<half>,
        operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0>}>
      : (tensor<1x2x6xf32>, tensor<8x6xf32>, tensor<4x6xf32>, tensor<2x6xf32>, tensor<2x6xf32>,
         tensor<12x2xf32>, tensor<12xf32>, tensor<12x4x2xf32>, tensor<12xf32>, tensor<1xf32>,
         tensor<2x2xf32>, tensor<2x2xf32>, tensor<4xf32>)
      -> (tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>)
  return
}

// -----

// (C12)
func.func @eps_is_not_negative(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects eps to be finite as an f32 and not negative, but got -1.000000e+00}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps -1.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C12)
func.func @eps_is_a_number(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects eps to be finite as an f32 and not negative, but got nan}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0x7FF8000000000000 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C13)
func.func @packed_batch_has_one_row(
    %hidden: tensor<3x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %cu_seqlens: tensor<4xi32>) {
  // expected-error @below {{expects a packed batch to have one row, but got 3}}
  %q, %k, %v = cca.prologue %hidden : tensor<3x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      packed(%cu_seqlens : tensor<4xi32>)
      -> tensor<3x2x2x4xf32>, tensor<3x2x1x4xf32>, tensor<3x2x1x4xf32>
  return
}

// -----

// (C13)
func.func @packed_batch_has_a_first_token(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %cu_seqlens: tensor<0xi32>) {
  // expected-error @below {{expects cu_seqlens to have at least one element, but got 'tensor<0xi32>'}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      packed(%cu_seqlens : tensor<0xi32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

func.func @results_follow_from_operands(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{inferred type(s) 'tensor<1x2x2x4xf32>', 'tensor<1x2x1x4xf32>', 'tensor<1x2x1x4xf32>' are incompatible with return type(s) of operation 'tensor<1x2x2x4xf32>', 'tensor<1x2x2x4xf32>', 'tensor<1x2x1x4xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

func.func @cu_seqlens_is_i32(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %cu_seqlens: tensor<3xi64>) {
  // expected-error @below {{operand #12 must be 1D tensor}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      packed(%cu_seqlens : tensor<3xi64>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

func.func @taps_are_no_vectors(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x1x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{operand #5 must be 2D tensor}}
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x1x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

func.func @clauses_are_not_optional(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      // expected-error @below {{expected 'depthwise'}}
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

func.func @attributes_are_not_optional(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{requires attribute 'rope_layout'}}
  "cca.prologue"(%hidden, %w_q, %w_k, %w_v, %w_v, %w0, %b, %w1, %b, %t, %cos, %cos)
      <{norm = #cca.norm_mode<clamp>, eps = 0.0 : f64,
        temperature_mode = #cca.temperature_mode<linear>,
        operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0>}>
      : (tensor<1x2x6xf32>, tensor<8x6xf32>, tensor<4x6xf32>, tensor<2x6xf32>, tensor<2x6xf32>,
         tensor<12x2xf32>, tensor<12xf32>, tensor<12x4x2xf32>, tensor<12xf32>, tensor<1xf32>,
         tensor<2x2xf32>, tensor<2x2xf32>)
      -> (tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>)
  return
}

// -----

func.func @an_attribute_of_another_kind(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{Invalid attribute `norm` in property conversion: #cca.rope_layout<half>}}
  "cca.prologue"(%hidden, %w_q, %w_k, %w_v, %w_v, %w0, %b, %w1, %b, %t, %cos, %cos)
      <{norm = #cca.rope_layout<half>, eps = 0.0 : f64,
        temperature_mode = #cca.temperature_mode<linear>, rope_layout = #cca.rope_layout<half>,
        operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0>}>
      : (tensor<1x2x6xf32>, tensor<8x6xf32>, tensor<4x6xf32>, tensor<2x6xf32>, tensor<2x6xf32>,
         tensor<12x2xf32>, tensor<12xf32>, tensor<12x4x2xf32>, tensor<12xf32>, tensor<1xf32>,
         tensor<2x2xf32>, tensor<2x2xf32>)
      -> (tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>)
  return
}

// -----

func.func @operands_without_segments(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{operand count (12) does not match with the total size (0) specified in attribute 'operandSegmentSizes'}}
  "cca.prologue"(%hidden, %w_q, %w_k, %w_v, %w_v, %w0, %b, %w1, %b, %t, %cos, %cos)
      <{norm = #cca.norm_mode<clamp>, eps = 0.0 : f64,
        temperature_mode = #cca.temperature_mode<linear>, rope_layout = #cca.rope_layout<half>,
        operandSegmentSizes = array<i32: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0>}>
      : (tensor<1x2x6xf32>, tensor<8x6xf32>, tensor<4x6xf32>, tensor<2x6xf32>, tensor<2x6xf32>,
         tensor<12x2xf32>, tensor<12xf32>, tensor<12x4x2xf32>, tensor<12xf32>, tensor<1xf32>,
         tensor<2x2xf32>, tensor<2x2xf32>)
      -> (tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>)
  return
}
