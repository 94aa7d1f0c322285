// Decomposed and fused again, every op is what it was: with and without cleaning up in between, from
// the kernels and from the steps.

// RUN: cca-opt %s -o %t
// RUN: cca-opt %s --cca-decompose --cca-fuse | diff %t -
// RUN: cca-opt %s --cca-decompose --canonicalize --cse --cca-fuse | diff %t -
// RUN: cca-opt %s --cca-decompose --linalg-generalize-named-ops --convert-elementwise-to-linalg --cca-fuse | diff %t -
// RUN: cca-opt %s --cca-decompose=into=kernels --cca-fuse | diff %t -
// RUN: cca-opt %s --cca-fuse | diff %t -
// RUN: cca-opt %s --cca-decompose --cca-fuse | FileCheck %s

// Static sizes, f32: nothing to cast.
// CHECK-LABEL: @plain
func.func @plain(
    %h: tensor<2x64x32xf32>, %w_q: tensor<32x32xf32>, %w_k: tensor<16x32xf32>,
    %w_c: tensor<8x32xf32>, %w_d: tensor<8x32xf32>, %w0: tensor<48x2xf32>,
    %b0: tensor<48xf32>, %w1: tensor<48x8x2xf32>, %b1: tensor<48xf32>, %t: tensor<2xf32>,
    %cos: tensor<64x4xf32>, %sin: tensor<64x4xf32>, %w_o: tensor<32x32xf32>)
    -> tensor<2x64x32xf32> {
  // CHECK-NEXT: cca.attention
  %out = cca.attention %h : tensor<2x64x32xf32>
      query(%w_q : tensor<32x32xf32>)
      key(%w_k : tensor<16x32xf32>)
      value(%w_c, %w_d : tensor<8x32xf32>, tensor<8x32xf32>)
      depthwise(%w0, %b0 : tensor<48x2xf32>, tensor<48xf32>)
      grouped(%w1, %b1 : tensor<48x8x2xf32>, tensor<48xf32>)
      normalize clamp eps 1.000000e-06
      temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %sin : tensor<64x4xf32>, tensor<64x4xf32>)
      causal
      output(%w_o : tensor<32x32xf32>)
      -> tensor<2x64x32xf32>
  return %out : tensor<2x64x32xf32>
}

// Dynamic B and S, bf16 with f32 tables.
// CHECK-LABEL: @dynamic
func.func @dynamic(
    %h: tensor<?x?x32xbf16>, %w_q: tensor<32x32xbf16>, %w_k: tensor<16x32xbf16>,
    %w_c: tensor<8x32xbf16>, %w_d: tensor<8x32xbf16>, %w0: tensor<48x2xbf16>,
    %b0: tensor<48xbf16>, %w1: tensor<48x8x2xbf16>, %b1: tensor<48xbf16>, %t: tensor<2xf32>,
    %cos: tensor<?x4xf32>, %sin: tensor<?x4xf32>, %w_o: tensor<32x32xbf16>)
    -> tensor<?x?x32xbf16> {
  // CHECK-NEXT: cca.attention
  %out = cca.attention %h : tensor<?x?x32xbf16>
      query(%w_q : tensor<32x32xbf16>)
      key(%w_k : tensor<16x32xbf16>)
      value(%w_c, %w_d : tensor<8x32xbf16>, tensor<8x32xbf16>)
      depthwise(%w0, %b0 : tensor<48x2xbf16>, tensor<48xbf16>)
      grouped(%w1, %b1 : tensor<48x8x2xbf16>, tensor<48xbf16>)
      normalize clamp eps 1.000000e-06
      temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x4xf32>, tensor<?x4xf32>)
      causal
      output(%w_o : tensor<32x32xbf16>)
      -> tensor<?x?x32xbf16>
  return %out : tensor<?x?x32xbf16>
}

