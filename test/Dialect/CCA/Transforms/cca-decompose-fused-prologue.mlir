// RUN: cca-opt %s --cca-decompose | FileCheck %s --implicit-check-not=cca.fused_prologue --implicit-check-not=cca.mix

// The kernel's steps: latents, and what cca.mix becomes.
// CHECK-LABEL: @prologue
// CHECK:         cca.latents %{{.*}} : tensor<1x8x64xbf16>
// CHECK-NEXT:      weight(%{{.*}} : tensor<512x64xbf16>)
// CHECK-NEXT:      bias(%{{.*}} : tensor<512xbf16>)
// CHECK-NEXT:      packed(%{{.*}} : tensor<3xi32>)
// CHECK-NEXT:      -> tensor<1x8x384xbf16>, tensor<1x8x2x64xbf16>
// CHECK:         cca.conv
// CHECK:         cca.qk_mean
// CHECK-COUNT-2: cca.qk_norm
// CHECK-COUNT-2: cca.rope
func.func @prologue(%h: tensor<1x8x64xbf16>, %w: tensor<512x64xbf16>, %pb: tensor<512xbf16>, %taps: tensor<3x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<8x32xbf16>, %cu: tensor<3xi32>) -> (tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>) {
  %q, %k, %v = cca.fused_prologue %h : tensor<1x8x64xbf16> weight(%w : tensor<512x64xbf16>)
      projection_bias(%pb : tensor<512xbf16>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<8x32xbf16>, tensor<8x32xbf16>) packed(%cu : tensor<3xi32>)
      -> tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>
  return %q, %k, %v : tensor<1x8x4x64xbf16>, tensor<1x8x2x64xbf16>, tensor<1x8x2x64xbf16>
}
