// Each canonicalization: where it applies, and where it must not.
//
// RUN: cca-opt %s --canonicalize --split-input-file | FileCheck %s

//===----------------------------------------------------------------------===//
// Windows as wide as the sequence
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @window_of_all_tokens_is_dropped
//       CHECK: cca.flash_attention
//   CHECK-NOT: window
func.func @window_of_all_tokens_is_dropped(%q: tensor<?x6x1x4xf32>) -> tensor<?x6x1x4xf32> {
  %o = cca.flash_attention
      query(%q : tensor<?x6x1x4xf32>) key(%q : tensor<?x6x1x4xf32>) value(%q : tensor<?x6x1x4xf32>)
      causal window 6 -> tensor<?x6x1x4xf32>
  return %o : tensor<?x6x1x4xf32>
}

// What kernels were told stays, where something else goes.
// CHECK-LABEL: @bound_and_schedule_stay
//       CHECK: cca.flash_attention
//       CHECK:   normalized(%{{.*}} : tensor<1xf32>)
//  CHECK-NEXT:   causal{{$}}
//  CHECK-NEXT:   schedule <block_q = 128, block_kv = 64, stages = 2, consumers = 2, softmax = auto>
func.func @bound_and_schedule_stay(%q: tensor<?x6x1x4xf32>, %t: tensor<1xf32>) -> tensor<?x6x1x4xf32> {
  %o = cca.flash_attention
      query(%q : tensor<?x6x1x4xf32>) key(%q : tensor<?x6x1x4xf32>) value(%q : tensor<?x6x1x4xf32>)
      normalized(%t : tensor<1xf32>) causal window 6
      schedule <block_q = 128, block_kv = 64, stages = 2, consumers = 2, softmax = auto>
      -> tensor<?x6x1x4xf32>
  return %o : tensor<?x6x1x4xf32>
}

// CHECK-LABEL: @window_that_hides_a_token_stays
//       CHECK: causal window 5
func.func @window_that_hides_a_token_stays(%q: tensor<?x6x1x4xf32>) -> tensor<?x6x1x4xf32> {
  %o = cca.flash_attention
      query(%q : tensor<?x6x1x4xf32>) key(%q : tensor<?x6x1x4xf32>) value(%q : tensor<?x6x1x4xf32>)
      causal window 5 -> tensor<?x6x1x4xf32>
  return %o : tensor<?x6x1x4xf32>
}

// CHECK-LABEL: @window_over_dynamic_tokens_stays
//       CHECK: window 9223372036854775807
func.func @window_over_dynamic_tokens_stays(%q: tensor<1x?x1x4xf32>) -> tensor<1x?x1x4xf32> {
  %o = cca.flash_attention
      query(%q : tensor<1x?x1x4xf32>) key(%q : tensor<1x?x1x4xf32>) value(%q : tensor<1x?x1x4xf32>)
      window 9223372036854775807 -> tensor<1x?x1x4xf32>
  return %o : tensor<1x?x1x4xf32>
}

//===----------------------------------------------------------------------===//
// softmax_scale that is the default
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @default_scale_is_dropped
//       CHECK: cca.flash_attention
//   CHECK-NOT: softmax_scale
func.func @default_scale_is_dropped(%q: tensor<1x?x1x16xf32>) -> tensor<1x?x1x16xf32> {
  %o = cca.flash_attention
      query(%q : tensor<1x?x1x16xf32>) key(%q : tensor<1x?x1x16xf32>) value(%q : tensor<1x?x1x16xf32>)
      softmax_scale 0.25 -> tensor<1x?x1x16xf32>
  return %o : tensor<1x?x1x16xf32>
}

// CHECK-LABEL: @another_scale_stays
//       CHECK: softmax_scale -2.500000e-01
func.func @another_scale_stays(%q: tensor<1x?x1x16xf32>) -> tensor<1x?x1x16xf32> {
  %o = cca.flash_attention
      query(%q : tensor<1x?x1x16xf32>) key(%q : tensor<1x?x1x16xf32>) value(%q : tensor<1x?x1x16xf32>)
      softmax_scale -0.25 -> tensor<1x?x1x16xf32>
  return %o : tensor<1x?x1x16xf32>
}

