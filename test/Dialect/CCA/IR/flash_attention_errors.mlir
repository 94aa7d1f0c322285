// RUN: cca-opt %s --split-input-file --verify-diagnostics

// (C1)
func.func @number_of_heads_is_static(%q: tensor<1x2x?x4xf32>, %k: tensor<1x2x1x4xf32>) {
  // expected-error @below {{expects query to have a static size 2, but got 'tensor<1x2x?x4xf32>'}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x?x4xf32>) key(%k : tensor<1x2x1x4xf32>) value(%k : tensor<1x2x1x4xf32>)
      -> tensor<1x2x?x4xf32>
  return
}

// -----

// (C1)
func.func @head_dimension_is_static(%q: tensor<1x2x1x4xf32>, %k: tensor<1x2x1x?xf32>) {
  // expected-error @below {{expects key to have a static size 3, but got 'tensor<1x2x1x?xf32>'}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x1x4xf32>) key(%k : tensor<1x2x1x?xf32>) value(%k : tensor<1x2x1x?xf32>)
      -> tensor<1x2x1x4xf32>
  return
}

// -----

// (C2)
func.func @query_and_key_have_one_element_type(%q: tensor<1x2x2x4xf32>, %k: tensor<1x2x1x4xf16>) {
  // expected-error @below {{expects key to have element type 'f32', but got 'f16'}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x2x4xf32>) key(%k : tensor<1x2x1x4xf16>) value(%k : tensor<1x2x1x4xf16>)
      -> tensor<1x2x2x4xf32>
  return
}

// -----

// (C4)
func.func @query_and_key_agree_in_tokens(%q: tensor<1x2x2x4xf32>, %k: tensor<1x3x1x4xf32>) {
  // expected-error @below {{expects key to be B x S x Hk x D = 1x2x1x4, but got 'tensor<1x3x1x4xf32>'}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x2x4xf32>) key(%k : tensor<1x3x1x4xf32>) value(%k : tensor<1x3x1x4xf32>)
      -> tensor<1x2x2x4xf32>
  return
}

// -----

// (C4) A dynamic batch is shown as ?.
func.func @query_and_key_agree_in_head_dimension(%q: tensor<?x2x2x4xf32>, %k: tensor<?x2x1x8xf32>) {
  // expected-error @below {{expects key to be B x S x Hk x D = ?x2x1x4, but got 'tensor<?x2x1x8xf32>'}}
  %o = cca.flash_attention
      query(%q : tensor<?x2x2x4xf32>) key(%k : tensor<?x2x1x8xf32>) value(%k : tensor<?x2x1x8xf32>)
      -> tensor<?x2x2x4xf32>
  return
}

// -----

// (C4)
func.func @head_dimension_is_positive(%q: tensor<1x2x1x0xf32>) {
  // expected-error @below {{expects a head dimension of at least 1, but got 0}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x1x0xf32>) key(%q : tensor<1x2x1x0xf32>) value(%q : tensor<1x2x1x0xf32>)
      -> tensor<1x2x1x0xf32>
  return
}

// -----

// (C4)
func.func @there_is_a_key_head(%q: tensor<1x2x2x4xf32>, %k: tensor<1x2x0x4xf32>) {
  // expected-error @below {{expects at least one query head and one key head, but got 2 and 0}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x2x4xf32>) key(%k : tensor<1x2x0x4xf32>) value(%k : tensor<1x2x0x4xf32>)
      -> tensor<1x2x2x4xf32>
  return
}

// -----

// (C5)
func.func @query_heads_divide_evenly_among_key_heads(%q: tensor<1x2x3x4xf32>, %k: tensor<1x2x2x4xf32>) {
  // expected-error @below {{expects the number of query heads to be a multiple of the number of key heads, but got 3 and 2}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x3x4xf32>) key(%k : tensor<1x2x2x4xf32>) value(%k : tensor<1x2x2x4xf32>)
      -> tensor<1x2x3x4xf32>
  return
}

// -----

