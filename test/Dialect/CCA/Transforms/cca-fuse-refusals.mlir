// Steps that compute what no cca.prologue does stay as they are.
//
// The function below is one cca.prologue. Each case changes a line or two: those marked `-CASE` go, and
// those after `+CASE` come. Refusals must not change anything but dead code.

// RUN: cca-opt %s --cca-fuse=explain 2>&1 | FileCheck %s --check-prefix=FUSED --implicit-check-not=remark
// FUSED:     cca.prologue
// FUSED-NOT: cca.qk_mean

// Not so early that something is not there yet, not so late that something else is there before.
// RUN: sed '/-EARLY/d; s#// +EARLY##' %s | cca-opt --cca-fuse | FileCheck %s --check-prefix=EARLY
// EARLY: %[[W:.*]] = call @weight()
// EARLY: %[[Q:.*]], %{{.*}}, %{{.*}} = cca.prologue
// EARLY:   value(%{{.*}}, %[[W]] :
// EARLY: call @use(%[[Q]])

// DEFINE: %{case} =
// DEFINE: %{check} = sed '/-%{case}/d; s#// +%{case}##' %s > %t && \
// DEFINE:   cca-opt %t --cca-fuse=explain 2>&1 | FileCheck %s --check-prefix=%{case} && \
// DEFINE:   cca-opt %t --canonicalize -o %t.before && cca-opt %t --cca-fuse --canonicalize | diff %t.before -

// Norm, temperature and RoPE.

// REDEFINE: %{case} = EPS
// RUN: %{check}
// EPS: remark: not fused: queries and keys have different norms

// REDEFINE: %{case} = MODE
// RUN: %{check}
// MODE: remark: not fused: queries and keys have different norms

// REDEFINE: %{case} = HOT
// RUN: %{check}
// HOT: remark: not fused: the queries have a temperature

// REDEFINE: %{case} = COLD
// RUN: %{check}
// COLD: remark: not fused: the keys have no temperature

// REDEFINE: %{case} = RENORM
// RUN: %{check}
// RENORM: remark: not fused: expects one norm of the keys, but got 2

// REDEFINE: %{case} = LAYOUT
// RUN: %{check}
// LAYOUT: remark: not fused: queries and keys have different RoPE layouts

// REDEFINE: %{case} = TABLE
// RUN: %{check}
// TABLE: remark: not fused: queries and keys have different RoPE tables

// REDEFINE: %{case} = UNROTATED
// RUN: %{check}
// UNROTATED: remark: not fused: only one of queries and keys has RoPE

// REDEFINE: %{case} = ROTATED
// RUN: %{check}
// ROTATED: remark: not fused: expects at most one RoPE of the queries, but got 2

// Convolutions and mean.

// REDEFINE: %{case} = FOLDED
// RUN: %{check}
// FOLDED: remark: not fused: the convolutions have been folded into one

// REDEFINE: %{case} = BLOCKS
// RUN: %{check}
// BLOCKS: remark: not fused: the blocks of the grouped convolution are not the heads

// REDEFINE: %{case} = CONCAT
// RUN: %{check}
// CONCAT: remark: not fused: the input of the convolution is not the queries, then the keys of the mean

// REDEFINE: %{case} = WHOLE
// RUN: %{check}
// WHOLE: remark: not fused: the input of the convolution is not a concatenation of two tensors

// REDEFINE: %{case} = SLICES
// RUN: %{check}
// SLICES: remark: not fused: the convolution does not have query channels, then key channels

// REDEFINE: %{case} = STRIDE
// RUN: %{check}
// STRIDE: remark: not fused: the mean is not onto slices of one convolution

// REDEFINE: %{case} = MEAN
// RUN: %{check}
// MEAN: remark: not fused: the input of the convolution is not the queries, then the keys of the mean

// Values.

// REDEFINE: %{case} = INITIAL
// RUN: %{check}
// INITIAL: remark: not fused: the initial delayed value is not the bias of the delayed projection

// REDEFINE: %{case} = SHIFTED
// RUN: %{check}
// SHIFTED: remark: not fused: the initial delayed value is not the bias of the delayed projection

// REDEFINE: %{case} = CHANNELS
// RUN: %{check}
// CHANNELS: remark: not fused: there are not as many value channels as key channels

// REDEFINE: %{case} = ELSEWHERE
// RUN: %{check}
// ELSEWHERE: remark: not fused: no cca.value_shift in this block

// REDEFINE: %{case} = APART
// RUN: %{check}
// APART: remark: not fused: keys and values go to different attentions

// Projections.

