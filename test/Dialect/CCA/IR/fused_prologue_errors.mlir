// RUN: cca-opt %s --split-input-file --verify-diagnostics

// (C1)
func.func @sizes_are_below_2_31(%h: tensor<2147483648x8x64xbf16>, %w: tensor<512x64xbf16>, %taps: tensor<3x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects hidden to have a size 0 below 2^31, but got 'tensor<2147483648x8x64xbf16>'}}
  %q, %k, %v = cca.fused_prologue %h : tensor<2147483648x8x64xbf16> weight(%w : tensor<512x64xbf16>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<2147483648x8x4x64xbf16>, tensor<2147483648x8x2x64xbf16>, tensor<2147483648x8x2x64xbf16>
  return
}

// -----

// (C2)
func.func @weights_are_as_hidden(%h: tensor<1x8x64xbf16>, %w: tensor<512x64xf16>, %taps: tensor<3x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects w to have element type 'bf16', but got 'f16'}}
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<512x64xf16>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C2)
func.func @taps_are_as_hidden(%h: tensor<1x8x64xbf16>, %w: tensor<512x64xbf16>, %taps: tensor<3x384x64xf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects taps to have element type 'bf16', but got 'f16'}}
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<512x64xbf16>)
      taps(%taps, %b : tensor<3x384x64xf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C2)
func.func @projection_bias_is_as_hidden(%h: tensor<1x8x64xbf16>, %w: tensor<512x64xbf16>, %pb: tensor<512xf16>, %taps: tensor<3x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects projection_bias to have element type 'bf16', but got 'f16'}}
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<512x64xbf16>)
      projection_bias(%pb : tensor<512xf16>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C3)
func.func @weights_have_the_channels_of_hidden(%h: tensor<1x8x64xbf16>, %w: tensor<512x32xbf16>, %taps: tensor<3x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects w to be (C + Hk * D) x E = 512x64, but got 'tensor<512x32xbf16>'}}
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<512x32xbf16>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C4)
func.func @there_is_a_query_head(%h: tensor<1x8x64xbf16>, %w: tensor<512x64xbf16>, %taps: tensor<3x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<6xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects at least one query head and one key head, but got 0 and 6}}
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<512x64xbf16>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<6xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x0x64xbf16>, tensor<1x8x6x64xbf16>, tensor<1x8x6x64xbf16>
  return
}

// -----

// (C5)
func.func @heads_share_evenly(%h: tensor<1x8x64xbf16>, %w: tensor<512x64xbf16>, %taps: tensor<3x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<4xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects}}
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<512x64xbf16>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<4xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x2x64xbf16>, tensor<1x8x4x64xbf16>, tensor<1x8x4x64xbf16>
  return
}

// -----

// (C6)
func.func @values_have_halves(%h: tensor<1x8x64xbf16>, %w: tensor<9x64xbf16>, %taps: tensor<3x6x3xbf16>, %b: tensor<6xf32>, %t: tensor<1xf32>, %cos: tensor<8x2xbf16>) {
  // expected-error @below {{expects an even number of value channels, but got 3}}
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<9x64xbf16>)
      taps(%taps, %b : tensor<3x6x3xbf16>, tensor<6xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<8x2xbf16>, tensor<8x2xbf16>)
      -> tensor<1x8x1x3xbf16>, tensor<1x8x1x3xbf16>, tensor<1x8x1x3xbf16>
  return
}

// -----

// (C7)
func.func @bias_is_one_of_each_channel(%h: tensor<1x8x64xbf16>, %w: tensor<512x64xbf16>, %taps: tensor<3x384x64xbf16>, %b: tensor<380xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects bias to be C = 384, but got 'tensor<380xf32>'}}
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<512x64xbf16>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<380xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C8)
func.func @taps_are_few(%h: tensor<1x8x64xbf16>, %w: tensor<512x64xbf16>, %taps: tensor<8x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects 1 to 7 taps, but got 8}}
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<512x64xbf16>)
      taps(%taps, %b : tensor<8x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C10)
func.func @tables_have_a_row_for_each_token(%h: tensor<1x8x64xbf16>, %w: tensor<512x64xbf16>, %taps: tensor<3x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<9x32xbf16>) {
  // expected-error @below {{expects cos}}
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<512x64xbf16>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<9x32xbf16>, tensor<9x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C11)
func.func @projection_bias_is_one_of_each_row(%h: tensor<1x8x64xbf16>, %w: tensor<512x64xbf16>, %pb: tensor<384xbf16>, %taps: tensor<3x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects projection_bias to be C + Hk * D = 512, but got 'tensor<384xbf16>'}}
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<512x64xbf16>)
      projection_bias(%pb : tensor<384xbf16>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C12)
func.func @eps_is_not_negative(%h: tensor<1x8x64xbf16>, %w: tensor<512x64xbf16>, %taps: tensor<3x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects eps}}
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<512x64xbf16>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps -1.0 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C13)
func.func @packed_batch_has_one_row(%h: tensor<2x8x64xbf16>, %w: tensor<512x64xbf16>, %taps: tensor<3x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>, %cu: tensor<3xi32>) {
  // expected-error @below {{expects}}
  %q, %k, %v = cca.fused_prologue %h : tensor<2x8x64xbf16> weight(%w : tensor<512x64xbf16>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>) packed(%cu : tensor<3xi32>)
      -> tensor<2x8x4x64xbf16>, tensor<2x8x2x64xbf16>, tensor<2x8x2x64xbf16>
  return
}

// -----

// (C14)
func.func @factor_is_finite(%h: tensor<1x8x64xbf16>, %w: tensor<512x64xbf16>, %taps: tensor<3x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects query_factor}}
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<512x64xbf16>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      query_factor 1.0e+300
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

// (C1)
func.func @heads_are_known(%h: tensor<1x8x64xbf16>, %w: tensor<512x64xbf16>, %taps: tensor<3x?x64xbf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects taps to have a static size 1, but got}}
  %q, %k, %v = "cca.fused_prologue"(%h, %w, %taps, %b, %t, %cos, %cos) <{eps = 1.0e-2 : f64, norm = #cca.norm_mode<clamp>,
      temperature_mode = #cca.temperature_mode<linear>, rope_layout = #cca.rope_layout<half>,
      operandSegmentSizes = array<i32: 1, 1, 0, 1, 1, 1, 1, 1, 0>}>
      : (tensor<1x8x64xbf16>, tensor<512x64xbf16>, tensor<3x?x64xbf16>, tensor<384xf32>, tensor<2xf32>, tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> (tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>)
  return
}
