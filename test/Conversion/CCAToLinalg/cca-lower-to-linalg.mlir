// RUN: cca-opt %s --cca-lower-to-linalg --cse | FileCheck %s --implicit-check-not=cca.

// CHECK-LABEL: func @norm_and_temperature
//  CHECK-SAME:   (%[[K:.*]]: tensor<1x6x2x16xbf16>, %[[T:.*]]: tensor<2xf32>)

// The sum of the squares of each head, in f32.
//       CHECK:   %[[SQUARES:.*]] = linalg.reduce ins(%[[K]] : tensor<1x6x2x16xbf16>) outs(%{{.*}} : tensor<1x6x2xf32>) dimensions = [3]
//       CHECK:     %[[ELEMENT:.*]] = arith.extf %in : bf16 to f32
//       CHECK:     arith.mulf %[[ELEMENT]], %[[ELEMENT]] : f32

// sqrt(16) / max(length, eps) * temperature.
//       CHECK:   %[[FACTORS:.*]] = linalg.generic {{.*}} ins(%[[SQUARES]], %[[T]] : tensor<1x6x2xf32>, tensor<2xf32>)
//   CHECK-DAG:     %[[TARGET:.*]] = arith.constant 4.000000e+00 : f32
//   CHECK-DAG:     %[[EPS:.*]] = arith.constant 7.812500e-03 : f32
//   CHECK-DAG:     %[[LENGTH:.*]] = math.sqrt %in : f32
//       CHECK:     %[[CLAMPED:.*]] = arith.maximumf %[[LENGTH]], %[[EPS]] : f32
//       CHECK:     %[[FACTOR:.*]] = arith.divf %[[TARGET]], %[[CLAMPED]] : f32
//       CHECK:     arith.mulf %[[FACTOR]], %in_{{[0-9]+}} : f32

//       CHECK:   %[[N:.*]] = linalg.generic {{.*}} ins(%[[K]], %[[FACTORS]] : tensor<1x6x2x16xbf16>, tensor<1x6x2xf32>) outs(%{{.*}} : tensor<1x6x2x16xbf16>)
//       CHECK:     arith.truncf %{{.*}} : f32 to bf16
//       CHECK:   return %[[N]]
func.func @norm_and_temperature(%k: tensor<1x6x2x16xbf16>, %temperature: tensor<2xf32>)
    -> tensor<1x6x2x16xbf16> {
  %n = cca.qk_norm %k : tensor<1x6x2x16xbf16> normalize clamp eps 7.812500e-03
      temperature linear(%temperature : tensor<2xf32>)
  return %n : tensor<1x6x2x16xbf16>
}

// Nothing of the dialect survives, and nothing depends on cca-decompose having run.
// CHECK-LABEL: func @block
//       CHECK:   linalg.contract
//       CHECK:   scf.forall
//       CHECK:   return %{{.*}} : tensor<1x?x6xf32>
func.func @block(
    %hidden: tensor<1x?x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<?x2xf32>, %w_o: tensor<6x8xf32>, %cu_seqlens: tensor<?xi32>) -> tensor<1x?x6xf32> {
  %out = cca.attention %hidden : tensor<1x?x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<?x2xf32>, tensor<?x2xf32>)
      packed(%cu_seqlens : tensor<?xi32>) causal
      output(%w_o : tensor<6x8xf32>)
      -> tensor<1x?x6xf32>
  return %out : tensor<1x?x6xf32>
}

// There must be no slice: upstream rejects some whose static size is 0.
// CHECK-LABEL: func @no_tokens
//  CHECK-NEXT:   tensor.empty() : tensor<1x0x8xf32>
//  CHECK-NEXT:   return
func.func @no_tokens(
    %hidden: tensor<1x0x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<0x2xf32>, %cu_seqlens: tensor<1xi32>) -> tensor<1x0x8xf32> {
  %out = cca.attention %hidden : tensor<1x0x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<0x2xf32>, tensor<0x2xf32>)
      packed(%cu_seqlens : tensor<1xi32>)
      -> tensor<1x0x8xf32>
  return %out : tensor<1x0x8xf32>
}

// CHECK-LABEL: func @no_batch_rows
//   CHECK-NOT:   linalg
//       CHECK:   return %{{.*}}, %{{.*}}, %{{.*}} : tensor<0x?x2x4xf32>, tensor<0x?x1x4xf32>, tensor<0x?x1x4xf32>
func.func @no_batch_rows(
    %hidden: tensor<0x?x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<?x2xf32>) -> (tensor<0x?x2x4xf32>, tensor<0x?x1x4xf32>, tensor<0x?x1x4xf32>) {
  %q, %k, %v = cca.prologue %hidden : tensor<0x?x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<?x2xf32>, tensor<?x2xf32>)
      -> tensor<0x?x2x4xf32>, tensor<0x?x1x4xf32>, tensor<0x?x1x4xf32>
  return %q, %k, %v : tensor<0x?x2x4xf32>, tensor<0x?x1x4xf32>, tensor<0x?x1x4xf32>
}

// CHECK-LABEL: func @steps_without_elements
//   CHECK-NOT:   linalg
//   CHECK-NOT:   tensor.extract_slice
//       CHECK:   return
func.func @steps_without_elements(
    %x: tensor<2x0x4xf32>, %w1: tensor<4x2x2xf32>, %b: tensor<4xf32>, %q: tensor<0x3x2x4xf32>,
    %k: tensor<0x3x1x4xf32>, %cos: tensor<3x4xf32>)
    -> (tensor<2x0x4xf32>, tensor<2x0x8xf32>, tensor<0x3x2x4xf32>, tensor<0x3x1x4xf32>, tensor<0x3x2x4xf32>) {
  %z = cca.conv %x : tensor<2x0x4xf32> grouped(%w1, %b : tensor<4x2x2xf32>, tensor<4xf32>)
  %v = cca.value_shift %z, %z : tensor<2x0x4xf32>, tensor<2x0x4xf32>
  %q1, %k1 = cca.qk_mean %q, %k onto %q, %k : tensor<0x3x2x4xf32>, tensor<0x3x1x4xf32>
  %q2 = cca.qk_norm %q1 : tensor<0x3x2x4xf32> normalize clamp eps 0.0
  %q3 = cca.rope %q2 : tensor<0x3x2x4xf32> half(%cos, %cos : tensor<3x4xf32>, tensor<3x4xf32>)
  %o = cca.flash_attention
      query(%q3 : tensor<0x3x2x4xf32>) key(%k1 : tensor<0x3x1x4xf32>) value(%k1 : tensor<0x3x1x4xf32>)
      -> tensor<0x3x2x4xf32>
  return %z, %v, %q3, %k1, %o : tensor<2x0x4xf32>, tensor<2x0x8xf32>, tensor<0x3x2x4xf32>, tensor<0x3x1x4xf32>, tensor<0x3x2x4xf32>
}