// All biases; exponential temperature.
// CHECK-LABEL: @biases
func.func @biases(
    %h: tensor<?x?x32xbf16>, %w_q: tensor<32x32xbf16>, %w_k: tensor<16x32xbf16>,
    %w_c: tensor<8x32xbf16>, %w_d: tensor<8x32xbf16>, %w0: tensor<48x2xbf16>,
    %b0: tensor<48xbf16>, %w1: tensor<48x8x2xbf16>, %b1: tensor<48xbf16>, %t: tensor<2xf32>,
    %cos: tensor<?x4xbf16>, %sin: tensor<?x4xbf16>, %w_o: tensor<32x32xbf16>,
    %b_q: tensor<32xbf16>, %b_k: tensor<16xbf16>, %b_c: tensor<8xbf16>, %b_d: tensor<8xbf16>,
    %b_o: tensor<32xbf16>)
    -> tensor<?x?x32xbf16> {
  // CHECK-NEXT: cca.attention
  %out = cca.attention %h : tensor<?x?x32xbf16>
      query(%w_q : tensor<32x32xbf16>)
      key(%w_k : tensor<16x32xbf16>)
      value(%w_c, %w_d : tensor<8x32xbf16>, tensor<8x32xbf16>)
      bias(%b_q, %b_k, %b_c, %b_d : tensor<32xbf16>, tensor<16xbf16>, tensor<8xbf16>, tensor<8xbf16>)
      depthwise(%w0, %b0 : tensor<48x2xbf16>, tensor<48xbf16>)
      grouped(%w1, %b1 : tensor<48x8x2xbf16>, tensor<48xbf16>)
      normalize clamp eps 1.000000e-06
      temperature exp(%t : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x4xbf16>, tensor<?x4xbf16>)
      causal
      output(%w_o : tensor<32x32xbf16>)
      output_bias(%b_o : tensor<32xbf16>)
      -> tensor<?x?x32xbf16>
  return %out : tensor<?x?x32xbf16>
}

// Packed sequences, interleaved RoPE in all channels.
// CHECK-LABEL: @packed
func.func @packed(
    %h: tensor<1x?x32xf16>, %w_q: tensor<32x32xf16>, %w_k: tensor<16x32xf16>,
    %w_c: tensor<8x32xf16>, %w_d: tensor<8x32xf16>, %w0: tensor<48x2xf16>,
    %b0: tensor<48xf16>, %w1: tensor<48x8x2xf16>, %b1: tensor<48xf16>, %t: tensor<2xf32>,
    %cos: tensor<?x8xf16>, %sin: tensor<?x8xf16>, %w_o: tensor<32x32xf16>,
    %b_q: tensor<32xf16>, %b_k: tensor<16xf16>, %b_c: tensor<8xf16>, %b_d: tensor<8xf16>,
    %b_o: tensor<32xf16>, %cu: tensor<?xi32>)
    -> tensor<1x?x32xf16> {
  // CHECK-NEXT: cca.attention
  %out = cca.attention %h : tensor<1x?x32xf16>
      query(%w_q : tensor<32x32xf16>)
      key(%w_k : tensor<16x32xf16>)
      value(%w_c, %w_d : tensor<8x32xf16>, tensor<8x32xf16>)
      bias(%b_q, %b_k, %b_c, %b_d : tensor<32xf16>, tensor<16xf16>, tensor<8xf16>, tensor<8xf16>)
      depthwise(%w0, %b0 : tensor<48x2xf16>, tensor<48xf16>)
      grouped(%w1, %b1 : tensor<48x8x2xf16>, tensor<48xf16>)
      normalize clamp eps 1.000000e-06
      temperature linear(%t : tensor<2xf32>)
      rope interleaved(%cos, %sin : tensor<?x8xf16>, tensor<?x8xf16>)
      packed(%cu : tensor<?xi32>)
      causal
      output(%w_o : tensor<32x32xf16>)
      output_bias(%b_o : tensor<32xf16>)
      -> tensor<1x?x32xf16>
  return %out : tensor<1x?x32xf16>
}

