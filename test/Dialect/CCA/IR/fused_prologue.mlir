// RUN: cca-opt %s | cca-opt | FileCheck %s
// RUN: cca-opt %s --mlir-print-op-generic | cca-opt | FileCheck %s

// CHECK-LABEL: @zaya
// CHECK:         %{{.*}}, %{{.*}}, %{{.*}} = cca.fused_prologue %{{.*}} : tensor<?x?x2048xbf16>
// CHECK-NEXT:      weight(%{{.*}} : tensor<1536x2048xbf16>)
// CHECK-NEXT:      taps(%{{.*}}, %{{.*}} : tensor<3x1280x128xbf16>, tensor<1280xf32>)
// CHECK-NEXT:      normalize clamp eps 1.000000e-02
// CHECK-NEXT:      temperature linear(%{{.*}} : tensor<2xf32>)
// CHECK-NEXT:      rope half(%{{.*}}, %{{.*}} : tensor<?x64xbf16>, tensor<?x64xbf16>)
// CHECK-NEXT:      -> tensor<?x?x8x128xbf16>, tensor<?x?x2x128xbf16>, tensor<?x?x2x128xbf16>
func.func @zaya(%h: tensor<?x?x2048xbf16>, %w: tensor<1536x2048xbf16>, %taps: tensor<3x1280x128xbf16>, %b: tensor<1280xf32>, %t: tensor<2xf32>, %cos: tensor<?x64xbf16>) {
  %q, %k, %v = cca.fused_prologue %h : tensor<?x?x2048xbf16> weight(%w : tensor<1536x2048xbf16>)
      taps(%taps, %b : tensor<3x1280x128xbf16>, tensor<1280xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<?x64xbf16>, tensor<?x64xbf16>)
      -> tensor<?x?x8x128xbf16>, tensor<?x?x2x128xbf16>, tensor<?x?x2x128xbf16>
  return
}

// CHECK-LABEL: @all_clauses
// CHECK:           weight(
// CHECK-NEXT:      projection_bias(%{{.*}} : tensor<512xf32>)
// CHECK-NEXT:      taps(
// CHECK-NEXT:      normalize rsqrt eps 1.000000e-02
// CHECK-NEXT:      temperature exp(
// CHECK-NEXT:      rope interleaved(
// CHECK-NEXT:      packed(%{{.*}} : tensor<?xi32>)
// CHECK-NEXT:      query_factor 1.275000e-01
// CHECK-NEXT:      schedule <block_m = 128, stages = 4, tap_stages = 2, consumers = 2> {note}
// CHECK-NEXT:      -> tensor<1x?x4x64xbf16>, tensor<1x?x2x64xbf16>, tensor<1x?x2x64xbf16>
func.func @all_clauses(%h: tensor<1x?x64xbf16>, %w: tensor<512x64xbf16>, %pb: tensor<512xf32>, %taps: tensor<3x384x64xbf16>, %b: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<?x32xf32>, %cu: tensor<?xi32>) {
  %q, %k, %v = cca.fused_prologue %h : tensor<1x?x64xbf16> weight(%w : tensor<512x64xbf16>)
      projection_bias(%pb : tensor<512xf32>)
      taps(%taps, %b : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize rsqrt eps 1.0e-2 temperature exp(%t : tensor<2xf32>)
      rope interleaved(%cos, %cos : tensor<?x32xf32>, tensor<?x32xf32>) packed(%cu : tensor<?xi32>)
      query_factor 1.275000e-01
      schedule <block_m = 128, stages = 4, tap_stages = 2, consumers = 2> {note}
      -> tensor<1x?x4x64xbf16>, tensor<1x?x2x64xbf16>, tensor<1x?x2x64xbf16>
  return
}
