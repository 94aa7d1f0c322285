// Every clause comes back as it was written: printed, in generic form, as bytecode.
//
// RUN: cca-opt %s | cca-opt | FileCheck %s
// RUN: cca-opt %s --mlir-print-op-generic | cca-opt | FileCheck %s
// RUN: cca-opt %s --emit-bytecode | cca-opt | FileCheck %s

// The example of the op's documentation.
// CHECK-LABEL: @two_stages
// CHECK: cca.conv %{{.*}} : tensor<?x?x1280xf32> depthwise(%{{.*}}, %{{.*}} : tensor<1280x2xf32>, tensor<1280xf32>) grouped(%{{.*}}, %{{.*}} : tensor<1280x128x2xf32>, tensor<1280xf32>){{$}}
func.func @two_stages(%x: tensor<?x?x1280xf32>, %w0: tensor<1280x2xf32>, %b0: tensor<1280xf32>,
                      %w1: tensor<1280x128x2xf32>, %b1: tensor<1280xf32>) -> tensor<?x?x1280xf32> {
  %z = cca.conv %x : tensor<?x?x1280xf32>
      depthwise(%w0, %b0 : tensor<1280x2xf32>, tensor<1280xf32>)
      grouped(%w1, %b1 : tensor<1280x128x2xf32>, tensor<1280xf32>)
  return %z : tensor<?x?x1280xf32>
}

// CHECK-LABEL: @every_clause
// CHECK: grouped(%{{.*}}, %{{.*}} : tensor<4x2x4xbf16>, tensor<4xbf16>) per_stage_padding packed(%{{.*}} : tensor<?xi32>) {some_note = "kept"}
func.func @every_clause(%x: tensor<1x?x4xf32>, %w0: tensor<4x4xbf16>, %b: tensor<4xbf16>,
                        %w1: tensor<4x2x4xbf16>, %cu_seqlens: tensor<?xi32>) -> tensor<1x?x4xf32> {
  %z = cca.conv %x : tensor<1x?x4xf32>
      depthwise(%w0, %b : tensor<4x4xbf16>, tensor<4xbf16>)
      grouped(%w1, %b : tensor<4x2x4xbf16>, tensor<4xbf16>)
      per_stage_padding packed(%cu_seqlens : tensor<?xi32>) {some_note = "kept"}
  return %z : tensor<1x?x4xf32>
}

// What cca-fold-convs makes: up to 4 + 4 - 1 taps, weights in f32.
// CHECK-LABEL: @grouped_only
// CHECK: cca.conv %{{.*}} : tensor<2x3x4xf16> grouped(%{{.*}}, %{{.*}} : tensor<4x2x7xf32>, tensor<4xf32>){{$}}
func.func @grouped_only(%x: tensor<2x3x4xf16>, %w1: tensor<4x2x7xf32>, %b1: tensor<4xf32>) -> tensor<2x3x4xf16> {
  %z = cca.conv %x : tensor<2x3x4xf16> grouped(%w1, %b1 : tensor<4x2x7xf32>, tensor<4xf32>)
  return %z : tensor<2x3x4xf16>
}
