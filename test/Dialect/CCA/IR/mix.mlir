// RUN: cca-opt %s | cca-opt | FileCheck %s
// RUN: cca-opt %s --mlir-print-op-generic | cca-opt | FileCheck %s

// CHECK-LABEL: @zaya
// CHECK:         %{{.*}}, %{{.*}} = cca.mix %{{.*}} : tensor<?x?x1280xbf16>
// CHECK-NEXT:      taps(%{{.*}}, %{{.*}} : tensor<3x1280x128xbf16>, tensor<1280xf32>)
// CHECK-NEXT:      normalize clamp eps 1.000000e-02
// CHECK-NEXT:      temperature linear(%{{.*}} : tensor<2xf32>)
// CHECK-NEXT:      rope half(%{{.*}}, %{{.*}} : tensor<?x64xbf16>, tensor<?x64xbf16>)
// CHECK-NEXT:      -> tensor<?x?x8x128xbf16>, tensor<?x?x2x128xbf16>
func.func @zaya(%x: tensor<?x?x1280xbf16>, %taps: tensor<3x1280x128xbf16>, %bias: tensor<1280xf32>, %t: tensor<2xf32>, %cos: tensor<?x64xbf16>) {
  %q, %k = cca.mix %x : tensor<?x?x1280xbf16> taps(%taps, %bias : tensor<3x1280x128xbf16>, tensor<1280xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<?x64xbf16>, tensor<?x64xbf16>)
      -> tensor<?x?x8x128xbf16>, tensor<?x?x2x128xbf16>
  return
}

// CHECK-LABEL: @all_clauses
// CHECK-NEXT:    cca.mix
// CHECK-NEXT:      depthwise(%{{.*}} : tensor<2x384xf16>)
// CHECK-NEXT:      taps(%{{.*}}, %{{.*}} : tensor<6x384x64xf16>, tensor<384xf32>)
// CHECK-NEXT:      normalize rsqrt eps 1.000000e-02
// CHECK-NEXT:      temperature exp(
// CHECK-NEXT:      rope interleaved(
// CHECK-NEXT:      packed(%{{.*}} : tensor<?xi32>)
// CHECK-NEXT:      query_factor 1.275000e-01
// CHECK-NEXT:      schedule <block_m = 64, stages = 2, consumers = 1> {note}
// CHECK-NEXT:      -> tensor<1x?x4x64xf16>, tensor<1x?x2x64xf16>
func.func @all_clauses(%x: tensor<1x?x384xf16>, %depthwise: tensor<2x384xf16>, %taps: tensor<6x384x64xf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<?x64xf32>, %cu: tensor<?xi32>) {
  %q, %k = cca.mix %x : tensor<1x?x384xf16>
      depthwise(%depthwise : tensor<2x384xf16>) taps(%taps, %bias : tensor<6x384x64xf16>, tensor<384xf32>)
      normalize rsqrt eps 1.0e-2 temperature exp(%t : tensor<2xf32>)
      rope interleaved(%cos, %cos : tensor<?x64xf32>, tensor<?x64xf32>) packed(%cu : tensor<?xi32>)
      query_factor 1.275000e-01
      schedule <block_m = 64, stages = 2, consumers = 1> {note}
      -> tensor<1x?x4x64xf16>, tensor<1x?x2x64xf16>
  return
}

// Cosines for each batch row, of no channels.
// CHECK-LABEL: @static_sizes
// CHECK:         rope half(%{{.*}}, %{{.*}} : tensor<2x8x0xf32>, tensor<2x8x0xf32>)
func.func @static_sizes(%x: tensor<2x8x384xf32>, %taps: tensor<1x384x64xf32>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<2x8x0xf32>) {
  %q, %k = cca.mix %x : tensor<2x8x384xf32> taps(%taps, %bias : tensor<1x384x64xf32>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<2x8x0xf32>, tensor<2x8x0xf32>)
      -> tensor<2x8x4x64xf32>, tensor<2x8x2x64xf32>
  return
}
