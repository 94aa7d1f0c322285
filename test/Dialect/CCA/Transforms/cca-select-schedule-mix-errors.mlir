// RUN: cca-opt %s --cca-select-schedule --split-input-file --verify-diagnostics

func.func @two_stages_are_too_much_shared_memory(%x: tensor<1x8x768xbf16>, %taps: tensor<4x768x128xbf16>, %bias: tensor<768xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{'cca.mix' op expects at most 232448 bytes of shared memory, but this schedule takes}}
  %q, %k = cca.mix %x : tensor<1x8x768xbf16> taps(%taps, %bias : tensor<4x768x128xbf16>, tensor<768xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      schedule <block_m = 192, stages = 2, consumers = 3>
      -> tensor<1x8x4x128xbf16>, tensor<1x8x2x128xbf16>
  return
}

// -----

func.func @three_consumers_have_fewer_registers(%x: tensor<1x8x768xbf16>, %taps: tensor<3x768x128xbf16>, %bias: tensor<768xf32>, %t: tensor<2xf32>, %cos: tensor<8x128xbf16>) {
  // expected-error @below {{expects at most 160 registers for a thread of 3 consumers, but this schedule takes about 192 (32 too many)}}
  %q, %k = cca.mix %x : tensor<1x8x768xbf16> taps(%taps, %bias : tensor<3x768x128xbf16>, tensor<768xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x128xbf16>, tensor<8x128xbf16>)
      schedule <block_m = 192, stages = 1, consumers = 3>
      -> tensor<1x8x4x128xbf16>, tensor<1x8x2x128xbf16>
  return
}

// -----

func.func @streamed_taps_need_two_stages(%x: tensor<1x8x768xbf16>, %taps: tensor<7x768x128xbf16>, %bias: tensor<768xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects at least 2 stages where 7 taps do not stay in shared memory, but got 1}}
  %q, %k = cca.mix %x : tensor<1x8x768xbf16> taps(%taps, %bias : tensor<7x768x128xbf16>, tensor<768xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      schedule <block_m = 128, stages = 1, consumers = 2>
      -> tensor<1x8x4x128xbf16>, tensor<1x8x2x128xbf16>
  return
}

// -----

func.func @f32_has_no_kernel(%x: tensor<1x8x384xf32>, %taps: tensor<3x384x64xf32>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xf32>) {
  // expected-error @below {{expects an element type of 2 bytes, but got 4}}
  %q, %k = cca.mix %x : tensor<1x8x384xf32> taps(%taps, %bias : tensor<3x384x64xf32>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xf32>, tensor<8x32xf32>)
      schedule <block_m = 64, stages = 1, consumers = 1>
      -> tensor<1x8x4x64xf32>, tensor<1x8x2x64xf32>
  return
}

// -----

func.func @head_dimension(%x: tensor<1x8x192xbf16>, %taps: tensor<3x192x32xbf16>, %bias: tensor<192xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects a head dimension of 64 or 128, but got 32}}
  %q, %k = cca.mix %x : tensor<1x8x192xbf16> taps(%taps, %bias : tensor<3x192x32xbf16>, tensor<192xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x32xbf16>, tensor<1x8x2x32xbf16>
  return
}

// -----

func.func @halves_are_whole_registers(%x: tensor<1x8x384xbf16>, %taps: tensor<3x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x24xbf16>) {
  // expected-error @below {{expects rotary channels to be a multiple of 16, but got 24}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> taps(%taps, %bias : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x24xbf16>, tensor<8x24xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// -----

func.func @pairs_are_whole_registers(%x: tensor<1x8x384xbf16>, %taps: tensor<3x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x20xbf16>) {
  // expected-error @below {{expects rotary channels to be a multiple of 8, but got 20}}
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> taps(%taps, %bias : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope interleaved(%cos, %cos : tensor<8x20xbf16>, tensor<8x20xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}
