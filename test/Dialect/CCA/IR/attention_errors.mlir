// RUN: cca-opt %s --split-input-file --verify-diagnostics

// (C1)
func.func @output_weight_is_static(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %w_o: tensor<?x8xf32>) {
  // expected-error @below {{expects w_o to have a static size 0, but got 'tensor<?x8xf32>'}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      output(%w_o : tensor<?x8xf32>)
      -> tensor<1x2x6xf32>
  return
}

// -----

// (C1)
func.func @output_bias_is_static(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %b_q: tensor<8xf32>, %b_k: tensor<4xf32>, %b_v: tensor<2xf32>,
    %w_o: tensor<6x8xf32>, %b_o: tensor<?xf32>) {
  // expected-error @below {{expects b_o to have a static size 0, but got 'tensor<?xf32>'}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      bias(%b_q, %b_k, %b_v, %b_v : tensor<8xf32>, tensor<4xf32>, tensor<2xf32>, tensor<2xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      output(%w_o : tensor<6x8xf32>)
      output_bias(%b_o : tensor<?xf32>)
      -> tensor<1x2x6xf32>
  return
}

// -----

// (C2)
func.func @output_weight_has_the_element_type_of_hidden(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %w_o: tensor<6x8xbf16>) {
  // expected-error @below {{expects w_o to have element type 'f32', but got 'bf16'}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      output(%w_o : tensor<6x8xbf16>)
      -> tensor<1x2x6xf32>
  return
}

// -----

// (C3)
func.func @delayed_value_weight_has_hidden_size_columns(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w_vd: tensor<2x5xf32>, %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>,
    %t: tensor<1xf32>, %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects w_v_delayed to be (Hk * D / 2) x E = 2x6, but got 'tensor<2x5xf32>'}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_vd : tensor<2x6xf32>, tensor<2x5xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

// (C4)
func.func @key_rows_are_whole_heads(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<6x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects the rows of w_k to be a multiple of the head dimension 4, but got 6}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<6x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

// (C5)
func.func @fewer_query_heads_than_key_heads(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<4x6xf32>, %w_k: tensor<8x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects the number of query heads to be a multiple of the number of key heads, but got 1 and 2}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<4x6xf32>) key(%w_k : tensor<8x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x4xf32>
  return
}

// -----

// (C6)
func.func @value_channels_split_into_halves(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<6x6xf32>, %w_k: tensor<3x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<9x3x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects an even number of value channels, but got 1 heads of 3}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<6x6xf32>) key(%w_k : tensor<3x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<9x3x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x6xf32>
  return
}

// -----

// (C7)
func.func @grouped_weight_has_a_row_per_channel(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<8x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects grouped_weight to be C x D x t1 = 12x4x2, but got 'tensor<8x4x2xf32>'}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<8x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

// (C8)
func.func @depthwise_taps_are_one_to_four(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x0xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects depthwise_weight to have 1 to 4 taps, but got 0}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x0xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

// (C9)
func.func @one_temperature_per_key_head(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<2xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects temperature to be Hk = 1, but got 'tensor<2xf32>'}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

// (C10) A dynamic batch is shown as ?.
func.func @cos_has_a_row_per_token(
    %hidden: tensor<?x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<1x3x2xf32>) {
  // expected-error @below {{expects cos to be B x S x R = ?x2x2, but got 'tensor<1x3x2xf32>'}}
  %out = cca.attention %hidden : tensor<?x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<1x3x2xf32>, tensor<1x3x2xf32>)
      -> tensor<?x2x8xf32>
  return
}

// -----

