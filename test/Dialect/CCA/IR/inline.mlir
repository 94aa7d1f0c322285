// RUN: cca-opt %s --inline | FileCheck %s

func.func private @norm(%x: tensor<1x2x1x4xf32>) -> tensor<1x2x1x4xf32> {
  %y = cca.qk_norm %x : tensor<1x2x1x4xf32> normalize clamp eps 1.0e-6
  return %y : tensor<1x2x1x4xf32>
}

// CHECK-LABEL: @calls_are_inlined(
//   CHECK-NOT:   call
//       CHECK:   cca.qk_norm
func.func @calls_are_inlined(%x: tensor<1x2x1x4xf32>) -> tensor<1x2x1x4xf32> {
  %y = call @norm(%x) : (tensor<1x2x1x4xf32>) -> tensor<1x2x1x4xf32>
  return %y : tensor<1x2x1x4xf32>
}
