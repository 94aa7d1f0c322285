// RUN: cca-opt %s --split-input-file --verify-diagnostics

// (C1)
func.func @number_of_channels_is_static(%x: tensor<1x2x?xf32>, %w1: tensor<4x2x2xf32>, %b: tensor<4xf32>) {
  // expected-error @below {{expects x to have a static size 2, but got 'tensor<1x2x?xf32>'}}
  %z = cca.conv %x : tensor<1x2x?xf32> grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>)
  return
}

// -----

// (C1)
func.func @number_of_taps_is_static(%x: tensor<1x2x4xf32>, %w1: tensor<4x2x?xf32>, %b: tensor<4xf32>) {
  // expected-error @below {{expects grouped_weight to have a static size 2, but got 'tensor<4x2x?xf32>'}}
  %z = cca.conv %x : tensor<1x2x4xf32> grouped(%w1, %b : tensor<4x2x?xf32>, tensor<4xf32>)
  return
}

// -----

// (C4)
func.func @channels_are_whole_heads(%x: tensor<1x2x4xf32>, %w1: tensor<4x3x2xf32>, %b: tensor<4xf32>) {
  // expected-error @below {{expects the head dimension to be at least 1 and to divide the channels 4, but got 3}}
  %z = cca.conv %x : tensor<1x2x4xf32> grouped(%w1, %b : tensor<4x3x2xf32>, tensor<4xf32>)
  return
}

// -----

// (C4)
func.func @head_dimension_is_positive(%x: tensor<1x2x4xf32>, %w1: tensor<4x0x2xf32>, %b: tensor<4xf32>) {
  // expected-error @below {{expects the head dimension to be at least 1 and to divide the channels 4, but got 0}}
  %z = cca.conv %x : tensor<1x2x4xf32> grouped(%w1, %b : tensor<4x0x2xf32>, tensor<4xf32>)
  return
}

// -----

// (C7)
func.func @depthwise_weight_has_a_row_per_channel(%x: tensor<1x2x4xf32>, %w0: tensor<8x2xf32>,
                                                  %b: tensor<4xf32>, %w1: tensor<4x2x2xf32>) {
  // expected-error @below {{expects depthwise_weight to be C x t0 = 4x?, but got 'tensor<8x2xf32>'}}
  %z = cca.conv %x : tensor<1x2x4xf32> depthwise(%w0, %b : tensor<8x2xf32>, tensor<4xf32>)
      grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>)
  return
}

// -----

// (C7)
func.func @depthwise_bias_has_an_element_per_channel(%x: tensor<1x2x4xf32>, %w0: tensor<4x2xf32>, %b0: tensor<1xf32>,
                                                     %w1: tensor<4x2x2xf32>, %b1: tensor<4xf32>) {
  // expected-error @below {{expects depthwise_bias to be C = 4, but got 'tensor<1xf32>'}}
  %z = cca.conv %x : tensor<1x2x4xf32> depthwise(%w0, %b0 : tensor<4x2xf32>, tensor<1xf32>)
      grouped(%w1, %b1 : tensor<4x2x2xf32>, tensor<4xf32>)
  return
}

// -----

// (C7)
func.func @grouped_weight_has_a_row_per_channel(%x: tensor<1x2x4xf32>, %w1: tensor<2x2x2xf32>, %b: tensor<4xf32>) {
  // expected-error @below {{expects grouped_weight to be C x D x t1 = 4x2x2, but got 'tensor<2x2x2xf32>'}}
  %z = cca.conv %x : tensor<1x2x4xf32> grouped(%w1, %b : tensor<2x2x2xf32>, tensor<4xf32>)
  return
}

// -----

// (C7)
func.func @grouped_bias_has_an_element_per_channel(%x: tensor<1x2x4xf32>, %w1: tensor<4x2x2xf32>, %b: tensor<2xf32>) {
  // expected-error @below {{expects grouped_bias to be C = 4, but got 'tensor<2xf32>'}}
  %z = cca.conv %x : tensor<1x2x4xf32> grouped(%w1, %b : tensor<4x2x2xf32>, tensor<2xf32>)
  return
}

// -----

// (C8)
func.func @folded_taps_are_one_to_seven(%x: tensor<1x2x4xf32>, %w1: tensor<4x2x8xf32>, %b: tensor<4xf32>) {
  // expected-error @below {{expects grouped_weight to have 1 to 7 taps, but got 8}}
  %z = cca.conv %x : tensor<1x2x4xf32> grouped(%w1, %b : tensor<4x2x8xf32>, tensor<4xf32>)
  return
}