// The heads of a token are the result; not causal.
// CHECK-LABEL: @no_output_projection
func.func @no_output_projection(
    %h: tensor<?x?x32xbf16>, %w_q: tensor<32x32xbf16>, %w_k: tensor<16x32xbf16>,
    %w_c: tensor<8x32xbf16>, %w_d: tensor<8x32xbf16>, %w0: tensor<48x2xbf16>,
    %b0: tensor<48xbf16>, %w1: tensor<48x8x2xbf16>, %b1: tensor<48xbf16>, %t: tensor<2xf32>,
    %cos: tensor<?x4xbf16>, %sin: tensor<?x4xbf16>)
    -> tensor<?x?x32xbf16> {
  // CHECK-NEXT: cca.attention
  %out = cca.attention %h : tensor<?x?x32xbf16>
      query(%w_q : tensor<32x32xbf16>)
      key(%w_k : tensor<16x32xbf16>)
      value(%w_c, %w_d : tensor<8x32xbf16>, tensor<8x32xbf16>)
      depthwise(%w0, %b0 : tensor<48x2xbf16>, tensor<48xbf16>)
      grouped(%w1, %b1 : tensor<48x8x2xbf16>, tensor<48xbf16>)
      normalize clamp eps 1.000000e-06
      temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x4xbf16>, tensor<?x4xbf16>)
      -> tensor<?x?x32xbf16>
  return %out : tensor<?x?x32xbf16>
}

// Without w_o there is no b_o.
// CHECK-LABEL: @no_output_projection_with_biases
func.func @no_output_projection_with_biases(
    %h: tensor<?x64x32xf32>, %w_q: tensor<32x32xf32>, %w_k: tensor<16x32xf32>,
    %w_c: tensor<8x32xf32>, %w_d: tensor<8x32xf32>, %w0: tensor<48x2xf32>,
    %b0: tensor<48xf32>, %w1: tensor<48x8x2xf32>, %b1: tensor<48xf32>, %t: tensor<2xf32>,
    %cos: tensor<64x4xf32>, %sin: tensor<64x4xf32>, %b_q: tensor<32xf32>,
    %b_k: tensor<16xf32>, %b_c: tensor<8xf32>, %b_d: tensor<8xf32>)
    -> tensor<?x64x32xf32> {
  // CHECK-NEXT: cca.attention
  %out = cca.attention %h : tensor<?x64x32xf32>
      query(%w_q : tensor<32x32xf32>)
      key(%w_k : tensor<16x32xf32>)
      value(%w_c, %w_d : tensor<8x32xf32>, tensor<8x32xf32>)
      bias(%b_q, %b_k, %b_c, %b_d : tensor<32xf32>, tensor<16xf32>, tensor<8xf32>, tensor<8xf32>)
      depthwise(%w0, %b0 : tensor<48x2xf32>, tensor<48xf32>)
      grouped(%w1, %b1 : tensor<48x8x2xf32>, tensor<48xf32>)
      normalize clamp eps 1.000000e-06
      temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %sin : tensor<64x4xf32>, tensor<64x4xf32>)
      causal
      -> tensor<?x64x32xf32>
  return %out : tensor<?x64x32xf32>
}

// A window and a scale other than the default; tables per batch row.
// CHECK-LABEL: @window_and_scale
func.func @window_and_scale(
    %h: tensor<?x512x32xbf16>, %w_q: tensor<32x32xbf16>, %w_k: tensor<16x32xbf16>,
    %w_c: tensor<8x32xbf16>, %w_d: tensor<8x32xbf16>, %w0: tensor<48x2xbf16>,
    %b0: tensor<48xbf16>, %w1: tensor<48x8x2xbf16>, %b1: tensor<48xbf16>, %t: tensor<2xf32>,
    %cos: tensor<?x512x4xbf16>, %sin: tensor<?x512x4xbf16>, %w_o: tensor<32x32xbf16>)
    -> tensor<?x512x32xbf16> {
  // CHECK-NEXT: cca.attention
  %out = cca.attention %h : tensor<?x512x32xbf16>
      query(%w_q : tensor<32x32xbf16>)
      key(%w_k : tensor<16x32xbf16>)
      value(%w_c, %w_d : tensor<8x32xbf16>, tensor<8x32xbf16>)
      depthwise(%w0, %b0 : tensor<48x2xbf16>, tensor<48xbf16>)
      grouped(%w1, %b1 : tensor<48x8x2xbf16>, tensor<48xbf16>)
      normalize clamp eps 1.000000e-06
      temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x512x4xbf16>, tensor<?x512x4xbf16>)
      causal window 128 softmax_scale 2.500000e-01
      output(%w_o : tensor<32x32xbf16>)
      -> tensor<?x512x32xbf16>
  return %out : tensor<?x512x32xbf16>
}

