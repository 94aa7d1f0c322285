// RUN: cca-opt %s --split-input-file --verify-diagnostics

// (C1)
func.func @number_of_channels_is_static(%x: tensor<1x2x?xf32>) {
  // expected-error @below {{expects current to be B x S x V with a static V, but got 'tensor<1x2x?xf32>'}}
  %v = cca.value_shift %x, %x : tensor<1x2x?xf32>, tensor<1x2x?xf32>
  return
}

// -----

// (C1)
func.func @initial_is_static(%x: tensor<1x2x4xf32>, %b: tensor<?xf32>) {
  // expected-error @below {{expects initial to have a static size 0, but got 'tensor<?xf32>'}}
  %v = cca.value_shift %x, %x : tensor<1x2x4xf32>, tensor<1x2x4xf32> initial(%b : tensor<?xf32>)
  return
}

// -----

// (C6)
func.func @halves_have_one_type(%x: tensor<1x2x4xf32>, %y: tensor<1x2x3xf32>) {
  // expected-error @below {{expects delayed to have the type of current, 'tensor<1x2x4xf32>', but got 'tensor<1x2x3xf32>'}}
  %v = cca.value_shift %x, %y : tensor<1x2x4xf32>, tensor<1x2x3xf32>
  return
}

// -----

// (C11)
func.func @initial_has_an_element_per_channel(%x: tensor<1x2x4xf32>, %b: tensor<8xf32>) {
  // expected-error @below {{expects initial to be V = 4, but got 'tensor<8xf32>'}}
  %v = cca.value_shift %x, %x : tensor<1x2x4xf32>, tensor<1x2x4xf32> initial(%b : tensor<8xf32>)
  return
}

// -----

// (C13)
func.func @packed_batch_has_one_row(%x: tensor<2x2x4xf32>, %cu_seqlens: tensor<?xi32>) {
  // expected-error @below {{expects a packed batch to have one row, but got 2}}
  %v = cca.value_shift %x, %x : tensor<2x2x4xf32>, tensor<2x2x4xf32> packed(%cu_seqlens : tensor<?xi32>)
  return
}

// -----

// (C13)
func.func @packed_batch_has_a_first_token(%x: tensor<1x2x4xf32>, %cu_seqlens: tensor<0xi32>) {
  // expected-error @below {{expects cu_seqlens to have at least one element, but got 'tensor<0xi32>'}}
  %v = cca.value_shift %x, %x : tensor<1x2x4xf32>, tensor<1x2x4xf32> packed(%cu_seqlens : tensor<0xi32>)
  return
}

// -----

func.func @result_has_both_halves(%x: tensor<1x2x4xf32>) {
  // expected-error @below {{inferred type(s) 'tensor<1x2x8xf32>' are incompatible with return type(s) of operation 'tensor<1x2x4xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  "cca.value_shift"(%x, %x) <{operandSegmentSizes = array<i32: 1, 1, 0, 0>}>
      : (tensor<1x2x4xf32>, tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  return
}

// -----

func.func @tokens_are_a_dimension(%x: tensor<1x4xf32>) {
  // expected-error @below {{expects current to be B x S x V with a static V, but got 'tensor<1x4xf32>'}}
  %v = cca.value_shift %x, %x : tensor<1x4xf32>, tensor<1x4xf32>
  return
}
