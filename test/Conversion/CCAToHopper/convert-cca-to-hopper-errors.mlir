// RUN: cca-opt %s --convert-cca-to-hopper --split-input-file --verify-diagnostics

!t = tensor<?x?x2x64xbf16>
func.func @no_schedule(%query: !t, %key: !t, %value: !t) -> !t {
  // expected-error @below {{'cca.flash_attention' op expects a schedule: run cca-select-schedule}}
  %out = cca.flash_attention query(%query : !t) key(%key : !t) value(%value : !t) causal -> !t
  return %out : !t
}

// -----

func.func @step_op(%key: tensor<?x?x2x64xf32>) -> tensor<?x?x2x64xf32> {
  // expected-error @below {{'cca.qk_norm' op has no kernel: expects cca.flash_attention, cca.fused_prologue, cca.latents, cca.mix or cca.projection}}
  %k = cca.qk_norm %key : tensor<?x?x2x64xf32> normalize rsqrt eps 1.0e-12
  return %k : tensor<?x?x2x64xf32>
}

// -----

func.func @projection_without_schedule(%x: tensor<?x64xbf16>, %w: tensor<8x64xbf16>) -> tensor<?x8xbf16> {
  // expected-error @below {{'cca.projection' op expects a schedule: run cca-select-schedule}}
  %out = cca.projection %x : tensor<?x64xbf16> weight(%w : tensor<8x64xbf16>) -> tensor<?x8xbf16>
  return %out : tensor<?x8xbf16>
}

// -----

func.func @narrow_heads(%h: tensor<?x?x64xbf16>, %w: tensor<128x64xbf16>) {
  // expected-error @below {{'cca.latents' op expects channels of x and of a head to be multiples of 64, but got 64 and 32}}
  %x, %v = cca.latents %h : tensor<?x?x64xbf16> weight(%w : tensor<128x64xbf16>)
      schedule <block_m = 64, block_n = 64, block_k = 64, stages = 2, consumers = 1>
      -> tensor<?x?x64xbf16>, tensor<?x?x2x32xbf16>
  return
}

// -----

func.func @half_a_head_in_a_panel(%h: tensor<?x?x64xbf16>, %w: tensor<256x64xbf16>) {
  // expected-error @below {{expects half of the value channels to be a multiple of 64, or one head, but got 96}}
  %x, %v = cca.latents %h : tensor<?x?x64xbf16> weight(%w : tensor<256x64xbf16>)
      schedule <block_m = 64, block_n = 64, block_k = 64, stages = 2, consumers = 1>
      -> tensor<?x?x64xbf16>, tensor<?x?x3x64xbf16>
  return
}

// -----

func.func @f32(%x: tensor<?x64xf32>, %w: tensor<8x64xf32>) -> tensor<?x8xf32> {
  // expected-error @below {{'cca.projection' op expects bf16 or f16, but got f32, for which there are no kernels}}
  %out = cca.projection %x : tensor<?x64xf32> weight(%w : tensor<8x64xf32>) -> tensor<?x8xf32>
  return %out : tensor<?x8xf32>
}