// Padding per stage, other taps, the other norm.
// CHECK-LABEL: @per_stage_padding
func.func @per_stage_padding(
    %h: tensor<?x?x32xf32>, %w_q: tensor<32x32xf32>, %w_k: tensor<16x32xf32>,
    %w_c: tensor<8x32xf32>, %w_d: tensor<8x32xf32>, %w0: tensor<48x3xf32>,
    %b0: tensor<48xf32>, %w1: tensor<48x8x4xf32>, %b1: tensor<48xf32>, %t: tensor<2xf32>,
    %cos: tensor<?x4xf32>, %sin: tensor<?x4xf32>, %w_o: tensor<32x32xf32>)
    -> tensor<?x?x32xf32> {
  // CHECK-NEXT: cca.attention
  %out = cca.attention %h : tensor<?x?x32xf32>
      query(%w_q : tensor<32x32xf32>)
      key(%w_k : tensor<16x32xf32>)
      value(%w_c, %w_d : tensor<8x32xf32>, tensor<8x32xf32>)
      depthwise(%w0, %b0 : tensor<48x3xf32>, tensor<48xf32>)
      grouped(%w1, %b1 : tensor<48x8x4xf32>, tensor<48xf32>)
      per_stage_padding
      normalize rsqrt eps 9.9999999999999998E-13
      temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x4xf32>, tensor<?x4xf32>)
      window 7
      output(%w_o : tensor<32x32xf32>)
      -> tensor<?x?x32xf32>
  return %out : tensor<?x?x32xf32>
}

// One key head: a head is half current, half delayed. One tap each.
// CHECK-LABEL: @one_key_head
func.func @one_key_head(
    %h: tensor<3x?x32xf16>, %w_q: tensor<32x32xf16>, %w_k: tensor<8x32xf16>,
    %w_c: tensor<4x32xf16>, %w_d: tensor<4x32xf16>, %w0: tensor<40x1xf16>,
    %b0: tensor<40xf16>, %w1: tensor<40x8x1xf16>, %b1: tensor<40xf16>, %t: tensor<1xf32>,
    %cos: tensor<?x4xf16>, %sin: tensor<?x4xf16>, %w_o: tensor<32x32xf16>)
    -> tensor<3x?x32xf16> {
  // CHECK-NEXT: cca.attention
  %out = cca.attention %h : tensor<3x?x32xf16>
      query(%w_q : tensor<32x32xf16>)
      key(%w_k : tensor<8x32xf16>)
      value(%w_c, %w_d : tensor<4x32xf16>, tensor<4x32xf16>)
      depthwise(%w0, %b0 : tensor<40x1xf16>, tensor<40xf16>)
      grouped(%w1, %b1 : tensor<40x8x1xf16>, tensor<40xf16>)
      normalize clamp eps 1.000000e-06
      temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %sin : tensor<?x4xf16>, tensor<?x4xf16>)
      causal
      output(%w_o : tensor<32x32xf16>)
      -> tensor<3x?x32xf16>
  return %out : tensor<3x?x32xf16>
}

