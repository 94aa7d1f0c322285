// RUN: cca-opt %s --split-input-file --verify-diagnostics

// (C1)
func.func @input_channels_are_static(%x: tensor<1x2x?xf32>, %w: tensor<8x16xf32>) {
  // expected-error @below {{expects x to have a static size 2, but got 'tensor<1x2x?xf32>'}}
  %0 = cca.projection %x : tensor<1x2x?xf32> weight(%w : tensor<8x16xf32>) -> tensor<1x2x8xf32>
  return
}

// -----

// (C1)
func.func @output_channels_are_static(%x: tensor<1x2x16xf32>, %w: tensor<?x16xf32>) {
  // expected-error @below {{expects w to have a static size 0, but got 'tensor<?x16xf32>'}}
  %0 = cca.projection %x : tensor<1x2x16xf32> weight(%w : tensor<?x16xf32>) -> tensor<1x2x?xf32>
  return
}

// -----

// (C2)
func.func @weight_has_the_element_type(%x: tensor<1x2x16xbf16>, %w: tensor<8x16xf32>) {
  // expected-error @below {{expects w to have element type 'bf16', but got 'f32'}}
  %0 = cca.projection %x : tensor<1x2x16xbf16> weight(%w : tensor<8x16xf32>) -> tensor<1x2x8xbf16>
  return
}

// -----

// (C2)
func.func @bias_has_the_element_type_or_f32(%x: tensor<1x2x16xbf16>, %w: tensor<8x16xbf16>, %b: tensor<8xf16>) {
  // expected-error @below {{expects bias to have element type 'bf16', but got 'f16'}}
  %0 = cca.projection %x : tensor<1x2x16xbf16> weight(%w : tensor<8x16xbf16>) bias(%b : tensor<8xf16>)
      -> tensor<1x2x8xbf16>
  return
}

// -----

// (C3)
func.func @weight_has_a_column_for_each_channel(%x: tensor<1x2x16xf32>, %w: tensor<8x15xf32>) {
  // expected-error @below {{expects w to be N x K = 8x16, but got 'tensor<8x15xf32>'}}
  %0 = cca.projection %x : tensor<1x2x16xf32> weight(%w : tensor<8x15xf32>) -> tensor<1x2x8xf32>
  return
}

// -----

// (C11)
func.func @bias_has_an_element_for_each_row(%x: tensor<1x2x16xf32>, %w: tensor<8x16xf32>, %b: tensor<7xf32>) {
  // expected-error @below {{expects bias to be N = 8, but got 'tensor<7xf32>'}}
  %0 = cca.projection %x : tensor<1x2x16xf32> weight(%w : tensor<8x16xf32>) bias(%b : tensor<7xf32>)
      -> tensor<1x2x8xf32>
  return
}
