// RUN: cca-opt %s --allow-unregistered-dialect --cca-outline-packing --split-input-file --verify-diagnostics

func.func @side_effects(%w: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{expects packed weights to be computed by ops on tensors without side effects, but got unknown}}
  %x = "unknown"(%w) : (tensor<4xf32>) -> tensor<4xf32>
  %y = arith.negf %x {cca.packing} : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-error @below {{expects to be public and not called, as the arguments of a function with packed weights change}}
func.func @called(%w: tensor<4xf32>) -> tensor<4xf32> {
  %y = arith.negf %w {cca.packing} : tensor<4xf32>
  return %y : tensor<4xf32>
}
func.func @caller(%w: tensor<4xf32>) -> tensor<4xf32> {
  %y = call @called(%w) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @taken(%w: tensor<4xf32>) -> tensor<4xf32> {
  %y = arith.negf %w {cca.packing} : tensor<4xf32>
  return %y : tensor<4xf32>
}
// expected-error @below {{expects no function of this name beside @taken, which packs weights, but got @taken_pack}}
func.func @taken_pack() {
  return
}