// (C11)
func.func @bias_has_an_element_per_row(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %b_q: tensor<8xf32>, %b_k: tensor<4xf32>, %b_v: tensor<2xf32>,
    %b_vd: tensor<4xf32>) {
  // expected-error @below {{expects b_v_delayed to be Hk * D / 2 = 2, but got 'tensor<4xf32>'}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      bias(%b_q, %b_k, %b_v, %b_vd : tensor<8xf32>, tensor<4xf32>, tensor<2xf32>, tensor<4xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

// (C12)
func.func @eps_is_finite(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects eps to be finite as an f32 and not negative, but got INF}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize rsqrt eps 0x7FF0000000000000 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

// (C13)
func.func @packed_batch_has_one_row(
    %hidden: tensor<3x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %cu_seqlens: tensor<4xi32>) {
  // expected-error @below {{expects a packed batch to have one row, but got 3}}
  %out = cca.attention %hidden : tensor<3x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      packed(%cu_seqlens : tensor<4xi32>)
      -> tensor<3x2x8xf32>
  return
}

// -----

// (C14)
func.func @window_counts_the_token_itself(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects window to be at least 1, but got 0}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      causal window 0
      -> tensor<1x2x8xf32>
  return
}

// -----

// (C14)
func.func @window_is_not_negative(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects window to be at least 1, but got -1}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      window -1
      -> tensor<1x2x8xf32>
  return
}

// -----

// (C14)
func.func @softmax_scale_is_finite(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{expects softmax_scale to be finite as an f32, but got INF}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      causal softmax_scale 0x7FF0000000000000
      -> tensor<1x2x8xf32>
  return
}

// -----

// (C15)
func.func @output_weight_reads_all_heads(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %w_o: tensor<6x4xf32>) {
  // expected-error @below {{expects w_o to be E x (Hq * D) = 6x8, but got 'tensor<6x4xf32>'}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      output(%w_o : tensor<6x4xf32>)
      -> tensor<1x2x6xf32>
  return
}

// -----

// (C16)
func.func @output_bias_has_the_hidden_size(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %b_q: tensor<8xf32>, %b_k: tensor<4xf32>, %b_v: tensor<2xf32>,
    %w_o: tensor<6x8xf32>, %b_o: tensor<8xf32>) {
  // expected-error @below {{expects b_o to be E = 6, but got 'tensor<8xf32>'}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      bias(%b_q, %b_k, %b_v, %b_v : tensor<8xf32>, tensor<4xf32>, tensor<2xf32>, tensor<2xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      output(%w_o : tensor<6x8xf32>)
      output_bias(%b_o : tensor<8xf32>)
      -> tensor<1x2x6xf32>
  return
}

// -----

