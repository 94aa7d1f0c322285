// RUN: cca-opt %s --cca-select-schedule | FileCheck %s

// CHECK-LABEL: @zaya
// CHECK:         schedule <block_m = 128, stages = 3, tap_stages = 3, consumers = 2>
func.func @zaya(%h: tensor<?x?x2048xbf16>, %w: tensor<1536x2048xbf16>, %taps: tensor<3x1280x128xbf16>, %b: tensor<1280xf32>, %t: tensor<2xf32>, %cos: tensor<?x64xbf16>) {
  %q, %k, %v = cca.fused_prologue %h : tensor<?x?x2048xbf16> weight(%w : tensor<1536x2048xbf16>)
      taps(%taps, %b : tensor<3x1280x128xbf16>, tensor<1280xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<?x64xbf16>, tensor<?x64xbf16>)
      -> tensor<?x?x8x128xbf16>, tensor<?x?x2x128xbf16>, tensor<?x?x2x128xbf16>
  return
}

// CHECK-LABEL: @small_heads
// CHECK:         schedule <block_m = 128, stages = 4, tap_stages = 4, consumers = 2>
func.func @small_heads(%h: tensor<1x8x64xbf16>, %w: tensor<512x64xbf16>, %taps: tensor<3x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<512x64xbf16>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// CHECK-LABEL: @given
// CHECK:         schedule <block_m = 192, stages = 2, tap_stages = 2, consumers = 3>
func.func @given(%h: tensor<1x8x64xbf16>, %w: tensor<512x64xbf16>, %taps: tensor<3x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<512x64xbf16>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      schedule <block_m = 192, stages = 2, tap_stages = 2, consumers = 3>
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// The CPU has no schedules.
// CHECK-LABEL: @f32
// CHECK-NOT:     schedule
func.func @f32(%h: tensor<1x8x64xf32>, %w: tensor<512x64xf32>, %taps: tensor<3x384x64xf32>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xf32>) {
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xf32> weight(%w : tensor<512x64xf32>)
      taps(%taps, %b : tensor<3x384x64xf32>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xf32>, tensor<8x32xf32>)
      -> tensor<1x8x4x64xf32>, tensor<1x8x2x64xf32>, tensor<1x8x2x64xf32>
  return
}
