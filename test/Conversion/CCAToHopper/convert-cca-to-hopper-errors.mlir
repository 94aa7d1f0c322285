// RUN: cca-opt %s --convert-cca-to-hopper --split-input-file --verify-diagnostics

!t = tensor<?x?x2x64xbf16>
func.func @no_schedule(%query: !t, %key: !t, %value: !t) -> !t {
  // expected-error @below {{'cca.flash_attention' op expects a schedule: run cca-select-schedule}}
  %out = cca.flash_attention query(%query : !t) key(%key : !t) value(%value : !t) causal -> !t
  return %out : !t
}

// -----

func.func @step_op(%key: tensor<?x?x2x64xf32>) -> tensor<?x?x2x64xf32> {
  // expected-error @below {{'cca.qk_norm' op has no kernel: expects cca.flash_attention}}
  %k = cca.qk_norm %key : tensor<?x?x2x64xf32> normalize rsqrt eps 1.0e-12
  return %k : tensor<?x?x2x64xf32>
}
