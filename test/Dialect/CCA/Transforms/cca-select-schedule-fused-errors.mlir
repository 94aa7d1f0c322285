// RUN: cca-opt %s --cca-select-schedule --split-input-file --verify-diagnostics

func.func @stages_are_too_much_shared_memory(%h: tensor<?x?x2048xbf16>, %w: tensor<1536x2048xbf16>, %taps: tensor<3x1280x128xbf16>, %b: tensor<1280xf32>, %t: tensor<2xf32>, %cos: tensor<?x64xbf16>) {
  // expected-error @below {{'cca.fused_prologue' op expects at most 232448 bytes of shared memory, but this schedule takes 263344 (30896 too many)}}
  %q, %k, %v = cca.fused_prologue %h : tensor<?x?x2048xbf16> weight(%w : tensor<1536x2048xbf16>)
      taps(%taps, %b : tensor<3x1280x128xbf16>, tensor<1280xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<?x64xbf16>, tensor<?x64xbf16>)
      schedule <block_m = 128, stages = 4, tap_stages = 3, consumers = 2>
      -> tensor<?x?x8x128xbf16>, tensor<?x?x2x128xbf16>, tensor<?x?x2x128xbf16>
  return
}

// -----

func.func @three_consumers_have_fewer_registers(%h: tensor<1x8x64xbf16>, %w: tensor<1024x64xbf16>, %taps: tensor<3x768x128xbf16>, %b: tensor<768xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects at most 160 registers for a thread of 3 consumers, but this schedule takes about 232 (72 too many)}}
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<1024x64xbf16>)
      taps(%taps, %b : tensor<3x768x128xbf16>, tensor<768xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      schedule <block_m = 192, stages = 2, tap_stages = 2, consumers = 3>
      -> tensor<1x8x4x128xbf16>, tensor<1x8x2x128xbf16>, tensor<1x8x2x128xbf16>
  return
}

// -----

func.func @heads_of_32(%h: tensor<1x8x64xbf16>, %w: tensor<256x64xbf16>, %taps: tensor<3x192x32xbf16>, %b: tensor<192xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects a head dimension of 64 or 128, but got 32}}
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<256x64xbf16>)
      taps(%taps, %b : tensor<3x192x32xbf16>, tensor<192xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x32xbf16>, tensor<1x8x2x32xbf16>, tensor<1x8x2x32xbf16>
  return
}

// -----

func.func @channels_are_whole_16_bytes(%h: tensor<1x8x60xbf16>, %w: tensor<512x60xbf16>, %taps: tensor<3x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  // expected-error @below {{expects channels to be a multiple of 8, but got 60}}
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x60xbf16> weight(%w : tensor<512x60xbf16>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>
  return
}