// REDEFINE: %{case} = HIDDEN
// RUN: %{check}
// HIDDEN: remark: not fused: queries and values are projections of different hidden states

// REDEFINE: %{case} = KEYS
// RUN: %{check}
// KEYS: remark: not fused: the projections are not of one tensor of hidden states

// REDEFINE: %{case} = BIAS
// RUN: %{check}
// BIAS: remark: not fused: only some projections have a bias

// REDEFINE: %{case} = TWO_B
// RUN: %{check}
// TWO_B: remark: not fused: a projection has two biases

// REDEFINE: %{case} = SCALE
// RUN: %{check}
// SCALE: remark: not fused: no linalg contraction where a projection is expected

// Packing, types, order.

// REDEFINE: %{case} = PACKED
// RUN: %{check}
// PACKED: remark: not fused: the steps are packed differently

// REDEFINE: %{case} = SEQLENS
// RUN: %{check}
// SEQLENS: remark: not fused: the steps are packed differently

// REDEFINE: %{case} = PRECISION
// RUN: %{check}
// PRECISION: remark: not fused: the depthwise weight does not have the element type of the hidden states

// REDEFINE: %{case} = INVALID
// RUN: %{check}
// INVALID: remark: not fused: the result would be invalid: 'cca.prologue' op expects cos to have element type 'f32', but got 'f16'

// REDEFINE: %{case} = REGION
// RUN: %{check}
// REGION: remark: not fused: the steps are in different blocks

// REDEFINE: %{case} = ORDER
// RUN: %{check}
// ORDER: remark: not fused: a result is used before all operands are there

!flat = tensor<1x8x8xf32>
!half = tensor<1x8x4xf32>
!both = tensor<1x8x16xf32>
!heads = tensor<1x8x2x4xf32>
!w = tensor<8x8xf32>
!w_half = tensor<4x8xf32>
!conv0 = tensor<16x2xf32>
!conv1 = tensor<16x4x2xf32>
!table = tensor<?x4xf32>
// +INVALID !table_f16 = tensor<?x4xf16>

func.func private @use(!heads)
func.func private @weight() -> !w_half

#hidden = affine_map<(b, s, o, e) -> (b, s, e)>
#weight = affine_map<(b, s, o, e) -> (o, e)>
#result = affine_map<(b, s, o, e) -> (b, s, o)>

