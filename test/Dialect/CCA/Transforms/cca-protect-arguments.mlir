// RUN: cca-opt %s --cca-protect-arguments | FileCheck %s

// CHECK-LABEL: @callers_tensors(
//  CHECK-SAME:   tensor<4xf32> {bufferization.writable = false}
func.func @callers_tensors(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// CHECK-LABEL: @marked_before(
//  CHECK-SAME:   tensor<4xf32> {bufferization.writable = true}, %{{[^:]*}}: index)
func.func @marked_before(%x: tensor<4xf32> {bufferization.writable = true}, %n: index) {
  return
}

// Callers of private functions are in the module: bufferization sees them.
// CHECK-LABEL: @private(
//   CHECK-NOT:   writable
func.func private @private(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