// The middle head straddles; each key head has one query head.
// CHECK-LABEL: @odd_key_heads
func.func @odd_key_heads(
    %h: tensor<?x1x24xbf16>, %w_q: tensor<24x24xbf16>, %w_k: tensor<24x24xbf16>,
    %w_c: tensor<12x24xbf16>, %w_d: tensor<12x24xbf16>, %w0: tensor<48x2xbf16>,
    %b0: tensor<48xbf16>, %w1: tensor<48x8x2xbf16>, %b1: tensor<48xbf16>, %t: tensor<3xf32>,
    %cos: tensor<1x4xbf16>, %sin: tensor<1x4xbf16>, %w_o: tensor<24x24xbf16>,
    %b_q: tensor<24xbf16>, %b_k: tensor<24xbf16>, %b_c: tensor<12xbf16>,
    %b_d: tensor<12xbf16>, %b_o: tensor<24xbf16>)
    -> tensor<?x1x24xbf16> {
  // CHECK-NEXT: cca.attention
  %out = cca.attention %h : tensor<?x1x24xbf16>
      query(%w_q : tensor<24x24xbf16>)
      key(%w_k : tensor<24x24xbf16>)
      value(%w_c, %w_d : tensor<12x24xbf16>, tensor<12x24xbf16>)
      bias(%b_q, %b_k, %b_c, %b_d : tensor<24xbf16>, tensor<24xbf16>, tensor<12xbf16>, tensor<12xbf16>)
      depthwise(%w0, %b0 : tensor<48x2xbf16>, tensor<48xbf16>)
      grouped(%w1, %b1 : tensor<48x8x2xbf16>, tensor<48xbf16>)
      normalize clamp eps 1.000000e-06
      temperature linear(%t : tensor<3xf32>)
      rope half(%cos, %sin : tensor<1x4xbf16>, tensor<1x4xbf16>)
      causal
      output(%w_o : tensor<24x24xbf16>)
      output_bias(%b_o : tensor<24xbf16>)
      -> tensor<?x1x24xbf16>
  return %out : tensor<?x1x24xbf16>
}

// CHECK-LABEL: @prologue
func.func @prologue(
    %h: tensor<?x?x32xbf16>, %w_q: tensor<32x32xbf16>, %w_k: tensor<16x32xbf16>,
    %w_c: tensor<8x32xbf16>, %w_d: tensor<8x32xbf16>, %w0: tensor<48x2xbf16>,
    %b0: tensor<48xbf16>, %w1: tensor<48x8x2xbf16>, %b1: tensor<48xbf16>, %t: tensor<2xf32>,
    %cos: tensor<?x4xbf16>, %sin: tensor<?x4xbf16>)
    -> (tensor<?x?x4x8xbf16>, tensor<?x?x2x8xbf16>, tensor<?x?x2x8xbf16>) {
  // CHECK-NEXT: cca.prologue
  %q, %k, %v = cca.prologue %h : tensor<?x?x32xbf16>
      query(%w_q : tensor<32x32xbf16>)
      key(%w_k : tensor<16x32xbf16>)
      value(%w_c, %w_d : tensor<8x32xbf16>, tensor<8x32xbf16>)
      depthwise(%w0, %b0 : tensor<48x2xbf16>, tensor<48xbf16>)
      grouped(%w1, %b1 : tensor<48x8x2xbf16>, tensor<48xbf16>)
      normalize clamp eps 1.000000e-06
      temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x4xbf16>, tensor<?x4xbf16>)
      -> tensor<?x?x4x8xbf16>, tensor<?x?x2x8xbf16>, tensor<?x?x2x8xbf16>
  return %q, %k, %v : tensor<?x?x4x8xbf16>, tensor<?x?x2x8xbf16>, tensor<?x?x2x8xbf16>
}