func.func @steps(%h: !flat, %other: !flat, %w_q: !w, %w_k: !w, %w_c: !w_half, %w_d: !w_half,
                 %w0: !conv0, %b0: tensor<16xf32>, %w1: !conv1, %b1: tensor<16xf32>, %t: tensor<2xf32>,
                 %cos: !table, %sin: !table, %b_q: tensor<8xf32>, %b_k: tensor<8xf32>,
                 %b_c: tensor<4xf32>, %b_d: tensor<4xf32>, %cu: tensor<?xi32>, %more: tensor<?xi32>,
                 %w_bf16: tensor<16x2xbf16>, %w_2: tensor<16x2x2xf32>, %cos_f16: tensor<?x4xf16>,
                 %scale: !flat, %condition: i1) -> (!heads, !heads, !heads) {
  %empty = tensor.empty() : !flat
  %empty_half = tensor.empty() : !half
  %zero = arith.constant dense<0.0> : !flat
  %bias_q = linalg.broadcast ins(%b_q : tensor<8xf32>) outs(%empty : !flat) dimensions = [0, 1]
  %bias_k = linalg.broadcast ins(%b_k : tensor<8xf32>) outs(%empty : !flat) dimensions = [0, 1]
  %bias_c = linalg.broadcast ins(%b_c : tensor<4xf32>) outs(%empty_half : !half) dimensions = [0, 1]
  %bias_d = linalg.broadcast ins(%b_d : tensor<4xf32>) outs(%empty_half : !half) dimensions = [0, 1]
  %q0 = linalg.contract indexing_maps = [#hidden, #weight, #result] ins(%h, %w_q : !flat, !w) outs(%bias_q : !flat) -> !flat // -BIAS -SCALE -TWO_B
  // +BIAS  %q0 = linalg.contract indexing_maps = [#hidden, #weight, #result] ins(%h, %w_q : !flat, !w) outs(%zero : !flat) -> !flat
  // +TWO_B %q00 = linalg.contract indexing_maps = [#hidden, #weight, #result] ins(%h, %w_q : !flat, !w) outs(%bias_q : !flat) -> !flat
  // +TWO_B %q0 = arith.addf %q00, %bias_k : !flat
  // +SCALE %q00 = linalg.contract indexing_maps = [#hidden, #weight, #result] ins(%h, %w_q : !flat, !w) outs(%bias_q : !flat) -> !flat
  // +SCALE %q0 = arith.mulf %q00, %scale : !flat
  %k0 = linalg.contract indexing_maps = [#hidden, #weight, #result] ins(%h, %w_k : !flat, !w) outs(%bias_k : !flat) -> !flat // -KEYS
  // +KEYS  %k0 = linalg.contract indexing_maps = [#hidden, #weight, #result] ins(%other, %w_k : !flat, !w) outs(%bias_k : !flat) -> !flat
  %c = linalg.contract indexing_maps = [#hidden, #weight, #result] ins(%h, %w_c : !flat, !w_half) outs(%bias_c : !half) -> !half

  %x = tensor.concat dim(2) %q0, %k0 : (!flat, !flat) -> !both // -CONCAT -WHOLE
  // +CONCAT %x = tensor.concat dim(2) %k0, %q0 : (!flat, !flat) -> !both
  // +WHOLE  %x = tensor.concat dim(2) %q0, %c, %c : (!flat, !half, !half) -> !both
  %z = cca.conv %x : !both depthwise(%w0, %b0 : !conv0, tensor<16xf32>) grouped(%w1, %b1 : !conv1, tensor<16xf32>) packed(%cu : tensor<?xi32>) // -FOLDED -BLOCKS -PRECISION -PACKED
  // +FOLDED    %z = cca.conv %x : !both grouped(%w1, %b1 : !conv1, tensor<16xf32>) packed(%cu : tensor<?xi32>)
  // +BLOCKS    %z = cca.conv %x : !both depthwise(%w0, %b0 : !conv0, tensor<16xf32>) grouped(%w_2, %b1 : tensor<16x2x2xf32>, tensor<16xf32>) packed(%cu : tensor<?xi32>)
  // +PRECISION %z = cca.conv %x : !both depthwise(%w_bf16, %b0 : tensor<16x2xbf16>, tensor<16xf32>) grouped(%w1, %b1 : !conv1, tensor<16xf32>) packed(%cu : tensor<?xi32>)
  // +PACKED    %z = cca.conv %x : !both depthwise(%w0, %b0 : !conv0, tensor<16xf32>) grouped(%w1, %b1 : !conv1, tensor<16xf32>)

  %zq_flat = tensor.extract_slice %z[0, 0, 0] [1, 8, 8] [1, 1, 1] : !both to !flat // -SLICES -STRIDE
  %zk_flat = tensor.extract_slice %z[0, 0, 8] [1, 8, 8] [1, 1, 1] : !both to !flat // -SLICES
  // +SLICES %zq_flat = tensor.extract_slice %z[0, 0, 8] [1, 8, 8] [1, 1, 1] : !both to !flat
  // +SLICES %zk_flat = tensor.extract_slice %z[0, 0, 0] [1, 8, 8] [1, 1, 1] : !both to !flat
  // +STRIDE %zq_flat = tensor.extract_slice %z[0, 0, 0] [1, 8, 8] [1, 1, 2] : !both to !flat
  %zq = tensor.expand_shape %zq_flat [[0], [1], [2, 3]] output_shape [1, 8, 2, 4] : !flat into !heads
  %zk = tensor.expand_shape %zk_flat [[0], [1], [2, 3]] output_shape [1, 8, 2, 4] : !flat into !heads
  %q0_heads = tensor.expand_shape %q0 [[0], [1], [2, 3]] output_shape [1, 8, 2, 4] : !flat into !heads
  %k0_heads = tensor.expand_shape %k0 [[0], [1], [2, 3]] output_shape [1, 8, 2, 4] : !flat into !heads
  %q1, %k1 = cca.qk_mean %q0_heads, %k0_heads onto %zq, %zk : !heads, !heads // -MEAN
  // +MEAN %q1, %k1 = cca.qk_mean %k0_heads, %q0_heads onto %zq, %zk : !heads, !heads

  %q2 = cca.qk_norm %q1 : !heads normalize clamp eps 1.0e-06 // -EPS -MODE -HOT
  // +EPS  %q2 = cca.qk_norm %q1 : !heads normalize clamp eps 1.0e-05
  // +MODE %q2 = cca.qk_norm %q1 : !heads normalize rsqrt eps 1.0e-06
  // +HOT  %q2 = cca.qk_norm %q1 : !heads normalize clamp eps 1.0e-06 temperature linear(%t : tensor<2xf32>)
  %k2 = cca.qk_norm %k1 : !heads normalize clamp eps 1.0e-06 temperature linear(%t : tensor<2xf32>) // -COLD
  // +COLD %k2 = cca.qk_norm %k1 : !heads normalize clamp eps 1.0e-06
  // +RENORM %k_again = cca.qk_norm %k1 : !heads normalize clamp eps 1.0e-06
  // +RENORM call @use(%k_again) : (!heads) -> ()
  %q = cca.rope %q2 : !heads half(%cos, %sin : !table, !table) packed(%cu : tensor<?xi32>) // -LAYOUT -TABLE -INVALID
  // +LAYOUT %q = cca.rope %q2 : !heads interleaved(%cos, %sin : !table, !table) packed(%cu : tensor<?xi32>)
  // +TABLE %q = cca.rope %q2 : !heads half(%cos, %cos : !table, !table) packed(%cu : tensor<?xi32>)
  // +INVALID %q = cca.rope %q2 : !heads half(%cos_f16, %cos_f16 : !table_f16, !table_f16) packed(%cu : tensor<?xi32>)
  // +ROTATED %q_again = cca.rope %q2 : !heads half(%cos, %sin : !table, !table) packed(%cu : tensor<?xi32>)
  // +ROTATED call @use(%q_again) : (!heads) -> ()
  %k = cca.rope %k2 : !heads half(%cos, %sin : !table, !table) packed(%cu : tensor<?xi32>) // -UNROTATED -INVALID -REGION
  // +REGION %k = scf.if %condition -> !heads {
  // +REGION   %rotated = cca.rope %k2 : !heads half(%cos, %sin : !table, !table) packed(%cu : tensor<?xi32>)
  // +REGION   scf.yield %rotated : !heads
  // +REGION } else {
  // +REGION   scf.yield %k2 : !heads
  // +REGION }
  // +UNROTATED %k = cca.qk_norm %k2 : !heads normalize clamp eps 1.0e-06
  // +INVALID %k = cca.rope %k2 : !heads half(%cos_f16, %cos_f16 : !table_f16, !table_f16) packed(%cu : tensor<?xi32>)

  // +EARLY %w_early = call @weight() : () -> !w_half
  // +EARLY call @use(%q) : (!heads) -> ()
  // +ORDER call @use(%q) : (!heads) -> ()
  // +ORDER %w_late = call @weight() : () -> !w_half
  %d = linalg.contract indexing_maps = [#hidden, #weight, #result] ins(%h, %w_d : !flat, !w_half) outs(%bias_d : !half) -> !half // -HIDDEN -SHIFTED -ORDER -EARLY
  // +HIDDEN %d = linalg.contract indexing_maps = [#hidden, #weight, #result] ins(%other, %w_d : !flat, !w_half) outs(%bias_d : !half) -> !half
  // +SHIFTED %d = linalg.contract indexing_maps = [#hidden, #weight, #result] ins(%h, %w_d : !flat, !w_half) outs(%bias_c : !half) -> !half
  // +EARLY %d = linalg.contract indexing_maps = [#hidden, #weight, #result] ins(%h, %w_early : !flat, !w_half) outs(%bias_d : !half) -> !half
  // +ORDER %d = linalg.contract indexing_maps = [#hidden, #weight, #result] ins(%h, %w_late : !flat, !w_half) outs(%bias_d : !half) -> !half
  %v_flat = cca.value_shift %c, %d : !half, !half initial(%b_d : tensor<4xf32>) packed(%cu : tensor<?xi32>) // -INITIAL -SEQLENS -CHANNELS -ELSEWHERE
  // +INITIAL %v_flat = cca.value_shift %c, %d : !half, !half packed(%cu : tensor<?xi32>)
  // +SEQLENS %v_flat = cca.value_shift %c, %d : !half, !half initial(%b_d : tensor<4xf32>) packed(%more : tensor<?xi32>)
  // +ELSEWHERE %v_flat = arith.addf %q0, %k0 : !flat
  // +CHANNELS %v_wide = cca.value_shift %q0, %k0 : !flat, !flat packed(%cu : tensor<?xi32>)
  // +CHANNELS %v_flat = tensor.extract_slice %v_wide[0, 0, 0] [1, 8, 8] [1, 1, 1] : !both to !flat
  %v = tensor.expand_shape %v_flat [[0], [1], [2, 3]] output_shape [1, 8, 2, 4] : !flat into !heads
  // +APART %o = cca.flash_attention query(%q : !heads) key(%q : !heads) value(%v : !heads) -> !heads
  // +APART call @use(%o) : (!heads) -> ()
  return %q, %k, %v : !heads, !heads, !heads
}
