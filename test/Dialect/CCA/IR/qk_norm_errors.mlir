// RUN: cca-opt %s --split-input-file --verify-diagnostics

// (C1)
func.func @head_dimension_is_static(%x: tensor<1x2x1x?xf32>) {
  // expected-error @below {{expects x to have a static size 3, but got 'tensor<1x2x1x?xf32>'}}
  %y = cca.qk_norm %x : tensor<1x2x1x?xf32> normalize clamp eps 0.0
  return
}

// -----

// (C1)
func.func @temperature_is_static(%x: tensor<1x2x2x4xf32>, %t: tensor<?xf32>) {
  // expected-error @below {{expects temperature to have a static size 0, but got 'tensor<?xf32>'}}
  %y = cca.qk_norm %x : tensor<1x2x2x4xf32> normalize clamp eps 0.0 temperature linear(%t : tensor<?xf32>)
  return
}

// -----

// (C9)
func.func @one_temperature_per_head(%x: tensor<1x2x2x4xf32>, %t: tensor<1xf32>) {
  // expected-error @below {{expects temperature to be heads = 2, but got 'tensor<1xf32>'}}
  %y = cca.qk_norm %x : tensor<1x2x2x4xf32> normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
  return
}

// -----

// (C9)
func.func @temperature_needs_its_mode(%x: tensor<1x2x2x4xf32>, %t: tensor<2xf32>) {
  // expected-error @below {{expects a temperature and its mode together, but got only the temperature}}
  "cca.qk_norm"(%x, %t) <{norm = #cca.norm_mode<clamp>, eps = 0.0 : f64}>
      : (tensor<1x2x2x4xf32>, tensor<2xf32>) -> tensor<1x2x2x4xf32>
  return
}

// -----

// (C9)
func.func @mode_needs_a_temperature(%x: tensor<1x2x2x4xf32>) {
  // expected-error @below {{expects a temperature and its mode together, but got only the mode}}
  "cca.qk_norm"(%x) <{norm = #cca.norm_mode<clamp>, eps = 0.0 : f64, temperature_mode = #cca.temperature_mode<exp>}>
      : (tensor<1x2x2x4xf32>) -> tensor<1x2x2x4xf32>
  return
}

// -----

// (C12)
func.func @eps_is_not_negative(%x: tensor<1x2x2x4xf32>) {
  // expected-error @below {{expects eps to be finite as an f32 and not negative, but got -1.000000e-06}}
  %y = cca.qk_norm %x : tensor<1x2x2x4xf32> normalize rsqrt eps -1.0e-06
  return
}

// -----

// (C12)
func.func @eps_is_a_number(%x: tensor<1x2x2x4xf32>) {
  // expected-error @below {{expects eps to be finite as an f32 and not negative, but got nan}}
  %y = cca.qk_norm %x : tensor<1x2x2x4xf32> normalize clamp eps 0x7FF8000000000000
  return
}

// -----

func.func @unknown_norm(%x: tensor<1x2x2x4xf32>) {
  // expected-error @below {{expects a mode out of clamp, rsqrt, but got}}
  %y = cca.qk_norm %x : tensor<1x2x2x4xf32> normalize l1 eps 0.0
  return
}

// -----

func.func @eps_is_not_optional(%x: tensor<1x2x2x4xf32>) {
  %y = cca.qk_norm %x : tensor<1x2x2x4xf32> normalize clamp
  // expected-error @below {{expected 'eps'}}
  return
}

// -----

func.func @heads_are_a_dimension(%x: tensor<1x2x8xf32>) {
  // expected-error @below {{operand #0 must be 4D tensor}}
  %y = cca.qk_norm %x : tensor<1x2x8xf32> normalize clamp eps 0.0
  return
}
