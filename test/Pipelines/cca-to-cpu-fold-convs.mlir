// With fold-convs the step ops hold one convolution; without, two.
//
// RUN: cca-opt %s --cca-to-cpu=fold-convs=true --mlir-print-ir-before=cca-lower-to-linalg -o /dev/null 2>&1 | FileCheck %s
// RUN: cca-opt %s --cca-to-cpu --mlir-print-ir-before=cca-lower-to-linalg -o /dev/null 2>&1 | FileCheck %s --check-prefix=TWO

// CHECK-LABEL: func @prologue
//       CHECK:   cca.conv %{{.*}} : tensor<?x?x12xf32> grouped(%{{.*}}, %{{.*}} : tensor<12x4x3xf32>, tensor<12xf32>){{$}}
// TWO-LABEL: func @prologue
//       TWO:   cca.conv %{{.*}} : tensor<?x?x12xf32> depthwise({{.*}}) grouped(%{{.*}}, %{{.*}} : tensor<12x4x2xf32>, tensor<12xf32>){{$}}
func.func @prologue(
    %hidden: tensor<?x?x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<?x2xf32>) -> tensor<?x?x2x4xf32> {
  %q, %k, %v = cca.prologue %hidden : tensor<?x?x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<?x2xf32>, tensor<?x2xf32>)
      -> tensor<?x?x2x4xf32>, tensor<?x?x1x4xf32>, tensor<?x?x1x4xf32>
  return %q : tensor<?x?x2x4xf32>
}
