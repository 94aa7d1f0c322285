// Every clause and mode comes back as it was written: printed, in generic form, as bytecode.
//
// RUN: cca-opt %s | cca-opt | FileCheck %s
// RUN: cca-opt %s --mlir-print-op-generic | cca-opt | FileCheck %s
// RUN: cca-opt %s --emit-bytecode | cca-opt | FileCheck %s
// RUN: cca-opt %s | FileCheck %s --check-prefix=TEXT --match-full-lines --strict-whitespace

// The example of the op's documentation: one clause per line.
// CHECK-LABEL: @zaya1_8b
// CHECK: cca.attention
//      TEXT:    %0 = cca.attention %arg0 : tensor<?x?x2048xbf16>
// TEXT-NEXT:        query(%arg1 : tensor<1024x2048xbf16>)
// TEXT-NEXT:        key(%arg2 : tensor<256x2048xbf16>)
// TEXT-NEXT:        value(%arg3, %arg4 : tensor<128x2048xbf16>, tensor<128x2048xbf16>)
// TEXT-NEXT:        depthwise(%arg5, %arg6 : tensor<1280x2xbf16>, tensor<1280xbf16>)
// TEXT-NEXT:        grouped(%arg7, %arg8 : tensor<1280x128x2xbf16>, tensor<1280xbf16>)
// TEXT-NEXT:        normalize clamp eps 7.812500e-03
// TEXT-NEXT:        temperature linear(%arg9 : tensor<2xf32>)
// TEXT-NEXT:        rope half(%arg10, %arg11 : tensor<?x64xbf16>, tensor<?x64xbf16>)
// TEXT-NEXT:        causal
// TEXT-NEXT:        output(%arg12 : tensor<2048x1024xbf16>)
// TEXT-NEXT:        -> tensor<?x?x2048xbf16>
func.func @zaya1_8b(
    %hidden: tensor<?x?x2048xbf16>, %w_q: tensor<1024x2048xbf16>, %w_k: tensor<256x2048xbf16>,
    %w_v_current: tensor<128x2048xbf16>, %w_v_delayed: tensor<128x2048xbf16>,
    %w0: tensor<1280x2xbf16>, %b0: tensor<1280xbf16>,
    %w1: tensor<1280x128x2xbf16>, %b1: tensor<1280xbf16>,
    %temperature: tensor<2xf32>, %cos: tensor<?x64xbf16>, %sin: tensor<?x64xbf16>,
    %w_o: tensor<2048x1024xbf16>) -> tensor<?x?x2048xbf16> {
  %out = cca.attention %hidden : tensor<?x?x2048xbf16>
      query(%w_q : tensor<1024x2048xbf16>)
      key(%w_k : tensor<256x2048xbf16>)
      value(%w_v_current, %w_v_delayed : tensor<128x2048xbf16>, tensor<128x2048xbf16>)
      depthwise(%w0, %b0 : tensor<1280x2xbf16>, tensor<1280xbf16>)
      grouped(%w1, %b1 : tensor<1280x128x2xbf16>, tensor<1280xbf16>)
      normalize clamp eps 7.812500e-03
      temperature linear(%temperature : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x64xbf16>, tensor<?x64xbf16>)
      causal
      output(%w_o : tensor<2048x1024xbf16>)
      -> tensor<?x?x2048xbf16>
  return %out : tensor<?x?x2048xbf16>
}

