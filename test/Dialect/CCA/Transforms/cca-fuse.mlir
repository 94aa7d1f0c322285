// RUN: cca-opt %s --cca-fuse | FileCheck %s

// 4 query heads and 2 key heads of 8 channels.
#hidden = affine_map<(b, s, o, e) -> (b, s, e)>
#weight = affine_map<(b, s, o, e) -> (o, e)>
#result = affine_map<(b, s, o, e) -> (b, s, o)>

// CHECK-LABEL: @steps
// CHECK-SAME:    (%[[H:.*]]: tensor<2x64x32xf32>, %[[WQ:[^:]*]]: {{.*}}, %[[WK:[^:]*]]: {{.*}}, %[[WC:[^:]*]]: {{.*}}, %[[WD:[^:]*]]: {{.*}}, %[[W0:[^:]*]]: {{.*}}, %[[B0:[^:]*]]: {{.*}}, %[[W1:[^:]*]]: {{.*}}, %[[B1:[^:]*]]: {{.*}}, %[[T:[^:]*]]: {{.*}}, %[[COS:[^:]*]]: {{.*}}, %[[SIN:[^:]*]]: {{[^:]*}})
func.func @steps(
    %hidden: tensor<2x64x32xf32>, %w_q: tensor<32x32xf32>, %w_k: tensor<16x32xf32>,
    %w_c: tensor<8x32xf32>, %w_d: tensor<8x32xf32>, %w0: tensor<48x2xf32>, %b0: tensor<48xf32>,
    %w1: tensor<48x8x2xf32>, %b1: tensor<48xf32>, %t: tensor<2xf32>, %cos: tensor<64x4xf32>,
    %sin: tensor<64x4xf32>)
    -> (tensor<2x64x4x8xf32>, tensor<2x64x2x8xf32>, tensor<2x64x2x8xf32>) {
  // Projections.
  %zero32 = arith.constant dense<0.0> : tensor<2x64x32xf32>
  %zero16 = arith.constant dense<0.0> : tensor<2x64x16xf32>
  %zero8 = arith.constant dense<0.0> : tensor<2x64x8xf32>
  %q0 = linalg.contract indexing_maps = [#hidden, #weight, #result]
      ins(%hidden, %w_q : tensor<2x64x32xf32>, tensor<32x32xf32>)
      outs(%zero32 : tensor<2x64x32xf32>) -> tensor<2x64x32xf32>
  %k0 = linalg.contract indexing_maps = [#hidden, #weight, #result]
      ins(%hidden, %w_k : tensor<2x64x32xf32>, tensor<16x32xf32>)
      outs(%zero16 : tensor<2x64x16xf32>) -> tensor<2x64x16xf32>
  %c = linalg.contract indexing_maps = [#hidden, #weight, #result]
      ins(%hidden, %w_c : tensor<2x64x32xf32>, tensor<8x32xf32>)
      outs(%zero8 : tensor<2x64x8xf32>) -> tensor<2x64x8xf32>
  %d = linalg.contract indexing_maps = [#hidden, #weight, #result]
      ins(%hidden, %w_d : tensor<2x64x32xf32>, tensor<8x32xf32>)
      outs(%zero8 : tensor<2x64x8xf32>) -> tensor<2x64x8xf32>

  // Convolutions over the channels of queries and keys.
  %x = tensor.concat dim(2) %q0, %k0
      : (tensor<2x64x32xf32>, tensor<2x64x16xf32>) -> tensor<2x64x48xf32>
  %z = cca.conv %x : tensor<2x64x48xf32>
      depthwise(%w0, %b0 : tensor<48x2xf32>, tensor<48xf32>)
      grouped(%w1, %b1 : tensor<48x8x2xf32>, tensor<48xf32>)
  %z_heads = tensor.expand_shape %z [[0], [1], [2, 3]] output_shape [2, 64, 6, 8]
      : tensor<2x64x48xf32> into tensor<2x64x6x8xf32>
  %zq = tensor.extract_slice %z_heads[0, 0, 0, 0] [2, 64, 4, 8] [1, 1, 1, 1]
      : tensor<2x64x6x8xf32> to tensor<2x64x4x8xf32>
  %zk = tensor.extract_slice %z_heads[0, 0, 4, 0] [2, 64, 2, 8] [1, 1, 1, 1]
      : tensor<2x64x6x8xf32> to tensor<2x64x2x8xf32>

  // Mean, norm, temperature and RoPE per head.
  %q0_heads = tensor.expand_shape %q0 [[0], [1], [2, 3]] output_shape [2, 64, 4, 8]
      : tensor<2x64x32xf32> into tensor<2x64x4x8xf32>
  %k0_heads = tensor.expand_shape %k0 [[0], [1], [2, 3]] output_shape [2, 64, 2, 8]
      : tensor<2x64x16xf32> into tensor<2x64x2x8xf32>
  %q1, %k1 = cca.qk_mean %q0_heads, %k0_heads onto %zq, %zk
      : tensor<2x64x4x8xf32>, tensor<2x64x2x8xf32>
  %q2 = cca.qk_norm %q1 : tensor<2x64x4x8xf32> normalize rsqrt eps 1.0e-12
  %k2 = cca.qk_norm %k1 : tensor<2x64x2x8xf32> normalize rsqrt eps 1.0e-12
      temperature linear(%t : tensor<2xf32>)
  %q = cca.rope %q2 : tensor<2x64x4x8xf32>
      half(%cos, %sin : tensor<64x4xf32>, tensor<64x4xf32>)
  %k = cca.rope %k2 : tensor<2x64x2x8xf32>
      half(%cos, %sin : tensor<64x4xf32>, tensor<64x4xf32>)

  // Values.
  %v_channels = cca.value_shift %c, %d : tensor<2x64x8xf32>, tensor<2x64x8xf32>
  %v = tensor.expand_shape %v_channels [[0], [1], [2, 3]] output_shape [2, 64, 2, 8]
      : tensor<2x64x16xf32> into tensor<2x64x2x8xf32>
  return %q, %k, %v : tensor<2x64x4x8xf32>, tensor<2x64x2x8xf32>, tensor<2x64x2x8xf32>
}
// CHECK-NEXT:  %[[Q:.*]], %[[K:.*]], %[[V:.*]] = cca.prologue %[[H]] : tensor<2x64x32xf32>
// CHECK-NEXT:    query(%[[WQ]] :
// CHECK-NEXT:    key(%[[WK]] :
// CHECK-NEXT:    value(%[[WC]], %[[WD]] :
// CHECK-NEXT:    depthwise(%[[W0]], %[[B0]] :
// CHECK-NEXT:    grouped(%[[W1]], %[[B1]] :
// CHECK-NEXT:    normalize rsqrt eps
// CHECK-NEXT:    temperature linear(%[[T]] :
// CHECK-NEXT:    rope half(%[[COS]], %[[SIN]] :
// CHECK-NEXT:    -> tensor<2x64x4x8xf32>, tensor<2x64x2x8xf32>, tensor<2x64x2x8xf32>
// CHECK-NEXT:  return %[[Q]], %[[K]], %[[V]]
