// The block in bf16. The limit is the error to expect if every step rounds to bf16:
// `limits` in python/cca/accuracy.py.
// The expected result is that of ZayaAttention (HF transformers) in fp64; see make_vectors.py.
//
// RUN: cca-run %s --entry=block --target=cpu \
// RUN:   --input=%S/Inputs/bf16/hidden.npy --input=%S/Inputs/bf16/w_q.npy \
// RUN:   --input=%S/Inputs/bf16/w_k.npy --input=%S/Inputs/bf16/w_v_current.npy \
// RUN:   --input=%S/Inputs/bf16/w_v_delayed.npy --input=%S/Inputs/bf16/depthwise_weight.npy \
// RUN:   --input=%S/Inputs/bf16/depthwise_bias.npy --input=%S/Inputs/bf16/grouped_weight.npy \
// RUN:   --input=%S/Inputs/bf16/grouped_bias.npy --input=%S/Inputs/bf16/temperature.npy \
// RUN:   --input=%S/Inputs/bf16/cos.npy --input=%S/Inputs/bf16/sin.npy \
// RUN:   --input=%S/Inputs/bf16/w_o.npy --input=%S/Inputs/bf16/b_q.npy \
// RUN:   --input=%S/Inputs/bf16/b_k.npy --input=%S/Inputs/bf16/b_v_current.npy \
// RUN:   --input=%S/Inputs/bf16/b_v_delayed.npy --input=%S/Inputs/bf16/b_o.npy \
// RUN:   --check=%S/Inputs/bf16/expected_block.npy --rtol=6e-3

func.func @block(
    %hidden: tensor<?x?x16xbf16>,
    %w_q: tensor<32x16xbf16>,
    %w_k: tensor<16x16xbf16>,
    %w_v_current: tensor<8x16xbf16>,
    %w_v_delayed: tensor<8x16xbf16>,
    %depthwise_weight: tensor<48x2xbf16>,
    %depthwise_bias: tensor<48xbf16>,
    %grouped_weight: tensor<48x8x2xbf16>,
    %grouped_bias: tensor<48xbf16>,
    %temperature: tensor<2xf32>,
    %cos: tensor<?x4xbf16>,
    %sin: tensor<?x4xbf16>,
    %w_o: tensor<16x32xbf16>,
    %b_q: tensor<32xbf16>,
    %b_k: tensor<16xbf16>,
    %b_v_current: tensor<8xbf16>,
    %b_v_delayed: tensor<8xbf16>,
    %b_o: tensor<16xbf16>) -> tensor<?x?x16xbf16> {
  %out = cca.attention %hidden : tensor<?x?x16xbf16>
      query(%w_q : tensor<32x16xbf16>)
      key(%w_k : tensor<16x16xbf16>)
      value(%w_v_current, %w_v_delayed : tensor<8x16xbf16>, tensor<8x16xbf16>)
      bias(%b_q, %b_k, %b_v_current, %b_v_delayed : tensor<32xbf16>, tensor<16xbf16>, tensor<8xbf16>, tensor<8xbf16>)
      depthwise(%depthwise_weight, %depthwise_bias : tensor<48x2xbf16>, tensor<48xbf16>)
      grouped(%grouped_weight, %grouped_bias : tensor<48x8x2xbf16>, tensor<48xbf16>)
      normalize clamp eps 0.0078125
      temperature linear(%temperature : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x4xbf16>, tensor<?x4xbf16>)
      causal
      output(%w_o : tensor<16x32xbf16>)
      output_bias(%b_o : tensor<16xbf16>)
      -> tensor<?x?x16xbf16>
  return %out : tensor<?x?x16xbf16>
}