// CHECK-LABEL: @every_clause
//      CHECK: cca.attention %{{.*}} : tensor<1x?x6xf32>
// CHECK-NEXT:   query(%{{.*}} : tensor<8x6xf32>)
// CHECK-NEXT:   key(%{{.*}} : tensor<4x6xf32>)
// CHECK-NEXT:   value(%{{.*}}, %{{.*}} : tensor<2x6xf32>, tensor<2x6xf32>)
// CHECK-NEXT:   bias(%[[B_Q:.*]], %[[B_K:.*]], %[[B_V:.*]], %[[B_V]] : tensor<8xf32>, tensor<4xf32>, tensor<2xf32>, tensor<2xf32>)
// CHECK-NEXT:   depthwise(%{{.*}}, %{{.*}} : tensor<12x2xf32>, tensor<12xf32>)
// CHECK-NEXT:   grouped(%{{.*}}, %{{.*}} : tensor<12x4x2xf32>, tensor<12xf32>) per_stage_padding
// CHECK-NEXT:   normalize rsqrt eps 9.9999999999999998E-13
// CHECK-NEXT:   temperature exp(%{{.*}} : tensor<1xf32>)
// CHECK-NEXT:   rope interleaved(%{{.*}}, %{{.*}} : tensor<?x2xf32>, tensor<?x2xf32>)
// CHECK-NEXT:   packed(%{{.*}} : tensor<?xi32>)
// CHECK-NEXT:   causal window 3 softmax_scale 2.500000e-01
// CHECK-NEXT:   output(%{{.*}} : tensor<6x8xf32>) output_bias(%{{.*}} : tensor<6xf32>)
//      CHECK:   {some_note = "kept"}
//      CHECK:   -> tensor<1x?x6xf32>
func.func @every_clause(
    %hidden: tensor<1x?x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<?x2xf32>, %w_o: tensor<6x8xf32>, %b_q: tensor<8xf32>, %b_k: tensor<4xf32>,
    %b_v: tensor<2xf32>, %b_o: tensor<6xf32>, %cu_seqlens: tensor<?xi32>) -> tensor<1x?x6xf32> {
  %out = cca.attention %hidden : tensor<1x?x6xf32>
      query(%w_q : tensor<8x6xf32>)
      key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      bias(%b_q, %b_k, %b_v, %b_v : tensor<8xf32>, tensor<4xf32>, tensor<2xf32>, tensor<2xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>) per_stage_padding
      normalize rsqrt eps 1.0e-12
      temperature exp(%t : tensor<1xf32>)
      rope interleaved(%cos, %cos : tensor<?x2xf32>, tensor<?x2xf32>)
      packed(%cu_seqlens : tensor<?xi32>)
      causal window 3 softmax_scale 0.25
      output(%w_o : tensor<6x8xf32>) output_bias(%b_o : tensor<6xf32>)
      {some_note = "kept"} -> tensor<1x?x6xf32>
  return %out : tensor<1x?x6xf32>
}

// CHECK-LABEL: @heads_without_output_projection
//      CHECK: cca.attention
//      CHECK:   rope half(%{{.*}}, %{{.*}} : tensor<2x2xf32>, tensor<2x2xf32>)
// CHECK-NEXT:   -> tensor<3x2x8xf32>
func.func @heads_without_output_projection(
    %hidden: tensor<3x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x1xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x4xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) -> tensor<3x2x8xf32> {
  %out = cca.attention %hidden : tensor<3x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x1xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x4xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<3x2x8xf32>
  return %out : tensor<3x2x8xf32>
}

// A window without causal, f16, cos and sin in f32 with a row for each batch row.
// CHECK-LABEL: @symmetric_window
//      CHECK: cca.attention
//      CHECK:   rope half(%{{.*}}, %{{.*}} : tensor<?x?x4xf32>, tensor<?x?x4xf32>)
//      CHECK:   window 9223372036854775807
// CHECK-NEXT:   -> tensor<?x?x8xf16>
func.func @symmetric_window(
    %hidden: tensor<?x?x6xf16>, %w_q: tensor<8x6xf16>, %w_k: tensor<4x6xf16>, %w_v: tensor<2x6xf16>,
    %w0: tensor<12x4xf16>, %b: tensor<12xf16>, %w1: tensor<12x4x1xf16>, %t: tensor<1xf32>,
    %cos: tensor<?x?x4xf32>) -> tensor<?x?x8xf16> {
  %out = cca.attention %hidden : tensor<?x?x6xf16>
      query(%w_q : tensor<8x6xf16>) key(%w_k : tensor<4x6xf16>)
      value(%w_v, %w_v : tensor<2x6xf16>, tensor<2x6xf16>)
      depthwise(%w0, %b : tensor<12x4xf16>, tensor<12xf16>)
      grouped(%w1, %b : tensor<12x4x1xf16>, tensor<12xf16>)
      normalize clamp eps 9.765625e-04 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<?x?x4xf32>, tensor<?x?x4xf32>)
      window 9223372036854775807
      -> tensor<?x?x8xf16>
  return %out : tensor<?x?x8xf16>
}
