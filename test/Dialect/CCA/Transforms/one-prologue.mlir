// A block whose keys and values are results, too, as caches keep them: its prologue and the one that is asked for are one.
//
// RUN: cca-opt %s --cca-decompose=into=kernels --cse | FileCheck %s

// CHECK-LABEL: @prefill
//       CHECK:   %[[Q:.*]], %[[K:.*]], %[[V:.*]] = cca.prologue
//   CHECK-NOT:   cca.prologue
//       CHECK:   cca.flash_attention
//  CHECK-NEXT:     query(%[[Q]] :
//  CHECK-NEXT:     key(%[[K]] :
//  CHECK-NEXT:     value(%[[V]] :
//   CHECK-NOT:   cca.prologue
//       CHECK:   return %{{.*}}, %[[K]], %[[V]]
func.func @prefill(
    %hidden: tensor<?x?x16xbf16>,
    %w_q: tensor<8x16xbf16>, %w_k: tensor<4x16xbf16>, %w_v_current: tensor<2x16xbf16>, %w_v_delayed: tensor<2x16xbf16>,
    %depthwise_weight: tensor<12x2xbf16>, %depthwise_bias: tensor<12xbf16>,
    %grouped_weight: tensor<12x4x2xbf16>, %grouped_bias: tensor<12xbf16>, %temperature: tensor<1xf32>,
    %cos: tensor<?x2xbf16>, %sin: tensor<?x2xbf16>, %w_o: tensor<16x8xbf16>)
    -> (tensor<?x?x16xbf16>, tensor<?x?x1x4xbf16>, tensor<?x?x1x4xbf16>) {
  %out = cca.attention %hidden : tensor<?x?x16xbf16>
      query(%w_q : tensor<8x16xbf16>) key(%w_k : tensor<4x16xbf16>)
      value(%w_v_current, %w_v_delayed : tensor<2x16xbf16>, tensor<2x16xbf16>)
      depthwise(%depthwise_weight, %depthwise_bias : tensor<12x2xbf16>, tensor<12xbf16>)
      grouped(%grouped_weight, %grouped_bias : tensor<12x4x2xbf16>, tensor<12xbf16>)
      normalize clamp eps 0.0078125 temperature linear(%temperature : tensor<1xf32>)
      rope half(%cos, %sin : tensor<?x2xbf16>, tensor<?x2xbf16>)
      causal output(%w_o : tensor<16x8xbf16>)
      -> tensor<?x?x16xbf16>
  %query, %key, %value = cca.prologue %hidden : tensor<?x?x16xbf16>
      query(%w_q : tensor<8x16xbf16>) key(%w_k : tensor<4x16xbf16>)
      value(%w_v_current, %w_v_delayed : tensor<2x16xbf16>, tensor<2x16xbf16>)
      depthwise(%depthwise_weight, %depthwise_bias : tensor<12x2xbf16>, tensor<12xbf16>)
      grouped(%grouped_weight, %grouped_bias : tensor<12x4x2xbf16>, tensor<12xbf16>)
      normalize clamp eps 0.0078125 temperature linear(%temperature : tensor<1xf32>)
      rope half(%cos, %sin : tensor<?x2xbf16>, tensor<?x2xbf16>)
      -> tensor<?x?x2x4xbf16>, tensor<?x?x1x4xbf16>, tensor<?x?x1x4xbf16>
  return %out, %key, %value : tensor<?x?x16xbf16>, tensor<?x?x1x4xbf16>, tensor<?x?x1x4xbf16>
}