//===----------------------------------------------------------------------===//
// per_stage_padding that nothing reads
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @padding_before_one_tap_is_dropped
//       CHECK: cca.conv
//   CHECK-NOT: per_stage_padding
func.func @padding_before_one_tap_is_dropped(%x: tensor<1x?x4xf32>, %w0: tensor<4x2xf32>, %b: tensor<4xf32>,
                                             %w1: tensor<4x2x1xf32>) -> tensor<1x?x4xf32> {
  %z = cca.conv %x : tensor<1x?x4xf32> depthwise(%w0, %b : tensor<4x2xf32>, tensor<4xf32>)
      grouped(%w1, %b : tensor<4x2x1xf32>, tensor<4xf32>) per_stage_padding
  return %z : tensor<1x?x4xf32>
}

// CHECK-LABEL: @padding_before_two_taps_stays
//       CHECK: cca.conv {{.*}} per_stage_padding
func.func @padding_before_two_taps_stays(%x: tensor<1x?x4xf32>, %w0: tensor<4x1xf32>, %b: tensor<4xf32>,
                                         %w1: tensor<4x2x2xf32>) -> tensor<1x?x4xf32> {
  %z = cca.conv %x : tensor<1x?x4xf32> depthwise(%w0, %b : tensor<4x1xf32>, tensor<4xf32>)
      grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>) per_stage_padding
  return %z : tensor<1x?x4xf32>
}

//===----------------------------------------------------------------------===//
// RoPE without rotary channels
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @rope_of_no_channels_folds
//  CHECK-SAME:   (%[[X:.*]]: tensor<?x?x1x4xf32>, %
//  CHECK-NEXT:   return %[[X]]
func.func @rope_of_no_channels_folds(%x: tensor<?x?x1x4xf32>, %cos: tensor<?x0xf32>) -> tensor<?x?x1x4xf32> {
  %y = cca.rope %x : tensor<?x?x1x4xf32> half(%cos, %cos : tensor<?x0xf32>, tensor<?x0xf32>)
  return %y : tensor<?x?x1x4xf32>
}

// CHECK-LABEL: @rope_of_some_channels_stays
//       CHECK: cca.rope
func.func @rope_of_some_channels_stays(%x: tensor<?x?x1x4xf32>, %cos: tensor<?x2xf32>) -> tensor<?x?x1x4xf32> {
  %y = cca.rope %x : tensor<?x?x1x4xf32> half(%cos, %cos : tensor<?x2xf32>, tensor<?x2xf32>)
  return %y : tensor<?x?x1x4xf32>
}

//===----------------------------------------------------------------------===//
// Results without elements
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @no_tokens_no_attention
//  CHECK-SAME:   (%[[Q:.*]]: tensor<?x0x2x4xbf16>)
//       CHECK:   %[[B:.*]] = tensor.dim %[[Q]], %c0
//   CHECK-DAG:   %[[O:.*]] = tensor.empty(%[[B]]) : tensor<?x0x2x4xbf16>
//   CHECK-DAG:   %[[LSE:.*]] = tensor.empty(%[[B]]) : tensor<?x2x0xf32>
//       CHECK:   return %[[O]], %[[LSE]]
func.func @no_tokens_no_attention(%q: tensor<?x0x2x4xbf16>) -> (tensor<?x0x2x4xbf16>, tensor<?x2x0xf32>) {
  %o, %lse = cca.flash_attention
      query(%q : tensor<?x0x2x4xbf16>) key(%q : tensor<?x0x2x4xbf16>) value(%q : tensor<?x0x2x4xbf16>)
      -> tensor<?x0x2x4xbf16>, tensor<?x2x0xf32>
  return %o, %lse : tensor<?x0x2x4xbf16>, tensor<?x2x0xf32>
}

// CHECK-LABEL: @no_batch_rows_no_conv
//  CHECK-NEXT:   %[[Z:.*]] = tensor.empty() : tensor<0x3x4xf16>
//  CHECK-NEXT:   return %[[Z]]
func.func @no_batch_rows_no_conv(%x: tensor<0x3x4xf16>, %w1: tensor<4x2x2xf32>, %b: tensor<4xf32>) -> tensor<0x3x4xf16> {
  %z = cca.conv %x : tensor<0x3x4xf16> grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>)
  return %z : tensor<0x3x4xf16>
}

