// Every clause and mode comes back as it was written: printed, in generic form, as bytecode.
//
// RUN: cca-opt %s | cca-opt | FileCheck %s
// RUN: cca-opt %s --mlir-print-op-generic | cca-opt | FileCheck %s
// RUN: cca-opt %s --emit-bytecode | cca-opt | FileCheck %s

// The example of the op's documentation.
// CHECK-LABEL: @zaya1_8b_packed
//      CHECK: %{{.*}}, %{{.*}}, %{{.*}} = cca.prologue %{{.*}} : tensor<1x?x2048xf32>
// CHECK-NEXT:   query(%{{.*}} : tensor<1024x2048xf32>)
// CHECK-NEXT:   key(%{{.*}} : tensor<256x2048xf32>)
// CHECK-NEXT:   value(%{{.*}}, %{{.*}} : tensor<128x2048xf32>, tensor<128x2048xf32>)
// CHECK-NEXT:   depthwise(%{{.*}}, %{{.*}} : tensor<1280x2xf32>, tensor<1280xf32>)
// CHECK-NEXT:   grouped(%{{.*}}, %{{.*}} : tensor<1280x128x2xf32>, tensor<1280xf32>)
// CHECK-NEXT:   normalize rsqrt eps 9.9999999999999998E-13
// CHECK-NEXT:   temperature linear(%{{.*}} : tensor<2xf32>)
// CHECK-NEXT:   rope half(%{{.*}}, %{{.*}} : tensor<?x64xf32>, tensor<?x64xf32>)
// CHECK-NEXT:   packed(%{{.*}} : tensor<?xi32>)
// CHECK-NEXT:   -> tensor<1x?x8x128xf32>, tensor<1x?x2x128xf32>, tensor<1x?x2x128xf32>
func.func @zaya1_8b_packed(
    %hidden: tensor<1x?x2048xf32>, %w_q: tensor<1024x2048xf32>, %w_k: tensor<256x2048xf32>,
    %w_v_current: tensor<128x2048xf32>, %w_v_delayed: tensor<128x2048xf32>,
    %w0: tensor<1280x2xf32>, %b0: tensor<1280xf32>,
    %w1: tensor<1280x128x2xf32>, %b1: tensor<1280xf32>, %temperature: tensor<2xf32>,
    %cos: tensor<?x64xf32>, %sin: tensor<?x64xf32>, %cu_seqlens: tensor<?xi32>)
    -> (tensor<1x?x8x128xf32>, tensor<1x?x2x128xf32>, tensor<1x?x2x128xf32>) {
  %q, %k, %v = cca.prologue %hidden : tensor<1x?x2048xf32>
      query(%w_q : tensor<1024x2048xf32>)
      key(%w_k : tensor<256x2048xf32>)
      value(%w_v_current, %w_v_delayed : tensor<128x2048xf32>, tensor<128x2048xf32>)
      depthwise(%w0, %b0 : tensor<1280x2xf32>, tensor<1280xf32>)
      grouped(%w1, %b1 : tensor<1280x128x2xf32>, tensor<1280xf32>)
      normalize rsqrt eps 1.000000e-12
      temperature linear(%temperature : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x64xf32>, tensor<?x64xf32>)
      packed(%cu_seqlens : tensor<?xi32>)
      -> tensor<1x?x8x128xf32>, tensor<1x?x2x128xf32>, tensor<1x?x2x128xf32>
  return %q, %k, %v : tensor<1x?x8x128xf32>, tensor<1x?x2x128xf32>, tensor<1x?x2x128xf32>
}

