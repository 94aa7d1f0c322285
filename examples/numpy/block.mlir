// CCA attention block, hidden size 64: 4 query heads, 2 key heads, head dimension 16, 8 rotary channels.
func.func @block(
    %hidden: tensor<?x?x64xf32>,
    %w_q: tensor<64x64xf32>,
    %w_k: tensor<32x64xf32>,
    %w_v_current: tensor<16x64xf32>,
    %w_v_delayed: tensor<16x64xf32>,
    %depthwise_weight: tensor<96x2xf32>,
    %depthwise_bias: tensor<96xf32>,
    %grouped_weight: tensor<96x16x2xf32>,
    %grouped_bias: tensor<96xf32>,
    %temperature: tensor<2xf32>,
    %cos: tensor<?x8xf32>,
    %sin: tensor<?x8xf32>,
    %w_o: tensor<64x64xf32>) -> tensor<?x?x64xf32> {
  %out = cca.attention %hidden : tensor<?x?x64xf32>
      query(%w_q : tensor<64x64xf32>)
      key(%w_k : tensor<32x64xf32>)
      value(%w_v_current, %w_v_delayed : tensor<16x64xf32>, tensor<16x64xf32>)
      depthwise(%depthwise_weight, %depthwise_bias : tensor<96x2xf32>, tensor<96xf32>)
      grouped(%grouped_weight, %grouped_bias : tensor<96x16x2xf32>, tensor<96xf32>)
      normalize clamp eps 1.1920928955078125e-07
      temperature linear(%temperature : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x8xf32>, tensor<?x8xf32>)
      causal
      output(%w_o : tensor<64x64xf32>)
      -> tensor<?x?x64xf32>
  return %out : tensor<?x?x64xf32>
}
