// RUN: cca-opt %s --split-input-file --verify-diagnostics

// (C1)
func.func @sizes_are_below_2_31(%x: tensor<2147483648x8x384xbf16>, %taps: tensor<3x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects x to have a size 0 below 2^31, but got 'tensor<2147483648x8x384xbf16>'}}
  %q, %k = cca.mix %x : tensor<2147483648x8x384xbf16> taps(%taps, %bias : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<2147483648x8x4x64xbf16>, tensor<2147483648x8x2x64xbf16>
  return
}

// -----

// (C1)
func.func @depthwise_is_static(%x: tensor<1x8x384xbf16>, %depthwise: tensor<?x384xbf16>, %taps: tensor<2x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects depthwise to have a static size 0, but got 'tensor<?x384xbf16>'}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> depthwise(%depthwise : tensor<?x384xbf16>)
      taps(%taps, %bias : tensor<2x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C2)
func.func @taps_are_as_latents(%x: tensor<1x8x384xbf16>, %taps: tensor<3x384x64xf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects taps to have element type 'bf16', but got 'f16'}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> taps(%taps, %bias : tensor<3x384x64xf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C2)
func.func @depthwise_is_as_latents(%x: tensor<1x8x384xbf16>, %depthwise: tensor<2x384xf16>, %taps: tensor<2x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects depthwise to have element type 'bf16', but got 'f16'}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> depthwise(%depthwise : tensor<2x384xf16>)
      taps(%taps, %bias : tensor<2x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C2)
func.func @tables_are_as_latents(%x: tensor<1x8x384xbf16>, %taps: tensor<3x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xf16>) {
  // expected-error @below {{expects cos to have element type 'bf16', but got 'f16'}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> taps(%taps, %bias : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xf16>, tensor<8x32xf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C4)
func.func @heads_are_whole(%x: tensor<1x8x400xbf16>, %taps: tensor<3x400x64xbf16>, %bias: tensor<400xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects the channels of x to be a multiple of the head dimension 64, but got 400}}
  %q, %k = cca.mix %x : tensor<1x8x400xbf16> taps(%taps, %bias : tensor<3x400x64xbf16>, tensor<400xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C4)
func.func @there_is_a_query_head(%x: tensor<1x8x384xbf16>, %taps: tensor<3x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<6xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects at least one query head and one key head, but got 0 and 6}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> taps(%taps, %bias : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<6xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x0x64xbf16>, tensor<1x8x6x64xbf16>
  return
}

// -----

// (C5)
func.func @groups_are_equal(%x: tensor<1x8x384xbf16>, %taps: tensor<3x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<4xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects the number of query heads to be a multiple of the number of key heads, but got 2 and 4}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> taps(%taps, %bias : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<4xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x2x64xbf16>, tensor<1x8x4x64xbf16>
  return
}

// -----

// (C7)
func.func @taps_have_a_row_per_channel(%x: tensor<1x8x384xbf16>, %taps: tensor<3x320x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects taps to be T x C x D = 3x384x64, but got 'tensor<3x320x64xbf16>'}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> taps(%taps, %bias : tensor<3x320x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C7)
func.func @bias_has_an_element_per_channel(%x: tensor<1x8x384xbf16>, %taps: tensor<3x384x64xbf16>, %bias: tensor<64xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects bias to be C = 384, but got 'tensor<64xf32>'}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> taps(%taps, %bias : tensor<3x384x64xbf16>, tensor<64xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C7)
func.func @depthwise_has_a_column_per_channel(%x: tensor<1x8x384xbf16>, %depthwise: tensor<2x320xbf16>, %taps: tensor<2x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects depthwise to be T0 x C = 2x384, but got 'tensor<2x320xbf16>'}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> depthwise(%depthwise : tensor<2x320xbf16>)
      taps(%taps, %bias : tensor<2x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C8)
func.func @taps_are_few(%x: tensor<1x8x384xbf16>, %taps: tensor<8x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects 1 to 7 taps, but got 8}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> taps(%taps, %bias : tensor<8x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C8)
func.func @there_is_a_tap(%x: tensor<1x8x384xbf16>, %taps: tensor<0x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects 1 to 7 taps, but got 0}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> taps(%taps, %bias : tensor<0x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C8)
func.func @there_is_a_depthwise_tap(%x: tensor<1x8x384xbf16>, %depthwise: tensor<0x384xbf16>, %taps: tensor<2x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects at least 1 tap of depthwise, but got 0}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> depthwise(%depthwise : tensor<0x384xbf16>)
      taps(%taps, %bias : tensor<2x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C8)
func.func @taps_together_are_few(%x: tensor<1x8x384xbf16>, %depthwise: tensor<3x384xbf16>, %taps: tensor<6x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects 1 to 5 taps, but got 6}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> depthwise(%depthwise : tensor<3x384xbf16>)
      taps(%taps, %bias : tensor<6x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C10)
func.func @cos_has_a_row_per_token(%x: tensor<1x8x384xbf16>, %taps: tensor<3x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<9x32xbf16>) {
  // expected-error @below {{expects cos to be S x R = 8x32, but got 'tensor<9x32xbf16>'}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> taps(%taps, %bias : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<9x32xbf16>, tensor<9x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C12)
func.func @eps_is_not_negative(%x: tensor<1x8x384xbf16>, %taps: tensor<3x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects eps to be finite as an f32 and not negative, but got -1.0}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> taps(%taps, %bias : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps -1.0 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C13)
func.func @a_packed_batch_is_one_row(%x: tensor<2x8x384xbf16>, %taps: tensor<3x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>, %cu: tensor<3xi32>) {
  // expected-error @below {{expects a packed batch to have one row, but got 2}}
  %q, %k = cca.mix %x : tensor<2x8x384xbf16> taps(%taps, %bias : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>) packed(%cu : tensor<3xi32>)
      -> tensor<2x8x4x64xbf16>, tensor<2x8x2x64xbf16>
  return
}

// -----

// (C14)
func.func @query_factor_is_finite(%x: tensor<1x8x384xbf16>, %taps: tensor<3x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects query_factor to be finite as an f32, but got}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> taps(%taps, %bias : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>) query_factor 1.0e+300
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

func.func @no_head_dimension(%x: tensor<1x8x192xbf16>, %taps: tensor<3x192x0xbf16>, %bias: tensor<192xf32>, %t: tensor<2xf32>, %cos: tensor<8x0xbf16>) {
  // expected-error @below {{expects a head dimension of at least 1, but got 0}}
  %q, %k = cca.mix %x : tensor<1x8x192xbf16> taps(%taps, %bias : tensor<3x192x0xbf16>, tensor<192xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x0xbf16>, tensor<8x0xbf16>)
      -> tensor<1x8x4x0xbf16>, tensor<1x8x2x0xbf16>
  return
}
