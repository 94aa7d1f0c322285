// RUN: cca-opt %s --cca-decompose --cse | FileCheck %s
// RUN: cca-opt %s --cca-decompose=into=kernels --cse | FileCheck %s --check-prefix=KERNELS

// CHECK-LABEL: @block
//  CHECK-SAME:   (%[[H:[^:]*]]: tensor<1x6x16xbf16>, %[[W_Q:[^:]*]]: tensor<8x16xbf16>, %[[W_K:[^:]*]]: tensor<4x16xbf16>,
//  CHECK-SAME:    %[[W_VC:[^:]*]]: tensor<2x16xbf16>, %[[W_VD:[^:]*]]: tensor<2x16xbf16>, %[[W0:[^:]*]]: tensor<12x2xbf16>, %[[B0:[^:]*]]: tensor<12xbf16>,
//  CHECK-SAME:    %[[W1:[^:]*]]: tensor<12x4x2xbf16>, %[[B1:[^:]*]]: tensor<12xbf16>, %[[T:[^:]*]]: tensor<1xf32>,
//  CHECK-SAME:    %[[COS:[^:]*]]: tensor<6x2xf32>, %[[SIN:[^:]*]]: tensor<6x2xf32>, %[[W_O:[^:]*]]: tensor<16x8xbf16>)

// Projections accumulate in f32 from zero.
//   CHECK-NOT:   truncf
//       CHECK:   %[[ZEROS:.*]] = linalg.fill ins(%cst : f32) outs(%{{.*}} : tensor<1x6x8xf32>)
//       CHECK:   %[[Q0:.*]] = linalg.contract {{.*}} ins(%[[H]], %[[W_Q]] : tensor<1x6x16xbf16>, tensor<8x16xbf16>) outs(%[[ZEROS]] : tensor<1x6x8xf32>)
//       CHECK:   %[[K0:.*]] = linalg.contract {{.*}} ins(%[[H]], %[[W_K]] : {{.*}}) outs(%{{.*}} : tensor<1x6x4xf32>)
//       CHECK:   %[[CURRENT:.*]] = linalg.contract {{.*}} ins(%[[H]], %[[W_VC]] : {{.*}}) outs(%{{.*}} : tensor<1x6x2xf32>)
//       CHECK:   %[[DELAYED:.*]] = linalg.contract {{.*}} ins(%[[H]], %[[W_VD]] : {{.*}}) outs(%{{.*}} : tensor<1x6x2xf32>)

// Queries and keys go through the convolutions together.
//       CHECK:   %[[X:.*]] = tensor.concat dim(2) %[[Q0]], %[[K0]]
//       CHECK:   %[[Z:.*]] = cca.conv %[[X]] : tensor<1x6x12xf32> depthwise(%[[W0]], %[[B0]] : {{.*}}) grouped(%[[W1]], %[[B1]] : {{[^)]*}}){{$}}
//       CHECK:   tensor.extract_slice %[[Z]][0, 0, 0] [1, 6, 8] [1, 1, 1]
//       CHECK:   %[[ZQ:.*]] = tensor.expand_shape {{.*}} into tensor<1x6x2x4xf32>
//       CHECK:   tensor.extract_slice %[[Z]][0, 0, 8] [1, 6, 4] [1, 1, 1]
//       CHECK:   %[[ZK:.*]] = tensor.expand_shape {{.*}} into tensor<1x6x1x4xf32>
//   CHECK-DAG:   %[[Q0_HEADS:.*]] = tensor.expand_shape %[[Q0]] {{.*}} into tensor<1x6x2x4xf32>
//   CHECK-DAG:   %[[K0_HEADS:.*]] = tensor.expand_shape %[[K0]] {{.*}} into tensor<1x6x1x4xf32>
//       CHECK:   %[[Q1:.*]], %[[K1:.*]] = cca.qk_mean %[[Q0_HEADS]], %[[K0_HEADS]] onto %[[ZQ]], %[[ZK]]

