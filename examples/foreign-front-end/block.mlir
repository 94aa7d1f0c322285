// A small attention block as another front end would write it: tokens flattened, weights
// transposed for plain matmuls, steps of the cca dialect in between.

func.func @block(
    %hidden: tensor<2x24x64xf32>,
    %w_q: tensor<64x64xf32>,
    %w_k: tensor<32x64xf32>,
    %w_v_current: tensor<16x64xf32>,
    %w_v_delayed: tensor<16x64xf32>,
    %depthwise_weight: tensor<96x2xf32>,
    %depthwise_bias: tensor<96xf32>,
    %grouped_weight: tensor<96x16x2xf32>,
    %grouped_bias: tensor<96xf32>,
    %temperature: tensor<2xf32>,
    %cos: tensor<24x8xf32>,
    %sin: tensor<24x8xf32>,
    %w_o: tensor<64x64xf32>) -> tensor<2x24x64xf32> {
  %zero = arith.constant 0.0 : f32
  %tokens = tensor.collapse_shape %hidden [[0, 1], [2]] : tensor<2x24x64xf32> into tensor<48x64xf32>

  // q0 = hidden w_qᵀ, k0 = hidden w_kᵀ
  %empty64 = tensor.empty() : tensor<48x64xf32>
  %zeros64 = linalg.fill ins(%zero : f32) outs(%empty64 : tensor<48x64xf32>) -> tensor<48x64xf32>
  %w_q_t_init = tensor.empty() : tensor<64x64xf32>
  %w_q_t = linalg.transpose ins(%w_q : tensor<64x64xf32>) outs(%w_q_t_init : tensor<64x64xf32>) permutation = [1, 0]
  %q0_flat = linalg.matmul ins(%tokens, %w_q_t : tensor<48x64xf32>, tensor<64x64xf32>) outs(%zeros64 : tensor<48x64xf32>) -> tensor<48x64xf32>
  %q0 = tensor.expand_shape %q0_flat [[0, 1], [2]] output_shape [2, 24, 64] : tensor<48x64xf32> into tensor<2x24x64xf32>

  %empty32 = tensor.empty() : tensor<48x32xf32>
  %zeros32 = linalg.fill ins(%zero : f32) outs(%empty32 : tensor<48x32xf32>) -> tensor<48x32xf32>
  %w_k_t_init = tensor.empty() : tensor<64x32xf32>
  %w_k_t = linalg.transpose ins(%w_k : tensor<32x64xf32>) outs(%w_k_t_init : tensor<64x32xf32>) permutation = [1, 0]
  %k0_flat = linalg.matmul ins(%tokens, %w_k_t : tensor<48x64xf32>, tensor<64x32xf32>) outs(%zeros32 : tensor<48x32xf32>) -> tensor<48x32xf32>
  %k0 = tensor.expand_shape %k0_flat [[0, 1], [2]] output_shape [2, 24, 32] : tensor<48x32xf32> into tensor<2x24x32xf32>

  // The two halves of the values.
  %empty16 = tensor.empty() : tensor<48x16xf32>
  %zeros16 = linalg.fill ins(%zero : f32) outs(%empty16 : tensor<48x16xf32>) -> tensor<48x16xf32>
  %w_v_t_init = tensor.empty() : tensor<64x16xf32>
  %w_c_t = linalg.transpose ins(%w_v_current : tensor<16x64xf32>) outs(%w_v_t_init : tensor<64x16xf32>) permutation = [1, 0]
  %current_flat = linalg.matmul ins(%tokens, %w_c_t : tensor<48x64xf32>, tensor<64x16xf32>) outs(%zeros16 : tensor<48x16xf32>) -> tensor<48x16xf32>
  %current = tensor.expand_shape %current_flat [[0, 1], [2]] output_shape [2, 24, 16] : tensor<48x16xf32> into tensor<2x24x16xf32>
  %w_d_t = linalg.transpose ins(%w_v_delayed : tensor<16x64xf32>) outs(%w_v_t_init : tensor<64x16xf32>) permutation = [1, 0]
  %delayed_flat = linalg.matmul ins(%tokens, %w_d_t : tensor<48x64xf32>, tensor<64x16xf32>) outs(%zeros16 : tensor<48x16xf32>) -> tensor<48x16xf32>
  %delayed = tensor.expand_shape %delayed_flat [[0, 1], [2]] output_shape [2, 24, 16] : tensor<48x16xf32> into tensor<2x24x16xf32>

  // Convolutions over all query channels, then all key channels.
  %x = tensor.concat dim(2) %q0, %k0 : (tensor<2x24x64xf32>, tensor<2x24x32xf32>) -> tensor<2x24x96xf32>
  %z = cca.conv %x : tensor<2x24x96xf32>
      depthwise(%depthwise_weight, %depthwise_bias : tensor<96x2xf32>, tensor<96xf32>)
      grouped(%grouped_weight, %grouped_bias : tensor<96x16x2xf32>, tensor<96xf32>)
  %zq_flat = tensor.extract_slice %z[0, 0, 0] [2, 24, 64] [1, 1, 1] : tensor<2x24x96xf32> to tensor<2x24x64xf32>
  %zk_flat = tensor.extract_slice %z[0, 0, 64] [2, 24, 32] [1, 1, 1] : tensor<2x24x96xf32> to tensor<2x24x32xf32>

  // Mean, norm, temperature and RoPE per head.
  %zq = tensor.expand_shape %zq_flat [[0], [1], [2, 3]] output_shape [2, 24, 4, 16] : tensor<2x24x64xf32> into tensor<2x24x4x16xf32>
  %zk = tensor.expand_shape %zk_flat [[0], [1], [2, 3]] output_shape [2, 24, 2, 16] : tensor<2x24x32xf32> into tensor<2x24x2x16xf32>
  %q0_heads = tensor.expand_shape %q0 [[0], [1], [2, 3]] output_shape [2, 24, 4, 16] : tensor<2x24x64xf32> into tensor<2x24x4x16xf32>
  %k0_heads = tensor.expand_shape %k0 [[0], [1], [2, 3]] output_shape [2, 24, 2, 16] : tensor<2x24x32xf32> into tensor<2x24x2x16xf32>
  %q_mean, %k_mean = cca.qk_mean %q0_heads, %k0_heads onto %zq, %zk : tensor<2x24x4x16xf32>, tensor<2x24x2x16xf32>
  %q_norm = cca.qk_norm %q_mean : tensor<2x24x4x16xf32> normalize clamp eps 1.1920928955078125e-07
  %k_norm = cca.qk_norm %k_mean : tensor<2x24x2x16xf32> normalize clamp eps 1.1920928955078125e-07
      temperature linear(%temperature : tensor<2xf32>)
  %q = cca.rope %q_norm : tensor<2x24x4x16xf32> half(%cos, %sin : tensor<24x8xf32>, tensor<24x8xf32>)
  %k = cca.rope %k_norm : tensor<2x24x2x16xf32> half(%cos, %sin : tensor<24x8xf32>, tensor<24x8xf32>)
  %v_flat = cca.value_shift %current, %delayed : tensor<2x24x16xf32>, tensor<2x24x16xf32>
  %v = tensor.expand_shape %v_flat [[0], [1], [2, 3]] output_shape [2, 24, 2, 16] : tensor<2x24x32xf32> into tensor<2x24x2x16xf32>

  %o = cca.flash_attention
      query(%q : tensor<2x24x4x16xf32>)
      key(%k : tensor<2x24x2x16xf32>)
      value(%v : tensor<2x24x2x16xf32>)
      causal
      -> tensor<2x24x4x16xf32>

  // out = o w_oᵀ
  %o_flat = tensor.collapse_shape %o [[0, 1], [2, 3]] : tensor<2x24x4x16xf32> into tensor<48x64xf32>
  %w_o_t_init = tensor.empty() : tensor<64x64xf32>
  %w_o_t = linalg.transpose ins(%w_o : tensor<64x64xf32>) outs(%w_o_t_init : tensor<64x64xf32>) permutation = [1, 0]
  %out_flat = linalg.matmul ins(%o_flat, %w_o_t : tensor<48x64xf32>, tensor<64x64xf32>) outs(%zeros64 : tensor<48x64xf32>) -> tensor<48x64xf32>
  %out = tensor.expand_shape %out_flat [[0, 1], [2]] output_shape [2, 24, 64] : tensor<48x64xf32> into tensor<2x24x64xf32>
  return %out : tensor<2x24x64xf32>
}