// (C6)
func.func @value_is_as_key(%q: tensor<1x2x2x4xf32>, %k: tensor<1x2x1x4xf32>) {
  // expected-error @below {{expects value to have the type of key, 'tensor<1x2x1x4xf32>', but got 'tensor<1x2x2x4xf32>'}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x2x4xf32>) key(%k : tensor<1x2x1x4xf32>) value(%q : tensor<1x2x2x4xf32>)
      -> tensor<1x2x2x4xf32>
  return
}

// -----

// (C9)
func.func @each_key_head_has_a_temperature(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x2x4xf32>, %t: tensor<4xf32>) {
  // expected-error @below {{expects temperature to be Hk = 2, but got 'tensor<4xf32>'}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x4x4xf32>) key(%k : tensor<1x2x2x4xf32>) value(%k : tensor<1x2x2x4xf32>)
      normalized(%t : tensor<4xf32>)
      -> tensor<1x2x4x4xf32>
  return
}

// -----

// (C1)
func.func @number_of_temperatures_is_static(%q: tensor<1x2x1x4xf32>, %t: tensor<?xf32>) {
  // expected-error @below {{expects temperature to have a static size 0, but got 'tensor<?xf32>'}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x1x4xf32>) key(%q : tensor<1x2x1x4xf32>) value(%q : tensor<1x2x1x4xf32>)
      normalized(%t : tensor<?xf32>)
      -> tensor<1x2x1x4xf32>
  return
}

// -----

func.func @temperature_is_f32(%q: tensor<1x2x1x4xbf16>, %t: tensor<1xbf16>) {
  // expected-error @below {{operand #3 must be 1D tensor without encoding of 32-bit float values, but got 'tensor<1xbf16>'}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x1x4xbf16>) key(%q : tensor<1x2x1x4xbf16>) value(%q : tensor<1x2x1x4xbf16>)
      normalized(%t : tensor<1xbf16>)
      -> tensor<1x2x1x4xbf16>
  return
}

// -----

func.func @schedule_is_a_schedule(%q: tensor<1x2x1x4xbf16>) {
  %o = cca.flash_attention
      query(%q : tensor<1x2x1x4xbf16>) key(%q : tensor<1x2x1x4xbf16>) value(%q : tensor<1x2x1x4xbf16>)
      // expected-error @below {{invalid kind of attribute specified}}
      schedule #cca.norm_mode<clamp>
      -> tensor<1x2x1x4xbf16>
  return
}

// -----

// (C13)
func.func @packed_batch_has_one_row(%q: tensor<2x2x1x4xf32>, %cu_seqlens: tensor<3xi32>) {
  // expected-error @below {{expects a packed batch to have one row, but got 2}}
  %o = cca.flash_attention
      query(%q : tensor<2x2x1x4xf32>) key(%q : tensor<2x2x1x4xf32>) value(%q : tensor<2x2x1x4xf32>)
      packed(%cu_seqlens : tensor<3xi32>)
      -> tensor<2x2x1x4xf32>
  return
}

// -----

// (C13)
func.func @packed_batch_has_a_first_token(%q: tensor<1x2x1x4xf32>, %cu_seqlens: tensor<0xi32>) {
  // expected-error @below {{expects cu_seqlens to have at least one element, but got 'tensor<0xi32>'}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x1x4xf32>) key(%q : tensor<1x2x1x4xf32>) value(%q : tensor<1x2x1x4xf32>)
      packed(%cu_seqlens : tensor<0xi32>)
      -> tensor<1x2x1x4xf32>
  return
}

// -----

func.func @cu_seqlens_has_one_dimension(%q: tensor<1x2x1x4xf32>, %cu_seqlens: tensor<1x3xi32>) {
  // expected-error @below {{operand #3 must be 1D tensor}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x1x4xf32>) key(%q : tensor<1x2x1x4xf32>) value(%q : tensor<1x2x1x4xf32>)
      packed(%cu_seqlens : tensor<1x3xi32>)
      -> tensor<1x2x1x4xf32>
  return
}

// -----

// (C14)
func.func @window_counts_the_token_itself(%q: tensor<1x2x1x4xf32>) {
  // expected-error @below {{expects window to be at least 1, but got 0}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x1x4xf32>) key(%q : tensor<1x2x1x4xf32>) value(%q : tensor<1x2x1x4xf32>)
      window 0
      -> tensor<1x2x1x4xf32>
  return
}

