// RUN: cca-opt %s --split-input-file --verify-diagnostics

// (C1)
func.func @number_of_heads_is_static(%q: tensor<1x2x?x4xf32>, %k: tensor<1x2x1x4xf32>) {
  // expected-error @below {{expects q0 to have a static size 2, but got 'tensor<1x2x?x4xf32>'}}
  %a, %b = cca.qk_mean %q, %k onto %q, %k : tensor<1x2x?x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C1)
func.func @head_dimension_is_static(%q: tensor<1x2x2x4xf32>, %k: tensor<1x2x1x?xf32>) {
  // expected-error @below {{expects k0 to have a static size 3, but got 'tensor<1x2x1x?xf32>'}}
  %a, %b = cca.qk_mean %q, %k onto %q, %k : tensor<1x2x2x4xf32>, tensor<1x2x1x?xf32>
  return
}

// -----

// (C2)
func.func @queries_and_keys_have_one_element_type(%q: tensor<1x2x2x4xf32>, %k: tensor<1x2x1x4xbf16>) {
  // expected-error @below {{expects k0 to have element type 'f32', but got 'bf16'}}
  %a, %b = cca.qk_mean %q, %k onto %q, %k : tensor<1x2x2x4xf32>, tensor<1x2x1x4xbf16>
  return
}

// -----

// (C4)
func.func @queries_and_keys_agree_in_batch(%q: tensor<1x2x2x4xf32>, %k: tensor<3x2x1x4xf32>) {
  // expected-error @below {{expects k0 to be B x S x Hk x D = 1x2x1x4, but got 'tensor<3x2x1x4xf32>'}}
  %a, %b = cca.qk_mean %q, %k onto %q, %k : tensor<1x2x2x4xf32>, tensor<3x2x1x4xf32>
  return
}

// -----

// (C4)
func.func @there_is_a_query_head(%q: tensor<1x2x0x4xf32>, %k: tensor<1x2x1x4xf32>) {
  // expected-error @below {{expects at least one query head and one key head, but got 0 and 1}}
  %a, %b = cca.qk_mean %q, %k onto %q, %k : tensor<1x2x0x4xf32>, tensor<1x2x1x4xf32>
  return
}

// -----

// (C5)
func.func @query_heads_divide_evenly_among_key_heads(%q: tensor<1x2x3x4xf32>, %k: tensor<1x2x2x4xf32>) {
  // expected-error @below {{expects the number of query heads to be a multiple of the number of key heads, but got 3 and 2}}
  %a, %b = cca.qk_mean %q, %k onto %q, %k : tensor<1x2x3x4xf32>, tensor<1x2x2x4xf32>
  return
}

// -----

func.func @both_queries_have_one_type(%q: tensor<1x2x2x4xf32>, %k: tensor<1x2x1x4xf32>) {
  // expected-error @below {{failed to verify that all of {q0, zq, q} have same type}}
  "cca.qk_mean"(%q, %k, %k, %k)
      : (tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>)
      -> (tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>)
  return
}

// -----

func.func @results_are_as_operands(%q: tensor<1x2x2x4xf32>, %k: tensor<1x2x1x4xf32>) {
  // expected-error @below {{failed to verify that all of {q0, zq, q} have same type}}
  "cca.qk_mean"(%q, %k, %q, %k)
      : (tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>)
      -> (tensor<1x2x1x4xf32>, tensor<1x2x2x4xf32>)
  return
}

// -----

func.func @integers_are_no_element_type(%q: tensor<1x2x2x4xi32>) {
  // expected-error @below {{operand #0 must be 4D tensor}}
  %a, %b = cca.qk_mean %q, %q onto %q, %q : tensor<1x2x2x4xi32>, tensor<1x2x2x4xi32>
  return
}