// CHECK-LABEL: @every_other_clause
//      CHECK: cca.prologue
//      CHECK:   bias(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<8xbf16>, tensor<4xbf16>, tensor<2xbf16>, tensor<2xbf16>)
//      CHECK:   grouped(%{{.*}}, %{{.*}} : tensor<12x4x3xbf16>, tensor<12xbf16>) per_stage_padding
// CHECK-NEXT:   normalize clamp eps 7.812500e-03
// CHECK-NEXT:   temperature exp(%{{.*}} : tensor<1xf32>)
// CHECK-NEXT:   rope interleaved(%{{.*}}, %{{.*}} : tensor<3x2x2xf32>, tensor<3x2x2xf32>)
// CHECK-NEXT:   -> tensor<3x2x2x4xbf16>, tensor<3x2x1x4xbf16>, tensor<3x2x1x4xbf16>
func.func @every_other_clause(
    %hidden: tensor<3x2x6xbf16>, %w_q: tensor<8x6xbf16>, %w_k: tensor<4x6xbf16>, %w_v: tensor<2x6xbf16>,
    %w0: tensor<12x4xbf16>, %b: tensor<12xbf16>, %w1: tensor<12x4x3xbf16>, %t: tensor<1xf32>,
    %cos: tensor<3x2x2xf32>, %b_q: tensor<8xbf16>, %b_k: tensor<4xbf16>, %b_v: tensor<2xbf16>)
    -> tensor<3x2x2x4xbf16> {
  %q, %k, %v = cca.prologue %hidden : tensor<3x2x6xbf16>
      query(%w_q : tensor<8x6xbf16>) key(%w_k : tensor<4x6xbf16>)
      value(%w_v, %w_v : tensor<2x6xbf16>, tensor<2x6xbf16>)
      bias(%b_q, %b_k, %b_v, %b_v : tensor<8xbf16>, tensor<4xbf16>, tensor<2xbf16>, tensor<2xbf16>)
      depthwise(%w0, %b : tensor<12x4xbf16>, tensor<12xbf16>)
      grouped(%w1, %b : tensor<12x4x3xbf16>, tensor<12xbf16>) per_stage_padding
      normalize clamp eps 7.812500e-03 temperature exp(%t : tensor<1xf32>)
      rope interleaved(%cos, %cos : tensor<3x2x2xf32>, tensor<3x2x2xf32>)
      -> tensor<3x2x2x4xbf16>, tensor<3x2x1x4xbf16>, tensor<3x2x1x4xbf16>
  return %q : tensor<3x2x2x4xbf16>
}

// Three value channels for the current token and three for the delayed one: the
// second of three heads straddles them.
// CHECK-LABEL: @odd_number_of_key_heads
//      CHECK: cca.prologue
//      CHECK:   rope half(%{{.*}}, %{{.*}} : tensor<?x0xf16>, tensor<?x0xf16>)
// CHECK-NEXT:   -> tensor<?x?x3x2xf16>, tensor<?x?x3x2xf16>, tensor<?x?x3x2xf16>
func.func @odd_number_of_key_heads(
    %hidden: tensor<?x?x5xf16>, %w: tensor<6x5xf16>, %w_v: tensor<3x5xf16>,
    %w0: tensor<12x1xf16>, %b: tensor<12xf16>, %w1: tensor<12x2x1xf16>, %t: tensor<3xf32>,
    %cos: tensor<?x0xf16>) -> tensor<?x?x3x2xf16> {
  %q, %k, %v = cca.prologue %hidden : tensor<?x?x5xf16>
      query(%w : tensor<6x5xf16>) key(%w : tensor<6x5xf16>)
      value(%w_v, %w_v : tensor<3x5xf16>, tensor<3x5xf16>)
      depthwise(%w0, %b : tensor<12x1xf16>, tensor<12xf16>)
      grouped(%w1, %b : tensor<12x2x1xf16>, tensor<12xf16>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<3xf32>)
      rope half(%cos, %cos : tensor<?x0xf16>, tensor<?x0xf16>)
      -> tensor<?x?x3x2xf16>, tensor<?x?x3x2xf16>, tensor<?x?x3x2xf16>
  return %v : tensor<?x?x3x2xf16>
}