// Whether there are tokens is known at run time only.
// CHECK-LABEL: @some_tokens_some_mean
//       CHECK: cca.qk_mean
func.func @some_tokens_some_mean(%q: tensor<1x?x2x4xf32>, %k: tensor<1x?x1x4xf32>) -> tensor<1x?x2x4xf32> {
  %a, %b = cca.qk_mean %q, %k onto %q, %k : tensor<1x?x2x4xf32>, tensor<1x?x1x4xf32>
  return %a : tensor<1x?x2x4xf32>
}

//===----------------------------------------------------------------------===//
// Casts that erase sizes
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @sizes_behind_a_cast_are_taken_over
//  CHECK-SAME:   (%[[X:[^:]*]]: tensor<1x6x4xf32>
//  CHECK-NEXT:   %[[Z:.*]] = cca.conv %[[X]] : tensor<1x6x4xf32> {{.*}} {some_note = "kept"}
//  CHECK-NEXT:   %[[CAST:.*]] = tensor.cast %[[Z]] : tensor<1x6x4xf32> to tensor<?x?x4xf32>
//  CHECK-NEXT:   return %[[CAST]]
func.func @sizes_behind_a_cast_are_taken_over(%x: tensor<1x6x4xf32>, %w1: tensor<4x2x2xf32>, %b: tensor<4xf32>,
                                              %cu_seqlens: tensor<3xi32>) -> tensor<?x?x4xf32> {
  %x_cast = tensor.cast %x : tensor<1x6x4xf32> to tensor<?x?x4xf32>
  %cu_cast = tensor.cast %cu_seqlens : tensor<3xi32> to tensor<?xi32>
  %z = cca.conv %x_cast : tensor<?x?x4xf32> grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>)
      packed(%cu_cast : tensor<?xi32>) {some_note = "kept"}
  return %z : tensor<?x?x4xf32>
}

// A cast that adds what the operand did not state is an assertion, not absorbed.
// CHECK-LABEL: @sizes_that_a_cast_asserts_stay
//       CHECK: tensor.cast
//       CHECK: cca.conv %{{.*}} : tensor<1x6x4xf32>
func.func @sizes_that_a_cast_asserts_stay(%x: tensor<?x?x4xf32>, %w1: tensor<4x2x2xf32>, %b: tensor<4xf32>) -> tensor<1x6x4xf32> {
  %x_cast = tensor.cast %x : tensor<?x?x4xf32> to tensor<1x6x4xf32>
  %z = cca.conv %x_cast : tensor<1x6x4xf32> grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>)
  return %z : tensor<1x6x4xf32>
}

// A packed batch of three rows is an error at run time: the op must stay valid.
// CHECK-LABEL: @sizes_that_do_not_agree_stay_erased
//       CHECK: tensor.cast
//       CHECK: cca.conv %{{.*}} : tensor<?x?x4xf32>
func.func @sizes_that_do_not_agree_stay_erased(%x: tensor<3x6x4xf32>, %w1: tensor<4x2x2xf32>, %b: tensor<4xf32>,
                                               %cu_seqlens: tensor<?xi32>) -> tensor<?x?x4xf32> {
  %x_cast = tensor.cast %x : tensor<3x6x4xf32> to tensor<?x?x4xf32>
  %z = cca.conv %x_cast : tensor<?x?x4xf32> grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>)
      packed(%cu_seqlens : tensor<?xi32>)
  return %z : tensor<?x?x4xf32>
}

//===----------------------------------------------------------------------===//
// Effects
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @unused_results_are_not_computed
//  CHECK-NEXT:   return
func.func @unused_results_are_not_computed(%x: tensor<?x?x2x4xf32>) {
  %y = cca.qk_norm %x : tensor<?x?x2x4xf32> normalize clamp eps 0.0
  return
}

// -----

//===----------------------------------------------------------------------===//
// All of it on the whole block
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @block
//       CHECK: %[[OUT:.*]] = cca.attention %{{.*}} : tensor<1x6x6xf32>
//       CHECK:   grouped(%{{.*}}, %{{.*}} : tensor<12x4x1xf32>, tensor<12xf32>){{$}}
//       CHECK:   causal{{$}}
//  CHECK-NEXT:   -> tensor<1x6x8xf32>
//  CHECK-NEXT: tensor.cast %[[OUT]] : tensor<1x6x8xf32> to tensor<?x?x8xf32>
func.func @block(
    %hidden: tensor<1x6x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x1xf32>, %t: tensor<1xf32>,
    %cos: tensor<?x2xf32>) -> tensor<?x?x8xf32> {
  %cast = tensor.cast %hidden : tensor<1x6x6xf32> to tensor<?x?x6xf32>
  %out = cca.attention %cast : tensor<?x?x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x1xf32>, tensor<12xf32>) per_stage_padding
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<?x2xf32>, tensor<?x2xf32>)
      causal window 100 softmax_scale 0.5
      -> tensor<?x?x8xf32>
  return %out : tensor<?x?x8xf32>
}

