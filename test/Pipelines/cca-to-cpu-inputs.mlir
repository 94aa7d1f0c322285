// Operands of a function belong to its caller: results are never computed in their place.
//
// RUN: cca-opt %s --cca-to-cpu=fold-convs=true --mlir-print-ir-after=convert-bufferization-to-memref \
// RUN:   -o /dev/null 2>&1 | FileCheck %s

// CHECK-LABEL: func @rope_of_a_slice(
//  CHECK-SAME:   %[[X:[^:]*]]: memref<1x3x1x4xf32>
//       CHECK:   %[[SLICE:.*]] = memref.subview %[[X]]
//   CHECK-NOT:   outs(%[[SLICE]] :
//   CHECK-NOT:   memref.copy %{{.*}}, %[[SLICE]] :
//       CHECK:   return
func.func @rope_of_a_slice(%x: tensor<1x3x1x4xf32>, %cos: tensor<3x2xf32>) -> tensor<1x3x1x4xf32> {
  %y = cca.rope %x : tensor<1x3x1x4xf32> half(%cos, %cos : tensor<3x2xf32>, tensor<3x2xf32>)
  return %y : tensor<1x3x1x4xf32>
}

// The accumulator starts from this bias.
// CHECK-LABEL: func @bias_of_a_folded_conv(
//  CHECK-SAME:   %[[B1:[^:]*]]: memref<4xf32>)
//       CHECK:   %[[HEADS:.*]] = memref.expand_shape %[[B1]]
//   CHECK-NOT:   outs(%[[HEADS]] :
//       CHECK:   return
func.func @bias_of_a_folded_conv(%x: tensor<1x3x4xf32>, %w0: tensor<4x2xf32>, %b0: tensor<4xf32>,
                                 %w1: tensor<4x2x2xf32>, %b1: tensor<4xf32>) -> tensor<1x3x4xf32> {
  %z = cca.conv %x : tensor<1x3x4xf32> depthwise(%w0, %b0 : tensor<4x2xf32>, tensor<4xf32>)
      grouped(%w1, %b1 : tensor<4x2x2xf32>, tensor<4xf32>)
  return %z : tensor<1x3x4xf32>
}
