// CCA attention block, hidden size 2048: 8 query heads, 2 key heads, head dimension 128, 64 rotary channels.
func.func @block(
    %hidden: tensor<?x?x2048xbf16>,
    %w_q: tensor<1024x2048xbf16>,
    %w_k: tensor<256x2048xbf16>,
    %w_v_current: tensor<128x2048xbf16>,
    %w_v_delayed: tensor<128x2048xbf16>,
    %depthwise_weight: tensor<1280x2xbf16>,
    %depthwise_bias: tensor<1280xbf16>,
    %grouped_weight: tensor<1280x128x2xbf16>,
    %grouped_bias: tensor<1280xbf16>,
    %temperature: tensor<2xf32>,
    %cos: tensor<?x64xbf16>,
    %sin: tensor<?x64xbf16>,
    %w_o: tensor<2048x1024xbf16>) -> tensor<?x?x2048xbf16> {
  %out = cca.attention %hidden : tensor<?x?x2048xbf16>
      query(%w_q : tensor<1024x2048xbf16>)
      key(%w_k : tensor<256x2048xbf16>)
      value(%w_v_current, %w_v_delayed : tensor<128x2048xbf16>, tensor<128x2048xbf16>)
      depthwise(%depthwise_weight, %depthwise_bias : tensor<1280x2xbf16>, tensor<1280xbf16>)
      grouped(%grouped_weight, %grouped_bias : tensor<1280x128x2xbf16>, tensor<1280xbf16>)
      normalize clamp eps 0.0078125
      temperature linear(%temperature : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x64xbf16>, tensor<?x64xbf16>)
      causal
      output(%w_o : tensor<2048x1024xbf16>)
      -> tensor<?x?x2048xbf16>
  return %out : tensor<?x?x2048xbf16>
}
