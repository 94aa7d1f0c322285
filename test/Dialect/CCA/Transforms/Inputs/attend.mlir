  // %o, B x S x 16, of %h, B x S x 8: 4 query heads and 2 key heads of 4 channels, with biases.
  %wq, %wk, %wv, %w0, %b0, %w1, %t, %table, %bq, %bk, %bv = call @operands() : () -> (
    tensor<16x8xf32>, tensor<8x8xf32>, tensor<4x8xf32>, tensor<24x2xf32>,
    tensor<24xf32>, tensor<24x4x2xf32>, tensor<2xf32>, tensor<?x4xf32>, tensor<16xf32>, tensor<8xf32>,
    tensor<4xf32>)
  %o = cca.attention %h : tensor<?x?x8xf32>
      query(%wq : tensor<16x8xf32>)
      key(%wk : tensor<8x8xf32>)
      value(%wv, %wv : tensor<4x8xf32>, tensor<4x8xf32>)
      bias(%bq, %bk, %bv, %bv : tensor<16xf32>, tensor<8xf32>, tensor<4xf32>, tensor<4xf32>)
      depthwise(%w0, %b0 : tensor<24x2xf32>, tensor<24xf32>)
      grouped(%w1, %b0 : tensor<24x4x2xf32>, tensor<24xf32>)
      normalize clamp eps 1.0e-06
      temperature linear(%t : tensor<2xf32>)
      rope half(%table, %table : tensor<?x4xf32>, tensor<?x4xf32>)
      causal
      -> tensor<?x?x16xf32>