// -----

// (C14)
func.func @window_is_not_negative(%q: tensor<1x2x1x4xf32>) {
  // expected-error @below {{expects window to be at least 1, but got -9223372036854775808}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x1x4xf32>) key(%q : tensor<1x2x1x4xf32>) value(%q : tensor<1x2x1x4xf32>)
      causal window -9223372036854775808
      -> tensor<1x2x1x4xf32>
  return
}

// -----

// (C14)
func.func @softmax_scale_is_a_number(%q: tensor<1x2x1x4xf32>) {
  // expected-error @below {{expects softmax_scale to be finite as an f32, but got nan}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x1x4xf32>) key(%q : tensor<1x2x1x4xf32>) value(%q : tensor<1x2x1x4xf32>)
      softmax_scale 0x7FF8000000000000
      -> tensor<1x2x1x4xf32>
  return
}

// -----

// (C17)
func.func @out_is_as_query(%q: tensor<1x2x2x4xf32>, %k: tensor<1x2x1x4xf32>) {
  // expected-error @below {{expects out to have the type of query, 'tensor<1x2x2x4xf32>', but got 'tensor<1x2x1x4xf32>'}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x2x4xf32>) key(%k : tensor<1x2x1x4xf32>) value(%k : tensor<1x2x1x4xf32>)
      -> tensor<1x2x1x4xf32>
  return
}

// -----

// (C17)
func.func @lse_has_heads_before_tokens(%q: tensor<?x2x4x8xf32>) {
  // expected-error @below {{expects lse to be B x Hq x S, 'tensor<?x4x2xf32>', but got 'tensor<?x2x4xf32>'}}
  %o, %lse = cca.flash_attention
      query(%q : tensor<?x2x4x8xf32>) key(%q : tensor<?x2x4x8xf32>) value(%q : tensor<?x2x4x8xf32>)
      -> tensor<?x2x4x8xf32>, tensor<?x2x4xf32>
  return
}

// -----

// (C17)
func.func @lse_is_f32(%q: tensor<1x2x4x8xbf16>) {
  // expected-error @below {{result #1 must be 3D tensor}}
  %o, %lse = cca.flash_attention
      query(%q : tensor<1x2x4x8xbf16>) key(%q : tensor<1x2x4x8xbf16>) value(%q : tensor<1x2x4x8xbf16>)
      -> tensor<1x2x4x8xbf16>, tensor<1x4x2xbf16>
  return
}

// -----

func.func @f64_is_no_element_type(%q: tensor<1x2x1x4xf64>) {
  // expected-error @below {{operand #0 must be 4D tensor}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x1x4xf64>) key(%q : tensor<1x2x1x4xf64>) value(%q : tensor<1x2x1x4xf64>)
      -> tensor<1x2x1x4xf64>
  return
}

// -----

func.func @heads_are_a_dimension(%q: tensor<1x2x4xf32>) {
  // expected-error @below {{operand #0 must be 4D tensor}}
  %o = cca.flash_attention
      query(%q : tensor<1x2x4xf32>) key(%q : tensor<1x2x4xf32>) value(%q : tensor<1x2x4xf32>)
      -> tensor<1x2x4xf32>
  return
}

// -----

func.func @value_is_not_optional(%q: tensor<1x2x1x4xf32>) {
  %o = cca.flash_attention
      query(%q : tensor<1x2x1x4xf32>)
      key(%q : tensor<1x2x1x4xf32>)
      // expected-error @below {{expected 'value'}}
      -> tensor<1x2x1x4xf32>
  return
}

// -----

func.func @window_is_an_integer(%q: tensor<1x2x1x4xf32>) {
  %o = cca.flash_attention
      query(%q : tensor<1x2x1x4xf32>) key(%q : tensor<1x2x1x4xf32>) value(%q : tensor<1x2x1x4xf32>)
      causal window 0.5
      // expected-error @below {{floating point value not valid for specified type}}
      -> tensor<1x2x1x4xf32>
  return
}