// -----

// (C8)
func.func @grouped_taps_are_one_to_four(%x: tensor<1x2x4xf32>, %w0: tensor<4x2xf32>,
                                        %b: tensor<4xf32>, %w1: tensor<4x2x5xf32>) {
  // expected-error @below {{expects grouped_weight to have 1 to 4 taps, but got 5}}
  %z = cca.conv %x : tensor<1x2x4xf32> depthwise(%w0, %b : tensor<4x2xf32>, tensor<4xf32>)
      grouped(%w1, %b : tensor<4x2x5xf32>, tensor<4xf32>)
  return
}

// -----

// (C8)
func.func @depthwise_taps_are_one_to_four(%x: tensor<1x2x4xf32>, %w0: tensor<4x0xf32>,
                                          %b: tensor<4xf32>, %w1: tensor<4x2x2xf32>) {
  // expected-error @below {{expects depthwise_weight to have 1 to 4 taps, but got 0}}
  %z = cca.conv %x : tensor<1x2x4xf32> depthwise(%w0, %b : tensor<4x0xf32>, tensor<4xf32>)
      grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>)
  return
}

// -----

// (C13)
func.func @packed_batch_has_one_row(%x: tensor<2x2x4xf32>, %w1: tensor<4x2x2xf32>, %b: tensor<4xf32>,
                                    %cu_seqlens: tensor<?xi32>) {
  // expected-error @below {{expects a packed batch to have one row, but got 2}}
  %z = cca.conv %x : tensor<2x2x4xf32> grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>)
      packed(%cu_seqlens : tensor<?xi32>)
  return
}

// -----

// (C18)
func.func @depthwise_weight_needs_its_bias(%x: tensor<1x2x4xf32>, %w0: tensor<4x2xf32>,
                                           %w1: tensor<4x2x2xf32>, %b: tensor<4xf32>) {
  // expected-error @below {{expects depthwise weight and bias together, but got only the weight}}
  "cca.conv"(%x, %w0, %w1, %b) <{operandSegmentSizes = array<i32: 1, 1, 0, 1, 1, 0>}>
      : (tensor<1x2x4xf32>, tensor<4x2xf32>, tensor<4x2x2xf32>, tensor<4xf32>) -> tensor<1x2x4xf32>
  return
}

// -----

// (C18)
func.func @depthwise_bias_needs_its_weight(%x: tensor<1x2x4xf32>, %w1: tensor<4x2x2xf32>, %b: tensor<4xf32>) {
  // expected-error @below {{expects depthwise weight and bias together, but got only the bias}}
  "cca.conv"(%x, %b, %w1, %b) <{operandSegmentSizes = array<i32: 1, 0, 1, 1, 1, 0>}>
      : (tensor<1x2x4xf32>, tensor<4xf32>, tensor<4x2x2xf32>, tensor<4xf32>) -> tensor<1x2x4xf32>
  return
}

// -----

// (C18)
func.func @one_stage_has_one_padding(%x: tensor<1x2x4xf32>, %w1: tensor<4x2x2xf32>, %b: tensor<4xf32>) {
  // expected-error @below {{expects per_stage_padding only with a depthwise stage, but got none}}
  %z = cca.conv %x : tensor<1x2x4xf32> grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>) per_stage_padding
  return
}

// -----

func.func @result_is_as_x(%x: tensor<1x2x4xf32>, %w1: tensor<4x2x2xf32>, %b: tensor<4xf32>) {
  // expected-error @below {{failed to verify that all of {x, z} have same type}}
  "cca.conv"(%x, %w1, %b) <{operandSegmentSizes = array<i32: 1, 0, 0, 1, 1, 0>}>
      : (tensor<1x2x4xf32>, tensor<4x2x2xf32>, tensor<4xf32>) -> tensor<1x2x8xf32>
  return
}

// -----

func.func @f64_is_no_element_type(%x: tensor<1x2x4xf64>, %w1: tensor<4x2x2xf32>, %b: tensor<4xf32>) {
  // expected-error @below {{operand #0 must be 3D tensor}}
  %z = cca.conv %x : tensor<1x2x4xf64> grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>)
  return
}

// -----

func.func @grouped_is_not_optional(%x: tensor<1x2x4xf32>, %w0: tensor<4x2xf32>, %b: tensor<4xf32>) {
  %z = cca.conv %x : tensor<1x2x4xf32> depthwise(%w0, %b : tensor<4x2xf32>, tensor<4xf32>)
  // expected-error @below {{expected 'grouped'}}
  return
}
