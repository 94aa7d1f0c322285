// RUN: cca-opt %s --split-input-file --verify-diagnostics

// hopper.concat_columns (C1)
func.func @concat_keeps_element_type(%a: tensor<64x32xbf16>, %b: tensor<64x32xf32>) {
  // expected-error @below {{expects columns of 'tensor<64x64xbf16>', but got 'tensor<64x32xf32>'}}
  %r = hopper.concat_columns %a, %b : tensor<64x32xbf16>, tensor<64x32xf32> -> tensor<64x64xbf16>
  return
}

// -----

// hopper.concat_columns (C1)
func.func @concat_fills_result(%a: tensor<64x32xf32>) {
  // expected-error @below {{expects tiles of 64 columns together, but got 32}}
  %r = hopper.concat_columns %a : tensor<64x32xf32> -> tensor<64x64xf32>
  return
}

// -----

// hopper.concat_columns (C2)
func.func @concat_has_whole_eights(%a: tensor<64x4xf32>) {
  // expected-error @below {{expects columns in steps of 8, but got 4}}
  %r = hopper.concat_columns %a, %a : tensor<64x4xf32>, tensor<64x4xf32> -> tensor<64x8xf32>
  return
}

// -----

// hopper.rotate_pairs (C1)
func.func @pairs_have_two(%t: tensor<64x7xf32>) {
  // expected-error @below {{expects an even number of columns, but got 'tensor<64x7xf32>'}}
  %r = hopper.rotate_pairs %t : tensor<64x7xf32>
  return
}
