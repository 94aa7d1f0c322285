// RUN: cca-opt %s --cca-select-schedule | FileCheck %s

// Taps stay in shared memory, and two consumers have a tile each. Results stay in L2:
// they leave through two tiles in turn.
// CHECK-LABEL: @zaya
// CHECK:         schedule <block_m = 64, stages = 1, consumers = 2, cooperative = false, staging = 2>
func.func @zaya(%x: tensor<1x8192x768xbf16>, %taps: tensor<3x768x128xbf16>, %bias: tensor<768xf32>, %t: tensor<2xf32>, %cos: tensor<8192x32xbf16>) {
  %q, %k = cca.mix %x : tensor<1x8192x768xbf16> taps(%taps, %bias : tensor<3x768x128xbf16>, tensor<768xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8192x32xbf16>, tensor<8192x32xbf16>)
      -> tensor<1x8192x4x128xbf16>, tensor<1x8192x2x128xbf16>
  return
}

// A fourth tap leaves room for one such tile.
// CHECK-LABEL: @four_taps
// CHECK:         schedule <block_m = 64, stages = 1, consumers = 2, cooperative = false>
func.func @four_taps(%x: tensor<1x8192x768xbf16>, %taps: tensor<4x768x128xbf16>, %bias: tensor<768xf32>, %t: tensor<2xf32>, %cos: tensor<8192x32xbf16>) {
  %q, %k = cca.mix %x : tensor<1x8192x768xbf16> taps(%taps, %bias : tensor<4x768x128xbf16>, tensor<768xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8192x32xbf16>, tensor<8192x32xbf16>)
      -> tensor<1x8192x4x128xbf16>, tensor<1x8192x2x128xbf16>
  return
}

// So many taps are loaded again for each tile.
// CHECK-LABEL: @seven_taps
// CHECK:         schedule <block_m = 128, stages = 2, consumers = 2>
func.func @seven_taps(%x: tensor<1x8192x768xbf16>, %taps: tensor<7x768x128xbf16>, %bias: tensor<768xf32>, %t: tensor<2xf32>, %cos: tensor<8192x32xbf16>) {
  %q, %k = cca.mix %x : tensor<1x8192x768xbf16> taps(%taps, %bias : tensor<7x768x128xbf16>, tensor<768xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8192x32xbf16>, tensor<8192x32xbf16>)
      -> tensor<1x8192x4x128xbf16>, tensor<1x8192x2x128xbf16>
  return
}

// CHECK-LABEL: @small_heads
// CHECK:         schedule <block_m = 192, stages = 2, consumers = 3>
func.func @small_heads(%x: tensor<1x8192x384xbf16>, %taps: tensor<3x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8192x32xbf16>) {
  %q, %k = cca.mix %x : tensor<1x8192x384xbf16> taps(%taps, %bias : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8192x32xbf16>, tensor<8192x32xbf16>)
      -> tensor<1x8192x4x64xbf16>, tensor<1x8192x2x64xbf16>
  return
}

// They do not stay there, and a second tile costs a panel that is loaded ahead.
// CHECK-LABEL: @many_tokens
// CHECK:         schedule <block_m = 64, stages = 1, consumers = 2, cooperative = false>
func.func @many_tokens(%x: tensor<2x32768x768xbf16>, %taps: tensor<3x768x128xbf16>, %bias: tensor<768xf32>, %t: tensor<2xf32>, %cos: tensor<32768x64xbf16>) {
  %q, %k = cca.mix %x : tensor<2x32768x768xbf16> taps(%taps, %bias : tensor<3x768x128xbf16>, tensor<768xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<32768x64xbf16>, tensor<32768x64xbf16>)
      -> tensor<2x32768x4x128xbf16>, tensor<2x32768x2x128xbf16>
  return
}

// It costs none where tables are no panels.
// CHECK-LABEL: @many_tokens_without_panels_ahead
// CHECK:         schedule <block_m = 64, stages = 1, consumers = 2, cooperative = false, staging = 2>
func.func @many_tokens_without_panels_ahead(%x: tensor<2x32768x768xbf16>, %taps: tensor<3x768x128xbf16>, %bias: tensor<768xf32>, %t: tensor<2xf32>, %cos: tensor<32768x32xbf16>) {
  %q, %k = cca.mix %x : tensor<2x32768x768xbf16> taps(%taps, %bias : tensor<3x768x128xbf16>, tensor<768xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<32768x32xbf16>, tensor<32768x32xbf16>)
      -> tensor<2x32768x4x128xbf16>, tensor<2x32768x2x128xbf16>
  return
}

// Two taps leave room for all panels and both tiles.
// CHECK-LABEL: @depthwise
// CHECK:         schedule <block_m = 64, stages = 1, consumers = 2, cooperative = false, staging = 2>
func.func @depthwise(%x: tensor<?x?x768xbf16>, %depthwise: tensor<2x768xbf16>, %taps: tensor<2x768x128xbf16>, %bias: tensor<768xf32>, %t: tensor<2xf32>, %cos: tensor<?x64xbf16>) {
  %q, %k = cca.mix %x : tensor<?x?x768xbf16> depthwise(%depthwise : tensor<2x768xbf16>)
      taps(%taps, %bias : tensor<2x768x128xbf16>, tensor<768xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<?x64xbf16>, tensor<?x64xbf16>)
      -> tensor<?x?x4x128xbf16>, tensor<?x?x2x128xbf16>
  return
}

// CHECK-LABEL: @given
// CHECK:         schedule <block_m = 64, stages = 3, consumers = 1>
func.func @given(%x: tensor<1x8x384xbf16>, %taps: tensor<3x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>) {
  %q, %k = cca.mix %x : tensor<1x8x384xbf16> taps(%taps, %bias : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>)
      schedule <block_m = 64, stages = 3, consumers = 1>
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>
  return
}

// The CPU has no schedules.
// CHECK-LABEL: @f32
// CHECK-NOT:     schedule
func.func @f32(%x: tensor<1x8x384xf32>, %taps: tensor<3x384x64xf32>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xf32>) {
  %q, %k = cca.mix %x : tensor<1x8x384xf32> taps(%taps, %bias : tensor<3x384x64xf32>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xf32>, tensor<8x32xf32>)
      -> tensor<1x8x4x64xf32>, tensor<1x8x2x64xf32>
  return
}
