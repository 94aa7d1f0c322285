// The block as ZAYA1 has it, with projection biases.
// The expected result is that of ZayaAttention (HF transformers) in fp64; see make_vectors.py.
//
// RUN: cca-run %s --entry=block --target=cpu \
// RUN:   --input=%S/Inputs/f32/hidden.npy --input=%S/Inputs/f32/w_q.npy \
// RUN:   --input=%S/Inputs/f32/w_k.npy --input=%S/Inputs/f32/w_v_current.npy \
// RUN:   --input=%S/Inputs/f32/w_v_delayed.npy --input=%S/Inputs/f32/depthwise_weight.npy \
// RUN:   --input=%S/Inputs/f32/depthwise_bias.npy --input=%S/Inputs/f32/grouped_weight.npy \
// RUN:   --input=%S/Inputs/f32/grouped_bias.npy --input=%S/Inputs/f32/temperature.npy \
// RUN:   --input=%S/Inputs/f32/cos.npy --input=%S/Inputs/f32/sin.npy \
// RUN:   --input=%S/Inputs/f32/w_o.npy --input=%S/Inputs/f32/b_q.npy \
// RUN:   --input=%S/Inputs/f32/b_k.npy --input=%S/Inputs/f32/b_v_current.npy \
// RUN:   --input=%S/Inputs/f32/b_v_delayed.npy --input=%S/Inputs/f32/b_o.npy \
// RUN:   --check=%S/Inputs/f32/expected_block.npy --rtol=2e-5

func.func @block(
    %hidden: tensor<?x?x16xf32>,
    %w_q: tensor<32x16xf32>,
    %w_k: tensor<16x16xf32>,
    %w_v_current: tensor<8x16xf32>,
    %w_v_delayed: tensor<8x16xf32>,
    %depthwise_weight: tensor<48x2xf32>,
    %depthwise_bias: tensor<48xf32>,
    %grouped_weight: tensor<48x8x2xf32>,
    %grouped_bias: tensor<48xf32>,
    %temperature: tensor<2xf32>,
    %cos: tensor<?x4xf32>,
    %sin: tensor<?x4xf32>,
    %w_o: tensor<16x32xf32>,
    %b_q: tensor<32xf32>,
    %b_k: tensor<16xf32>,
    %b_v_current: tensor<8xf32>,
    %b_v_delayed: tensor<8xf32>,
    %b_o: tensor<16xf32>) -> tensor<?x?x16xf32> {
  %out = cca.attention %hidden : tensor<?x?x16xf32>
      query(%w_q : tensor<32x16xf32>)
      key(%w_k : tensor<16x16xf32>)
      value(%w_v_current, %w_v_delayed : tensor<8x16xf32>, tensor<8x16xf32>)
      bias(%b_q, %b_k, %b_v_current, %b_v_delayed : tensor<32xf32>, tensor<16xf32>, tensor<8xf32>, tensor<8xf32>)
      depthwise(%depthwise_weight, %depthwise_bias : tensor<48x2xf32>, tensor<48xf32>)
      grouped(%grouped_weight, %grouped_bias : tensor<48x8x2xf32>, tensor<48xf32>)
      normalize clamp eps 1.1920928955078125e-07
      temperature linear(%temperature : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x4xf32>, tensor<?x4xf32>)
      causal
      output(%w_o : tensor<16x32xf32>)
      output_bias(%b_o : tensor<16xf32>)
      -> tensor<?x?x16xf32>
  return %out : tensor<?x?x16xf32>
}