// Only keys have a temperature.
//       CHECK:   %[[Q2:.*]] = cca.qk_norm %[[Q1]] : tensor<1x6x2x4xf32> normalize clamp eps 7.812500e-03{{$}}
//       CHECK:   %[[K2:.*]] = cca.qk_norm %[[K1]] : tensor<1x6x1x4xf32> normalize clamp eps 7.812500e-03 temperature linear(%[[T]] : tensor<1xf32>)
//       CHECK:   %[[Q3:.*]] = cca.rope %[[Q2]] : tensor<1x6x2x4xf32> half(%[[COS]], %[[SIN]] :
//       CHECK:   %[[K3:.*]] = cca.rope %[[K2]] : tensor<1x6x1x4xf32> half(%[[COS]], %[[SIN]] :
//       CHECK:   %[[V2:.*]] = cca.value_shift %[[CURRENT]], %[[DELAYED]] : tensor<1x6x2xf32>, tensor<1x6x2xf32>{{$}}
//       CHECK:   %[[V3:.*]] = tensor.expand_shape %[[V2]] {{.*}} into tensor<1x6x1x4xf32>

// They are rounded once.
//       CHECK:   %[[Q:.*]] = arith.truncf %[[Q3]] : tensor<1x6x2x4xf32> to tensor<1x6x2x4xbf16>
//       CHECK:   %[[K:.*]] = arith.truncf %[[K3]]
//       CHECK:   %[[V:.*]] = arith.truncf %[[V3]]
//       CHECK:   %[[O:.*]] = cca.flash_attention
//  CHECK-NEXT:     query(%[[Q]] : tensor<1x6x2x4xbf16>)
//  CHECK-NEXT:     key(%[[K]] : tensor<1x6x1x4xbf16>)
//  CHECK-NEXT:     value(%[[V]] : tensor<1x6x1x4xbf16>)
//  CHECK-NEXT:     causal
//  CHECK-NEXT:     -> tensor<1x6x2x4xbf16>
//       CHECK:   %[[MERGED:.*]] = tensor.collapse_shape %[[O]] {{.*}} into tensor<1x6x8xbf16>
//       CHECK:   %[[OUT:.*]] = linalg.contract {{.*}} ins(%[[MERGED]], %[[W_O]] : {{.*}}) outs(%{{.*}} : tensor<1x6x16xf32>)
//       CHECK:   %[[ROUNDED:.*]] = arith.truncf %[[OUT]] : tensor<1x6x16xf32> to tensor<1x6x16xbf16>
//   CHECK-NOT:   truncf
//       CHECK:   return %[[ROUNDED]]

// Attention is told what the length of queries and keys follows from.
// KERNELS-LABEL: @block
//  KERNELS-SAME:   %[[T:[^:]*]]: tensor<1xf32>
//       KERNELS:   %[[Q:.*]], %[[K:.*]], %[[V:.*]] = cca.prologue %{{.*}} : tensor<1x6x16xbf16>
//       KERNELS:     normalize clamp eps 7.812500e-03
//  KERNELS-NEXT:     temperature linear(%{{.*}} : tensor<1xf32>)
//  KERNELS-NEXT:     rope half(%{{.*}}, %{{.*}} : tensor<6x2xf32>, tensor<6x2xf32>)
//  KERNELS-NEXT:     -> tensor<1x6x2x4xbf16>, tensor<1x6x1x4xbf16>, tensor<1x6x1x4xbf16>
//       KERNELS:   cca.flash_attention
//  KERNELS-NEXT:     query(%[[Q]] : tensor<1x6x2x4xbf16>)
//  KERNELS-NEXT:     key(%[[K]] : tensor<1x6x1x4xbf16>)
//  KERNELS-NEXT:     value(%[[V]] : tensor<1x6x1x4xbf16>)
//  KERNELS-NEXT:     normalized(%[[T]] : tensor<1xf32>)
//  KERNELS-NEXT:     causal
//       KERNELS:   %[[OUT:.*]] = cca.projection %{{.*}} : tensor<1x6x8xbf16>
//  KERNELS-NEXT:     weight(%{{.*}} : tensor<16x8xbf16>)
//  KERNELS-NEXT:     -> tensor<1x6x16xbf16>
//  KERNELS-NEXT:   return %[[OUT]]
func.func @block(
    %hidden: tensor<1x6x16xbf16>, %w_q: tensor<8x16xbf16>, %w_k: tensor<4x16xbf16>,
    %w_v_current: tensor<2x16xbf16>, %w_v_delayed: tensor<2x16xbf16>,
    %w0: tensor<12x2xbf16>, %b0: tensor<12xbf16>, %w1: tensor<12x4x2xbf16>, %b1: tensor<12xbf16>,
    %temperature: tensor<1xf32>, %cos: tensor<6x2xf32>, %sin: tensor<6x2xf32>,
    %w_o: tensor<16x8xbf16>) -> tensor<1x6x16xbf16> {
  %out = cca.attention %hidden : tensor<1x6x16xbf16>
      query(%w_q : tensor<8x16xbf16>)
      key(%w_k : tensor<4x16xbf16>)
      value(%w_v_current, %w_v_delayed : tensor<2x16xbf16>, tensor<2x16xbf16>)
      depthwise(%w0, %b0 : tensor<12x2xbf16>, tensor<12xbf16>)
      grouped(%w1, %b1 : tensor<12x4x2xbf16>, tensor<12xbf16>)
      normalize clamp eps 7.812500e-03
      temperature linear(%temperature : tensor<1xf32>)
      rope half(%cos, %sin : tensor<6x2xf32>, tensor<6x2xf32>)
      causal
      output(%w_o : tensor<16x8xbf16>)
      -> tensor<1x6x16xbf16>
  return %out : tensor<1x6x16xbf16>
}