// (C16)
func.func @output_bias_needs_the_output_weight(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %b_q: tensor<8xf32>, %b_k: tensor<4xf32>, %b_v: tensor<2xf32>,
    %b_o: tensor<6xf32>) {
  // expected-error @below {{expects b_o only with w_o and the projection biases, but got no w_o}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      bias(%b_q, %b_k, %b_v, %b_v : tensor<8xf32>, tensor<4xf32>, tensor<2xf32>, tensor<2xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      output_bias(%b_o : tensor<6xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

// (C16)
func.func @output_bias_needs_the_projection_biases(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %w_o: tensor<6x8xf32>, %b_o: tensor<6xf32>) {
  // expected-error @below {{expects b_o only with w_o and the projection biases, but got no projection biases}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      output(%w_o : tensor<6x8xf32>)
      output_bias(%b_o : tensor<6xf32>)
      -> tensor<1x2x6xf32>
  return
}

// -----

func.func @result_has_all_heads_without_output_weight(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{inferred type(s) 'tensor<1x2x8xf32>' are incompatible with return type(s) of operation 'tensor<1x2x6xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x6xf32>
  return
}

// -----

func.func @result_has_the_hidden_size_with_output_weight(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %w_o: tensor<6x8xf32>) {
  // expected-error @below {{inferred type(s) 'tensor<1x2x6xf32>' are incompatible with return type(s) of operation 'tensor<1x2x8xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      output(%w_o : tensor<6x8xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

func.func @f64_is_no_element_type(
    %hidden: tensor<1x2x6xf64>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{operand #0 must be 3D tensor}}
  %out = cca.attention %hidden : tensor<1x2x6xf64>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf64>
  return
}

// -----

func.func @integers_are_no_element_type(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xi8>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{operand #1 must be 2D tensor}}
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xi8>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

func.func @hidden_has_three_dimensions(
    %hidden: tensor<2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{operand #0 must be 3D tensor}}
  %out = cca.attention %hidden : tensor<2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<2x6x8xf32>
  return
}

// -----

func.func @hidden_is_ranked(
    %hidden: tensor<*xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{invalid kind of type specified: expected builtin.tensor}}
  %out = cca.attention %hidden : tensor<*xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

func.func @hidden_is_a_tensor(
    %hidden: memref<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{invalid kind of type specified: expected builtin.tensor}}
  %out = cca.attention %hidden : memref<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

func.func @unknown_norm(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      // expected-error @below {{expects a mode out of clamp, rsqrt, but got}}
      normalize l2 eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

func.func @unknown_temperature_mode(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      // expected-error @below {{expects a mode out of linear, exp, but got}}
      normalize clamp eps 0.0 temperature log(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

func.func @unknown_rope_layout(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      // expected-error @below {{expects a mode out of half, interleaved, but got}}
      rope neox(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

func.func @rope_is_not_optional(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      // expected-error @below {{expected 'rope'}}
      causal
      -> tensor<1x2x8xf32>
  return
}

// -----

func.func @clauses_have_an_order(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>, %w_o: tensor<6x8xf32>) {
  %out = cca.attention %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      // expected-error @below {{expected '->'}}
      output(%w_o : tensor<6x8xf32>)
      causal
      -> tensor<1x2x6xf32>
  return
}

// -----

func.func @window_is_i64(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{attribute 'window' failed to satisfy constraint: 64-bit signless integer attribute}}
  "cca.attention"(%hidden, %w_q, %w_k, %w_v, %w_v, %w0, %b, %w1, %b, %t, %cos, %cos)
      <{norm = #cca.norm_mode<clamp>, eps = 0.0 : f64,
        temperature_mode = #cca.temperature_mode<linear>, rope_layout = #cca.rope_layout<half>,
        window = 4 : i32,
        operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0>}>
      : (tensor<1x2x6xf32>, tensor<8x6xf32>, tensor<4x6xf32>, tensor<2x6xf32>, tensor<2x6xf32>,
         tensor<12x2xf32>, tensor<12xf32>, tensor<12x4x2xf32>, tensor<12xf32>, tensor<1xf32>,
         tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

func.func @causal_is_a_unit(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{Invalid attribute `causal` in property conversion: false}}
  "cca.attention"(%hidden, %w_q, %w_k, %w_v, %w_v, %w0, %b, %w1, %b, %t, %cos, %cos)
      <{norm = #cca.norm_mode<clamp>, eps = 0.0 : f64,
        temperature_mode = #cca.temperature_mode<linear>, rope_layout = #cca.rope_layout<half>,
        causal = false,
        operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0>}>
      : (tensor<1x2x6xf32>, tensor<8x6xf32>, tensor<4x6xf32>, tensor<2x6xf32>, tensor<2x6xf32>,
         tensor<12x2xf32>, tensor<12xf32>, tensor<12x4x2xf32>, tensor<12xf32>, tensor<1xf32>,
         tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf32>
  return
}

// -----

func.func @attributes_are_not_optional(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) {
  // expected-error @below {{requires attribute 'eps'}}
  "cca.attention"(%hidden, %w_q, %w_k, %w_v, %w_v, %w0, %b, %w1, %b, %t, %cos, %cos)
      <{norm = #cca.norm_mode<clamp>, temperature_mode = #cca.temperature_mode<linear>,
        rope_layout = #cca.rope_layout<half>,
        operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0>}>
      : (tensor<1x2x6xf32>, tensor<8x6xf32>, tensor<4x6xf32>, tensor<2x6xf32>, tensor<2x6xf32>,
         tensor<12x2xf32>, tensor<12xf32>, tensor<12x4x2xf32>, tensor<12xf32>, tensor<1xf32>,
         tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x8xf32>
  return
}