// CHECK-LABEL: @prologue
//       CHECK: %[[Q:.*]], %[[K:.*]], %[[V:.*]] = cca.prologue %{{.*}} : tensor<1x6x6xf32>
//       CHECK:   grouped(%{{.*}}, %{{.*}} : tensor<12x4x1xf32>, tensor<12xf32>){{$}}
//       CHECK:   -> tensor<1x6x2x4xf32>, tensor<1x6x1x4xf32>, tensor<1x6x1x4xf32>
//   CHECK-DAG: tensor.cast %[[Q]] : tensor<1x6x2x4xf32> to tensor<?x?x2x4xf32>
//   CHECK-DAG: tensor.cast %[[V]] : tensor<1x6x1x4xf32> to tensor<?x?x1x4xf32>
func.func @prologue(
    %hidden: tensor<1x6x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x1xf32>, %t: tensor<1xf32>,
    %cos: tensor<?x2xf32>) -> (tensor<?x?x2x4xf32>, tensor<?x?x1x4xf32>) {
  %cast = tensor.cast %hidden : tensor<1x6x6xf32> to tensor<?x?x6xf32>
  %q, %k, %v = cca.prologue %cast : tensor<?x?x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x1xf32>, tensor<12xf32>) per_stage_padding
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<?x2xf32>, tensor<?x2xf32>)
      -> tensor<?x?x2x4xf32>, tensor<?x?x1x4xf32>, tensor<?x?x1x4xf32>
  return %q, %v : tensor<?x?x2x4xf32>, tensor<?x?x1x4xf32>
}

// -----

// CHECK-LABEL: @steps_take_over_static_sizes(
//   CHECK-DAG:   cca.qk_norm %{{.*}} : tensor<1x2x1x4xf32>
//   CHECK-DAG:   cca.rope %{{.*}} : tensor<1x2x1x4xf32>
//   CHECK-DAG:   cca.value_shift %{{.*}} : tensor<1x2x4xf32>, tensor<1x2x4xf32>
func.func @steps_take_over_static_sizes(
    %x: tensor<1x2x1x4xf32>, %cos: tensor<2x2xf32>, %half: tensor<1x2x4xf32>)
    -> (tensor<?x?x1x4xf32>, tensor<?x?x1x4xf32>, tensor<?x?x8xf32>) {
  %0 = tensor.cast %x : tensor<1x2x1x4xf32> to tensor<?x?x1x4xf32>
  %1 = tensor.cast %cos : tensor<2x2xf32> to tensor<?x2xf32>
  %2 = tensor.cast %half : tensor<1x2x4xf32> to tensor<?x?x4xf32>
  %n = cca.qk_norm %0 : tensor<?x?x1x4xf32> normalize clamp eps 1.0e-6
  %r = cca.rope %0 : tensor<?x?x1x4xf32> half(%1, %1 : tensor<?x2xf32>, tensor<?x2xf32>)
  %v = cca.value_shift %2, %2 : tensor<?x?x4xf32>, tensor<?x?x4xf32>
  return %n, %r, %v : tensor<?x?x1x4xf32>, tensor<?x?x1x4xf32>, tensor<?x?x8xf32>
}

// CHECK-LABEL: @contradicting_sizes_stay(
//       CHECK:   cca.value_shift %{{.*}} : tensor<?x?x4xf32>, tensor<?x?x4xf32>
func.func @contradicting_sizes_stay(%a: tensor<1x2x4xf32>, %b: tensor<1x3x4xf32>) -> tensor<?x?x8xf32> {
  %0 = tensor.cast %a : tensor<1x2x4xf32> to tensor<?x?x4xf32>
  %1 = tensor.cast %b : tensor<1x3x4xf32> to tensor<?x?x4xf32>
  %v = cca.value_shift %0, %1 : tensor<?x?x4xf32>, tensor<?x?x4xf32>
  return %v : tensor<?x?x8xf32>
}