// Each mode goes to the ops that it concerns; accumulators start from the biases;
// a sequence's first token sees the delayed projection of a zero token, its bias.
// CHECK-LABEL: @every_clause
//  CHECK-SAME:    %[[B_Q:[^:]*]]: tensor<8xf32>, %[[B_K:[^:]*]]: tensor<4xf32>, %[[B_VC:[^:]*]]: tensor<2xf32>, %[[B_VD:[^:]*]]: tensor<2xf32>, %[[B_O:[^:]*]]: tensor<6xf32>, %[[CU:[^:]*]]: tensor<?xi32>)
//   CHECK-DAG:   %[[INIT_Q:.*]] = linalg.broadcast ins(%[[B_Q]] : tensor<8xf32>) outs(%{{.*}} : tensor<1x?x8xf32>) dimensions = [0, 1]
//   CHECK-DAG:   linalg.contract {{.*}} outs(%[[INIT_Q]] : tensor<1x?x8xf32>)
//   CHECK-DAG:   linalg.broadcast ins(%[[B_K]] : tensor<4xf32>)
//   CHECK-DAG:   linalg.broadcast ins(%[[B_VC]] : tensor<2xf32>)
//   CHECK-DAG:   linalg.broadcast ins(%[[B_VD]] : tensor<2xf32>)
//       CHECK:   cca.conv {{.*}} per_stage_padding packed(%[[CU]] : tensor<?xi32>)
//       CHECK:   cca.qk_norm {{.*}} normalize rsqrt eps 2.500000e-01{{$}}
//       CHECK:   cca.qk_norm {{.*}} normalize rsqrt eps 2.500000e-01 temperature exp(
//       CHECK:   cca.rope {{.*}} interleaved({{.*}}) packed(%[[CU]] : tensor<?xi32>)
//       CHECK:   cca.rope {{.*}} interleaved({{.*}}) packed(%[[CU]] : tensor<?xi32>)
//       CHECK:   cca.value_shift {{.*}} initial(%[[B_VD]] : tensor<2xf32>) packed(%[[CU]] : tensor<?xi32>)
//       CHECK:   cca.flash_attention
//       CHECK:     packed(%[[CU]] : tensor<?xi32>)
//  CHECK-NEXT:     causal window 3 softmax_scale 2.000000e+00
//       CHECK:   %[[INIT_O:.*]] = linalg.broadcast ins(%[[B_O]] : tensor<6xf32>) outs(%{{.*}} : tensor<1x?x6xf32>)
//       CHECK:   %[[OUT:.*]] = linalg.contract {{.*}} outs(%[[INIT_O]] : tensor<1x?x6xf32>)
//       CHECK:   return %[[OUT]]
//   CHECK-NOT:   truncf

