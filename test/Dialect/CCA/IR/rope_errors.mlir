// RUN: cca-opt %s --split-input-file --verify-diagnostics

// (C1)
func.func @head_dimension_is_static(%x: tensor<1x2x1x?xf32>, %cos: tensor<2x4xf32>) {
  // expected-error @below {{expects x to have a static size 3, but got 'tensor<1x2x1x?xf32>'}}
  %y = cca.rope %x : tensor<1x2x1x?xf32> half(%cos, %cos : tensor<2x4xf32>, tensor<2x4xf32>)
  return
}

// -----

// (C1)
func.func @number_of_rotary_channels_is_static(%x: tensor<1x2x1x4xf32>, %cos: tensor<1x2x?xf32>) {
  // expected-error @below {{expects cos to have a static size 2, but got 'tensor<1x2x?xf32>'}}
  %y = cca.rope %x : tensor<1x2x1x4xf32> half(%cos, %cos : tensor<1x2x?xf32>, tensor<1x2x?xf32>)
  return
}

// -----

// (C10)
func.func @cos_and_sin_have_one_type(%x: tensor<1x2x1x4xf32>, %cos: tensor<2x4xf32>, %sin: tensor<2x4xf16>) {
  // expected-error @below {{expects cos and sin to have one type, but got 'tensor<2x4xf32>' and 'tensor<2x4xf16>'}}
  %y = cca.rope %x : tensor<1x2x1x4xf32> half(%cos, %sin : tensor<2x4xf32>, tensor<2x4xf16>)
  return
}

// -----

// (C10)
func.func @rotary_channels_come_in_pairs(%x: tensor<1x2x1x4xf32>, %cos: tensor<2x3xf32>) {
  // expected-error @below {{expects an even number of rotary channels, at most the head dimension 4, but got 3}}
  %y = cca.rope %x : tensor<1x2x1x4xf32> half(%cos, %cos : tensor<2x3xf32>, tensor<2x3xf32>)
  return
}

// -----

// (C10)
func.func @rotary_channels_fit_the_head(%x: tensor<1x2x1x4xf32>, %cos: tensor<2x6xf32>) {
  // expected-error @below {{expects an even number of rotary channels, at most the head dimension 4, but got 6}}
  %y = cca.rope %x : tensor<1x2x1x4xf32> interleaved(%cos, %cos : tensor<2x6xf32>, tensor<2x6xf32>)
  return
}

// -----

// (C10)
func.func @cos_has_a_row_per_token(%x: tensor<?x2x1x4xf32>, %cos: tensor<3x4xf32>) {
  // expected-error @below {{expects cos to be S x R = 2x4, but got 'tensor<3x4xf32>'}}
  %y = cca.rope %x : tensor<?x2x1x4xf32> half(%cos, %cos : tensor<3x4xf32>, tensor<3x4xf32>)
  return
}

// -----

// (C10)
func.func @cos_has_a_table_per_batch_row(%x: tensor<3x?x1x4xf32>, %cos: tensor<1x?x4xf32>) {
  // expected-error @below {{expects cos to be B x S x R = 3x?x4, but got 'tensor<1x?x4xf32>'}}
  %y = cca.rope %x : tensor<3x?x1x4xf32> half(%cos, %cos : tensor<1x?x4xf32>, tensor<1x?x4xf32>)
  return
}

// -----

// (C10)
func.func @packed_cos_is_by_position(%x: tensor<1x2x1x4xf32>, %cos: tensor<1x2x4xf32>, %cu_seqlens: tensor<?xi32>) {
  // expected-error @below {{expects cos and sin of a packed batch to be positions x R, but got 'tensor<1x2x4xf32>'}}
  %y = cca.rope %x : tensor<1x2x1x4xf32> half(%cos, %cos : tensor<1x2x4xf32>, tensor<1x2x4xf32>)
      packed(%cu_seqlens : tensor<?xi32>)
  return
}

// -----

// (C13)
func.func @packed_batch_has_one_row(%x: tensor<2x2x1x4xf32>, %cos: tensor<2x4xf32>, %cu_seqlens: tensor<?xi32>) {
  // expected-error @below {{expects a packed batch to have one row, but got 2}}
  %y = cca.rope %x : tensor<2x2x1x4xf32> half(%cos, %cos : tensor<2x4xf32>, tensor<2x4xf32>)
      packed(%cu_seqlens : tensor<?xi32>)
  return
}

// -----

func.func @unknown_layout(%x: tensor<1x2x1x4xf32>, %cos: tensor<2x4xf32>) {
  // expected-error @below {{expects a mode out of half, interleaved, but got}}
  %y = cca.rope %x : tensor<1x2x1x4xf32> quarter(%cos, %cos : tensor<2x4xf32>, tensor<2x4xf32>)
  return
}

// -----

func.func @cos_has_two_or_three_dimensions(%x: tensor<1x2x1x4xf32>, %cos: tensor<1x2x1x4xf32>) {
  // expected-error @below {{operand #1 must be 2D/3D tensor}}
  %y = cca.rope %x : tensor<1x2x1x4xf32> half(%cos, %cos : tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>)
  return
}

// -----

func.func @cos_is_no_f64(%x: tensor<1x2x1x4xf32>, %cos: tensor<2x4xf64>) {
  // expected-error @below {{operand #1 must be 2D/3D tensor}}
  %y = cca.rope %x : tensor<1x2x1x4xf32> half(%cos, %cos : tensor<2x4xf64>, tensor<2x4xf64>)
  return
}
