// Kernels to cca.attention, and when they stay.
//
// The function below is one cca.attention. In each case lines marked `-CASE` go, and those after `+CASE`
// come.

// RUN: cca-opt %s --cca-fuse=explain 2>&1 | FileCheck %s --implicit-check-not=remark
// CHECK:      cca.attention
// CHECK:        causal window 4 softmax_scale 5.000000e-01
// CHECK-NEXT:   output(%{{.*}} : tensor<8x16xbf16>) output_bias(%{{.*}} : tensor<8xbf16>)
// CHECK-NEXT:   -> tensor<?x?x8xbf16>
// CHECK-NEXT: return

// DEFINE: %{case} =
// DEFINE: %{fuse} = sed '/-%{case}/d; s#// +%{case}##' %s | \
// DEFINE:   cca-opt --cca-fuse=explain 2>&1 | FileCheck %s --check-prefix=%{case}

// Prologue and flash attention that stay apart.

// REDEFINE: %{case} = LSE
// RUN: %{fuse}
// LSE:     remark: not fused: cca.attention does not return the log-sum-exp
// LSE-NOT: cca.attention

// REDEFINE: %{case} = SCHEDULE
// RUN: %{fuse}
// SCHEDULE:     remark: not fused: cca.attention has no schedule
// SCHEDULE-NOT: cca.attention

// A bound on the scores is no other use of the temperature, and not needed any more.

// REDEFINE: %{case} = BOUND
// RUN: %{fuse}
// BOUND-NOT:  math.exp
// BOUND:      cca.attention
// BOUND:        output(

// REDEFINE: %{case} = SWAPPED
// RUN: %{fuse}
// SWAPPED:     remark: not fused: query, key and value are not those of one cca.prologue
// SWAPPED-NOT: cca.attention

// REDEFINE: %{case} = UNPACKED
// RUN: %{fuse}
// UNPACKED:     remark: not fused: attention and prologue are packed differently
// UNPACKED-NOT: cca.attention

// REDEFINE: %{case} = CACHED
// RUN: %{fuse}
// CACHED:     remark: not fused: queries, keys or values have other uses, for which the prologue would run twice
// CACHED-NOT: cca.attention

// REDEFINE: %{case} = TWICE
// RUN: %{fuse}
// TWICE-COUNT-2: remark: not fused: queries, keys or values have other uses, for which the prologue would run twice
// TWICE-NOT:     cca.attention

// REDEFINE: %{case} = LOOP
// RUN: %{fuse}
// LOOP:     remark: not fused: attention and prologue are in different blocks
// LOOP-NOT: cca.attention

// Attention that leaves the output projection to others.

// REDEFINE: %{case} = HEADS
// RUN: %{fuse}
// HEADS:      %[[O:.*]] = cca.attention
// HEADS-NOT:    output
// HEADS:      tensor.expand_shape %[[O]] {{\[\[}}0], [1], [2, 3]]
// HEADS-NEXT: call @end

// REDEFINE: %{case} = SHARED
// RUN: %{fuse}
// SHARED:     remark: not fused: no output projection follows
// SHARED:     %[[O:.*]] = cca.attention
// SHARED-NOT:   output
// SHARED:     call @use(%[[O]])
// SHARED:     linalg.contract {{.*}} ins(%[[O]],

// REDEFINE: %{case} = UNROUNDED
// RUN: %{fuse}
// UNROUNDED:     remark: not fused: no output projection follows, rounded to the element type of the hidden states
// UNROUNDED:     cca.attention
// UNROUNDED-NOT:   output
// UNROUNDED:     linalg.contract

// REDEFINE: %{case} = UNBIASED
// RUN: %{fuse}
// UNBIASED:     remark: not fused: the output projection has a bias, but the others have none
// UNBIASED:     cca.attention
// UNBIASED-NOT:   output
// UNBIASED:     linalg.contract

// REDEFINE: %{case} = WIDE
// RUN: %{fuse}
// WIDE:     remark: not fused: the result would be invalid: 'cca.attention' op expects w_o to be E x (Hq * D) = 8x16, but got 'tensor<9x16xbf16>'
// WIDE:     cca.attention
// WIDE-NOT:   output
// WIDE:     linalg.contract

!h = tensor<?x?x8xbf16>
!q = tensor<?x?x4x4xbf16>
!k = tensor<?x?x2x4xbf16>
!o = tensor<?x?x16xbf16>
!lse = tensor<?x4x?xf32>
!out = tensor<?x?x8xf32>

#in = affine_map<(b, s, o, i) -> (b, s, i)>
#weight = affine_map<(b, s, o, i) -> (o, i)>
#out = affine_map<(b, s, o, i) -> (b, s, o)>

func.func private @use(!o)
func.func private @use_heads(!q)
func.func private @use_lse(!lse)
func.func private @use_keys(!k)
func.func private @use_out(!out)
// +HEADS func.func private @end(!q) -> !h
// +WIDE func.func private @end(tensor<?x?x9xbf16>) -> !h