// CHECK-LABEL: @prologue_packed_with_biases
func.func @prologue_packed_with_biases(
    %h: tensor<1x100x32xf16>, %w_q: tensor<32x32xf16>, %w_k: tensor<16x32xf16>,
    %w_c: tensor<8x32xf16>, %w_d: tensor<8x32xf16>, %w0: tensor<48x2xf16>,
    %b0: tensor<48xf16>, %w1: tensor<48x8x2xf16>, %b1: tensor<48xf16>, %t: tensor<2xf32>,
    %cos: tensor<?x4xf32>, %sin: tensor<?x4xf32>, %b_q: tensor<32xf16>, %b_k: tensor<16xf16>,
    %b_c: tensor<8xf16>, %b_d: tensor<8xf16>, %cu: tensor<?xi32>)
    -> (tensor<1x100x4x8xf16>, tensor<1x100x2x8xf16>, tensor<1x100x2x8xf16>) {
  // CHECK-NEXT: cca.prologue
  %q, %k, %v = cca.prologue %h : tensor<1x100x32xf16>
      query(%w_q : tensor<32x32xf16>)
      key(%w_k : tensor<16x32xf16>)
      value(%w_c, %w_d : tensor<8x32xf16>, tensor<8x32xf16>)
      bias(%b_q, %b_k, %b_c, %b_d : tensor<32xf16>, tensor<16xf16>, tensor<8xf16>, tensor<8xf16>)
      depthwise(%w0, %b0 : tensor<48x2xf16>, tensor<48xf16>)
      grouped(%w1, %b1 : tensor<48x8x2xf16>, tensor<48xf16>)
      per_stage_padding
      normalize clamp eps 1.000000e-06
      temperature exp(%t : tensor<2xf32>)
      rope interleaved(%cos, %sin : tensor<?x4xf32>, tensor<?x4xf32>)
      packed(%cu : tensor<?xi32>)
      -> tensor<1x100x4x8xf16>, tensor<1x100x2x8xf16>, tensor<1x100x2x8xf16>
  return %q, %k, %v : tensor<1x100x4x8xf16>, tensor<1x100x2x8xf16>, tensor<1x100x2x8xf16>
}

// Two blocks with the same hidden states: each finds its own values.
// CHECK-LABEL: @two_of_one_hidden
func.func @two_of_one_hidden(
    %h: tensor<1x9x32xf32>, %w_q: tensor<32x32xf32>, %w_q2: tensor<32x32xf32>, %w_k: tensor<16x32xf32>,
    %w_c: tensor<8x32xf32>, %w_d: tensor<8x32xf32>, %w0: tensor<48x2xf32>,
    %b0: tensor<48xf32>, %w1: tensor<48x8x2xf32>, %b1: tensor<48xf32>, %t: tensor<2xf32>,
    %cos: tensor<9x4xf32>, %sin: tensor<9x4xf32>)
    -> (tensor<1x9x32xf32>, tensor<1x9x32xf32>) {
  // CHECK-NEXT: cca.attention
  %out = cca.attention %h : tensor<1x9x32xf32>
      query(%w_q : tensor<32x32xf32>)
      key(%w_k : tensor<16x32xf32>)
      value(%w_c, %w_d : tensor<8x32xf32>, tensor<8x32xf32>)
      depthwise(%w0, %b0 : tensor<48x2xf32>, tensor<48xf32>)
      grouped(%w1, %b1 : tensor<48x8x2xf32>, tensor<48xf32>)
      normalize clamp eps 1.000000e-06
      temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %sin : tensor<9x4xf32>, tensor<9x4xf32>)
      causal
      -> tensor<1x9x32xf32>
  // CHECK: cca.attention
  %other = cca.attention %h : tensor<1x9x32xf32>
      query(%w_q2 : tensor<32x32xf32>)
      key(%w_k : tensor<16x32xf32>)
      value(%w_d, %w_c : tensor<8x32xf32>, tensor<8x32xf32>)
      depthwise(%w0, %b0 : tensor<48x2xf32>, tensor<48xf32>)
      grouped(%w1, %b1 : tensor<48x8x2xf32>, tensor<48xf32>)
      normalize clamp eps 1.000000e-06
      temperature linear(%t : tensor<2xf32>)
      rope interleaved(%cos, %sin : tensor<9x4xf32>, tensor<9x4xf32>)
      window 3
      -> tensor<1x9x32xf32>
  return %out, %other : tensor<1x9x32xf32>, tensor<1x9x32xf32>
}
