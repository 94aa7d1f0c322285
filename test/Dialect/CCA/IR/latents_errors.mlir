// RUN: cca-opt %s --split-input-file --verify-diagnostics

// (C1)
func.func @channels_are_static(%h: tensor<1x2x16xf32>, %w: tensor<18x16xf32>) {
  // expected-error @below {{expects x to have a static size 2, but got 'tensor<1x2x?xf32>'}}
  %x, %v = cca.latents %h : tensor<1x2x16xf32> weight(%w : tensor<18x16xf32>) -> tensor<1x2x?xf32>, tensor<1x2x1x6xf32>
  return
}

// -----

// (C2)
func.func @values_have_the_element_type(%h: tensor<1x2x16xf32>, %w: tensor<18x16xf32>) {
  // expected-error @below {{expects v to have element type 'f32', but got 'bf16'}}
  %x, %v = cca.latents %h : tensor<1x2x16xf32> weight(%w : tensor<18x16xf32>) -> tensor<1x2x12xf32>, tensor<1x2x1x6xbf16>
  return
}

// -----

// (C2)
func.func @bias_has_the_element_type_or_f32(%h: tensor<1x2x16xf16>, %w: tensor<18x16xf16>, %b: tensor<18xbf16>) {
  // expected-error @below {{expects bias to have element type 'f16', but got 'bf16'}}
  %x, %v = cca.latents %h : tensor<1x2x16xf16> weight(%w : tensor<18x16xf16>) bias(%b : tensor<18xbf16>)
      -> tensor<1x2x12xf16>, tensor<1x2x1x6xf16>
  return
}

// -----

// (C3)
func.func @weight_has_a_column_for_each_channel(%h: tensor<1x2x16xf32>, %w: tensor<18x15xf32>) {
  // expected-error @below {{expects w to be (C + Hk * D) x E = 18x16, but got 'tensor<18x15xf32>'}}
  %x, %v = cca.latents %h : tensor<1x2x16xf32> weight(%w : tensor<18x15xf32>) -> tensor<1x2x12xf32>, tensor<1x2x1x6xf32>
  return
}

// -----

// (C6)
func.func @values_have_two_halves(%h: tensor<1x2x16xf32>, %w: tensor<17x16xf32>) {
  // expected-error @below {{expects an even number of value channels, but got 5}}
  %x, %v = cca.latents %h : tensor<1x2x16xf32> weight(%w : tensor<17x16xf32>) -> tensor<1x2x12xf32>, tensor<1x2x1x5xf32>
  return
}

// -----

// (C7)
func.func @weight_has_a_row_for_each_channel(%h: tensor<1x2x16xf32>, %w: tensor<17x16xf32>) {
  // expected-error @below {{expects w to be (C + Hk * D) x E = 18x16, but got 'tensor<17x16xf32>'}}
  %x, %v = cca.latents %h : tensor<1x2x16xf32> weight(%w : tensor<17x16xf32>) -> tensor<1x2x12xf32>, tensor<1x2x1x6xf32>
  return
}

// -----

// (C7)
func.func @results_have_the_tokens(%h: tensor<1x2x16xf32>, %w: tensor<18x16xf32>) {
  // expected-error @below {{expects x to be B x S x C = 1x2x12, but got 'tensor<1x3x12xf32>'}}
  %x, %v = cca.latents %h : tensor<1x2x16xf32> weight(%w : tensor<18x16xf32>) -> tensor<1x3x12xf32>, tensor<1x2x1x6xf32>
  return
}

// -----

// (C11)
func.func @bias_has_an_element_for_each_row(%h: tensor<1x2x16xf32>, %w: tensor<18x16xf32>, %b: tensor<12xf32>) {
  // expected-error @below {{expects bias to be C + Hk * D = 18, but got 'tensor<12xf32>'}}
  %x, %v = cca.latents %h : tensor<1x2x16xf32> weight(%w : tensor<18x16xf32>) bias(%b : tensor<12xf32>)
      -> tensor<1x2x12xf32>, tensor<1x2x1x6xf32>
  return
}

// -----

// (C13)
func.func @packed_batch_has_one_row(%h: tensor<2x2x16xf32>, %w: tensor<18x16xf32>, %cu: tensor<?xi32>) {
  // expected-error @below {{expects a packed batch to have}}
  %x, %v = cca.latents %h : tensor<2x2x16xf32> weight(%w : tensor<18x16xf32>) packed(%cu : tensor<?xi32>)
      -> tensor<2x2x12xf32>, tensor<2x2x1x6xf32>
  return
}