func.func @attention(%h: !h, %w_q: tensor<16x8xbf16>, %w_k: tensor<8x8xbf16>, %w_v: tensor<4x8xbf16>,
                     %w0: tensor<24x2xbf16>, %b: tensor<24xbf16>, %w1: tensor<24x4x2xbf16>,
                     %t: tensor<2xf32>, %table: tensor<?x4xf32>, %b_q: tensor<16xbf16>,
                     %b_k: tensor<8xbf16>, %b_v: tensor<4xbf16>, %cu: tensor<?xi32>,
                     %w_o: tensor<8x16xbf16>, %b_o: tensor<8xbf16>, %w_9: tensor<9x16xbf16>) -> !h {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %q, %k, %v = cca.prologue %h : !h
      query(%w_q : tensor<16x8xbf16>)
      key(%w_k : tensor<8x8xbf16>)
      value(%w_v, %w_v : tensor<4x8xbf16>, tensor<4x8xbf16>)
      bias(%b_q, %b_k, %b_v, %b_v : tensor<16xbf16>, tensor<8xbf16>, tensor<4xbf16>, tensor<4xbf16>) // -UNBIASED
      depthwise(%w0, %b : tensor<24x2xbf16>, tensor<24xbf16>)
      grouped(%w1, %b : tensor<24x4x2xbf16>, tensor<24xbf16>)
      normalize clamp eps 1.0e-06
      temperature exp(%t : tensor<2xf32>)
      rope interleaved(%table, %table : tensor<?x4xf32>, tensor<?x4xf32>)
      packed(%cu : tensor<?xi32>)
      -> !q, !k, !k
  // Sizes may be asked of any tensor.
  %B = tensor.dim %q, %zero : !q
  %S = tensor.dim %k, %one : !k
  // Nobody reads this one.
  %k_f32 = arith.extf %k : !k to tensor<?x?x2x4xf32>
  // +CACHED call @use_keys(%k) : (!k) -> ()
  // +TWICE %o_2 = cca.flash_attention query(%q : !q) key(%k : !k) value(%v : !k) packed(%cu : tensor<?xi32>) -> !q
  // +TWICE call @use_heads(%o_2) : (!q) -> ()

  %o = cca.flash_attention query(%q : !q) key(%k : !k) value(%v : !k) packed(%cu : tensor<?xi32>) causal window 4 softmax_scale 0.5 -> !q // -LSE -SWAPPED -UNPACKED -LOOP -SCHEDULE -BOUND
  // +SCHEDULE %o = cca.flash_attention query(%q : !q) key(%k : !k) value(%v : !k) packed(%cu : tensor<?xi32>) schedule <block_q = 64, block_kv = 16, stages = 1, consumers = 1, softmax = online, ping_pong = false> -> !q
  // +BOUND %bound = math.exp %t : tensor<2xf32>
  // +BOUND %o = cca.flash_attention query(%q : !q) key(%k : !k) value(%v : !k) normalized(%bound : tensor<2xf32>) packed(%cu : tensor<?xi32>) -> !q
  // +LSE %o, %lse = cca.flash_attention query(%q : !q) key(%k : !k) value(%v : !k) packed(%cu : tensor<?xi32>) -> !q, !lse
  // +LSE call @use_lse(%lse) : (!lse) -> ()
  // +SWAPPED %o = cca.flash_attention query(%q : !q) key(%v : !k) value(%k : !k) packed(%cu : tensor<?xi32>) -> !q
  // +UNPACKED %o = cca.flash_attention query(%q : !q) key(%k : !k) value(%v : !k) -> !q
  // +LOOP %o = scf.for %i = %zero to %S step %one iter_args(%last = %q) -> !q {
  // +LOOP   %o_i = cca.flash_attention query(%q : !q) key(%k : !k) value(%v : !k) packed(%cu : tensor<?xi32>) -> !q
  // +LOOP   scf.yield %o_i : !q
  // +LOOP }
  %merged = tensor.collapse_shape %o [[0], [1], [2, 3]] : !q into !o // -HEADS
  // +SHARED call @use(%merged) : (!o) -> ()

  %empty = tensor.empty(%B, %S) : !out
  %b_f32 = arith.extf %b_o : tensor<8xbf16> to tensor<8xf32>
  %init = linalg.broadcast ins(%b_f32 : tensor<8xf32>) outs(%empty : !out) dimensions = [0, 1]
  %product = linalg.contract indexing_maps = [#in, #weight, #out] ins(%merged, %w_o : !o, tensor<8x16xbf16>) outs(%init : !out) -> !out // -HEADS -WIDE
  // +UNROUNDED call @use_out(%product) : (!out) -> ()
  %out = arith.truncf %product : !out to !h // -HEADS -WIDE
  // +HEADS %out = call @end(%o) : (!q) -> !h
  // +WIDE %acc = tensor.empty(%B, %S) : tensor<?x?x9xf32>
  // +WIDE %c = arith.constant 0.0 : f32
  // +WIDE %acc_0 = linalg.fill ins(%c : f32) outs(%acc : tensor<?x?x9xf32>) -> tensor<?x?x9xf32>
  // +WIDE %wide = linalg.contract indexing_maps = [#in, #weight, #out] ins(%merged, %w_9 : !o, tensor<9x16xbf16>) outs(%acc_0 : tensor<?x?x9xf32>) -> tensor<?x?x9xf32>
  // +WIDE %narrow = arith.truncf %wide : tensor<?x?x9xf32> to tensor<?x?x9xbf16>
  // +WIDE %out = call @end(%narrow) : (tensor<?x?x9xbf16>) -> !h
  return %out : !h
}