// KERNELS-LABEL: @every_clause
//  KERNELS-SAME:    %[[T:[^:]*]]: tensor<1xf32>
//  KERNELS-SAME:    %[[CU:[^:]*]]: tensor<?xi32>)
//       KERNELS:   cca.prologue
//       KERNELS:     bias(
//       KERNELS:     per_stage_padding
//       KERNELS:     normalize rsqrt eps 2.500000e-01
//       KERNELS:     temperature exp(
//       KERNELS:     rope interleaved(
//       KERNELS:     packed(%[[CU]] : tensor<?xi32>)
//       KERNELS:   %[[EXP_T:.*]] = math.exp %[[T]] : tensor<1xf32>
//       KERNELS:   cca.flash_attention
//       KERNELS:     normalized(%[[EXP_T]] : tensor<1xf32>)
//  KERNELS-NEXT:     packed(%[[CU]] : tensor<?xi32>)
//  KERNELS-NEXT:     causal window 3 softmax_scale 2.000000e+00
func.func @every_clause(
    %hidden: tensor<1x?x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<?x2xf32>, %w_o: tensor<6x8xf32>, %b_q: tensor<8xf32>, %b_k: tensor<4xf32>,
    %b_vc: tensor<2xf32>, %b_vd: tensor<2xf32>, %b_o: tensor<6xf32>, %cu_seqlens: tensor<?xi32>) -> tensor<1x?x6xf32> {
  %out = cca.attention %hidden : tensor<1x?x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      bias(%b_q, %b_k, %b_vc, %b_vd : tensor<8xf32>, tensor<4xf32>, tensor<2xf32>, tensor<2xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>) per_stage_padding
      normalize rsqrt eps 0.25 temperature exp(%t : tensor<1xf32>)
      rope interleaved(%cos, %cos : tensor<?x2xf32>, tensor<?x2xf32>)
      packed(%cu_seqlens : tensor<?xi32>)
      causal window 3 softmax_scale 2.0
      output(%w_o : tensor<6x8xf32>) output_bias(%b_o : tensor<6xf32>)
      -> tensor<1x?x6xf32>
  return %out : tensor<1x?x6xf32>
}

// KERNELS-LABEL: @heads_without_output_projection
//       KERNELS:   %[[O:.*]] = cca.flash_attention
//       KERNELS:   %[[OUT:.*]] = tensor.collapse_shape %[[O]] {{\[\[}}0], [1], [2, 3]] : tensor<?x?x2x4xf16> into tensor<?x?x8xf16>
//  KERNELS-NEXT:   return %[[OUT]]
// CHECK-LABEL: @heads_without_output_projection
func.func @heads_without_output_projection(
    %hidden: tensor<?x?x6xf16>, %w_q: tensor<8x6xf16>, %w_k: tensor<4x6xf16>, %w_v: tensor<2x6xf16>,
    %w0: tensor<12x2xf16>, %b: tensor<12xf16>, %w1: tensor<12x4x2xf16>, %t: tensor<1xf32>,
    %cos: tensor<?x2xf16>) -> tensor<?x?x8xf16> {
  %out = cca.attention %hidden : tensor<?x?x6xf16>
      query(%w_q : tensor<8x6xf16>) key(%w_k : tensor<4x6xf16>)
      value(%w_v, %w_v : tensor<2x6xf16>, tensor<2x6xf16>)
      depthwise(%w0, %b : tensor<12x2xf16>, tensor<12xf16>)
      grouped(%w1, %b : tensor<12x4x2xf16>, tensor<12xf16>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<?x2xf16>, tensor<?x2xf16>)
      -> tensor<?x?x8xf16>
  return %out : tensor<?x?x8xf16>
}

// A prologue of its own is a kernel already.
// CHECK-LABEL: @prologue
//       CHECK:   cca.value_shift
//   CHECK-NOT:   flash_attention
// KERNELS-LABEL: @prologue
//       KERNELS:   cca.prologue
func.func @prologue(
    %hidden: tensor<1x2x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x2xf32>) -> tensor<1x2x1x4xf32> {
  %q, %k, %v = cca.prologue %hidden : tensor<1x2x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x2xf32>, tensor<2x2xf32>)
      -> tensor<1x2x2x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  return %v : tensor<1x2x1x4xf32>
}

// CHECK-LABEL: @no_tokens
//  CHECK-NEXT:   tensor.empty() : tensor<1x0x8xf32>
//  CHECK-NEXT:   return
// KERNELS-LABEL: @no_tokens
//  KERNELS-NEXT:   tensor.empty() : tensor<1x0x8xf32>
//  KERNELS-NEXT:   return
func.func @no_tokens(
    %hidden: tensor<1x0x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<0x2xf32>) -> tensor<1x0x8xf32> {
  %out = cca.attention %hidden : tensor<1x0x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<0x2xf32>, tensor<0x2xf32>)
      -> tensor<1x0x8xf32>
  return %out : tensor<1x0x8xf32>
}
