// RUN: cca-opt %s | cca-opt | FileCheck %s
// RUN: cca-opt %s --mlir-print-op-generic | cca-opt | FileCheck %s
// RUN: cca-opt %s --emit-bytecode | cca-opt | FileCheck %s

// The example of the op's documentation.
// CHECK-LABEL: @half
// CHECK: cca.rope %{{.*}} : tensor<?x?x8x128xf32> half(%{{.*}}, %{{.*}} : tensor<?x64xf32>, tensor<?x64xf32>){{$}}
func.func @half(%x: tensor<?x?x8x128xf32>, %cos: tensor<?x64xf32>, %sin: tensor<?x64xf32>) -> tensor<?x?x8x128xf32> {
  %y = cca.rope %x : tensor<?x?x8x128xf32>
      half(%cos, %sin : tensor<?x64xf32>, tensor<?x64xf32>)
  return %y : tensor<?x?x8x128xf32>
}

// CHECK-LABEL: @interleaved_with_a_table_per_batch_row
// CHECK: cca.rope %{{.*}} : tensor<2x3x1x4xf16> interleaved(%{{.*}}, %{{.*}} : tensor<2x3x4xf16>, tensor<2x3x4xf16>) {some_note = "kept"}
func.func @interleaved_with_a_table_per_batch_row(%x: tensor<2x3x1x4xf16>, %cos: tensor<2x3x4xf16>) -> tensor<2x3x1x4xf16> {
  %y = cca.rope %x : tensor<2x3x1x4xf16>
      interleaved(%cos, %cos : tensor<2x3x4xf16>, tensor<2x3x4xf16>) {some_note = "kept"}
  return %y : tensor<2x3x1x4xf16>
}

// The table has rows for the positions of the longest sequence, not for all tokens.
// CHECK-LABEL: @packed
// CHECK: cca.rope %{{.*}} : tensor<1x9x1x4xbf16> half(%{{.*}}, %{{.*}} : tensor<5x2xf32>, tensor<5x2xf32>) packed(%{{.*}} : tensor<3xi32>)
func.func @packed(%x: tensor<1x9x1x4xbf16>, %cos: tensor<5x2xf32>, %cu_seqlens: tensor<3xi32>) -> tensor<1x9x1x4xbf16> {
  %y = cca.rope %x : tensor<1x9x1x4xbf16>
      half(%cos, %cos : tensor<5x2xf32>, tensor<5x2xf32>) packed(%cu_seqlens : tensor<3xi32>)
  return %y : tensor<1x9x1x4xbf16>
}
