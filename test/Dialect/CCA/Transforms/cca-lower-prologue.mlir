// RUN: cca-opt %s --cca-lower-prologue --split-input-file | FileCheck %s --implicit-check-not=cca.prologue
// RUN: cca-opt %s --cca-lower-prologue=structure=fused --split-input-file \
// RUN:   | FileCheck %s --check-prefix=FUSED --implicit-check-not='{{cca.prologue|cca.latents|cca.mix}}'

!hidden = tensor<?x?x64xbf16>
!q = tensor<?x?x4x64xbf16>
!k = tensor<?x?x2x64xbf16>

// Weights in the order of cca.latents, taps of the token m before: m is the first dimension.
// Two depthwise taps are not folded, but in one kernel.
// CHECK-DAG:   #[[OF_CHANNELS:.*]] = affine_map<(d0, d1) -> (d1, -d0 + 1)>
// CHECK-DAG:   #[[OF_HEADS:.*]] = affine_map<(d0, d1, d2) -> (d1, d2, -d0 + 1)>
// CHECK-LABEL: @prologue
// CHECK:         %[[W:.*]] = tensor.concat dim(0) %arg1, %arg2, %arg3, %arg4 {cca.packing} : {{.*}} -> tensor<512x64xbf16>
// CHECK:         %[[DEPTHWISE:.*]] = linalg.generic {indexing_maps = [#[[OF_CHANNELS]], #{{.*}}], {{.*}} ins(%arg5 {{.*}} outs({{.*}} : tensor<2x384xbf16>) attrs = {cca.packing}
// CHECK:         %[[TAPS:.*]] = linalg.generic {indexing_maps = [#[[OF_HEADS]], #{{.*}}], {{.*}} ins(%arg7 {{.*}} outs({{.*}} : tensor<2x384x64xbf16>) attrs = {cca.packing}
// CHECK:         %[[BIAS:.*]] = tensor.collapse_shape {{.*}} into tensor<384xf32>
// CHECK:         %[[X:.*]], %[[V:.*]] = cca.latents %arg0
// CHECK-NEXT:      weight(%[[W]]
// CHECK-NOT:       bias
// CHECK:           -> tensor<?x?x384xbf16>, tensor<?x?x2x64xbf16>
// CHECK:         %[[Q:.*]], %[[K:.*]] = cca.mix %[[X]]
// CHECK-NEXT:      depthwise(%[[DEPTHWISE]] : tensor<2x384xbf16>)
// CHECK-NEXT:      taps(%[[TAPS]], %[[BIAS]]
// CHECK-NEXT:      normalize clamp eps 7.812500e-03
// CHECK-NEXT:      temperature linear(%arg9
// CHECK-NEXT:      rope half(%arg10, %arg11
// CHECK-NEXT:      ->
// CHECK:         return %[[Q]], %[[K]], %[[V]]

// FUSED-LABEL: @prologue
// FUSED:         %[[W:.*]] = tensor.concat dim(0) %arg1, %arg2, %arg3, %arg4 {cca.packing}
// FUSED:         %[[FOLDED:.*]] = tensor.collapse_shape {{.*}} into tensor<384x64x3xf32>
// FUSED:         %[[TAPS:.*]] = linalg.generic {{.*}} ins(%[[FOLDED]] {{.*}} outs({{.*}} : tensor<3x384x64xbf16>)
// FUSED:         %[[BIAS:.*]] = tensor.collapse_shape {{.*}} into tensor<384xf32>
// FUSED:         %[[Q:.*]], %[[K:.*]], %[[V:.*]] = cca.fused_prologue %arg0
// FUSED-NEXT:      weight(%[[W]]
// FUSED-NEXT:      taps(%[[TAPS]], %[[BIAS]]
// FUSED-NEXT:      normalize clamp eps 7.812500e-03
// FUSED-NEXT:      temperature linear(%arg9
// FUSED-NEXT:      rope half(%arg10, %arg11
// FUSED-NEXT:      ->
// FUSED:         return %[[Q]], %[[K]], %[[V]]
func.func @prologue(%hidden: !hidden, %w_q: tensor<256x64xbf16>, %w_k: tensor<128x64xbf16>, %w_v0: tensor<64x64xbf16>,
    %w_v1: tensor<64x64xbf16>, %w0: tensor<384x2xbf16>, %b0: tensor<384xbf16>, %w1: tensor<384x64x2xbf16>,
    %b1: tensor<384xbf16>, %t: tensor<2xf32>, %cos: tensor<?x32xbf16>, %sin: tensor<?x32xbf16>) -> (!q, !k, !k) {
  %q, %k, %v = cca.prologue %hidden : !hidden
      query(%w_q : tensor<256x64xbf16>) key(%w_k : tensor<128x64xbf16>)
      value(%w_v0, %w_v1 : tensor<64x64xbf16>, tensor<64x64xbf16>)
      depthwise(%w0, %b0 : tensor<384x2xbf16>, tensor<384xbf16>)
      grouped(%w1, %b1 : tensor<384x64x2xbf16>, tensor<384xbf16>)
      normalize clamp eps 7.8125e-03 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x32xbf16>, tensor<?x32xbf16>) -> !q, !k, !k
  return %q, %k, %v : !q, !k, !k
}

// -----

!hidden = tensor<1x?x64xbf16>
!q = tensor<1x?x4x64xbf16>
!k = tensor<1x?x2x64xbf16>

// The attention that follows leaves its scale, 1/8 log2(e), to the queries.
// CHECK-LABEL: @attention
// CHECK:         %[[B:.*]] = tensor.concat dim(0) %arg12, %arg13, %arg14, %arg15 {cca.packing} : {{.*}} -> tensor<512xbf16>
// CHECK:         cca.latents
// CHECK:           bias(%[[B]] : tensor<512xbf16>)
// CHECK:           packed(%arg16
// CHECK:         %[[Q:.*]], %[[K:.*]] = cca.mix
// CHECK-NEXT:      taps({{.*}} : tensor<1x384x64xbf16>,
// CHECK:           packed(%arg16
// CHECK-NEXT:      query_factor 0.18033688
// CHECK:         %[[FACTOR:.*]] = arith.constant dense<0.180336878> : tensor<2xf32>
// CHECK:         %[[BOUND:.*]] = arith.mulf %arg9, %[[FACTOR]]
// CHECK:         cca.flash_attention
// CHECK-NEXT:      query(%[[Q]]
// CHECK:           normalized(%[[BOUND]]
// CHECK:           softmax_scale 0.6931471

// FUSED-LABEL: @attention
// FUSED:         %[[B:.*]] = tensor.concat dim(0) %arg12, %arg13, %arg14, %arg15 {cca.packing}
// FUSED:         %[[Q:.*]], %[[K:.*]], %[[V:.*]] = cca.fused_prologue
// FUSED:           projection_bias(%[[B]] : tensor<512xbf16>)
// FUSED:           packed(%arg16
// FUSED-NEXT:      query_factor 0.18033688
// FUSED:         cca.flash_attention
// FUSED-NEXT:      query(%[[Q]]
func.func @attention(%hidden: !hidden, %w_q: tensor<256x64xbf16>, %w_k: tensor<128x64xbf16>, %w_v0: tensor<64x64xbf16>,
    %w_v1: tensor<64x64xbf16>, %w0: tensor<384x1xbf16>, %b0: tensor<384xbf16>, %w1: tensor<384x64x1xbf16>,
    %b1: tensor<384xbf16>, %t: tensor<2xf32>, %cos: tensor<?x32xbf16>, %sin: tensor<?x32xbf16>,
    %b_q: tensor<256xbf16>, %b_k: tensor<128xbf16>, %b_v0: tensor<64xbf16>, %b_v1: tensor<64xbf16>,
    %cu: tensor<?xi32>) -> !q {
  %q, %k, %v = cca.prologue %hidden : !hidden
      query(%w_q : tensor<256x64xbf16>) key(%w_k : tensor<128x64xbf16>)
      value(%w_v0, %w_v1 : tensor<64x64xbf16>, tensor<64x64xbf16>)
      bias(%b_q, %b_k, %b_v0, %b_v1 : tensor<256xbf16>, tensor<128xbf16>, tensor<64xbf16>, tensor<64xbf16>)
      depthwise(%w0, %b0 : tensor<384x1xbf16>, tensor<384xbf16>)
      grouped(%w1, %b1 : tensor<384x64x1xbf16>, tensor<384xbf16>)
      normalize clamp eps 7.8125e-03 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x32xbf16>, tensor<?x32xbf16>)
      packed(%cu : tensor<?xi32>) -> !q, !k, !k
  %o = cca.flash_attention query(%q : !q) key(%k : !k) value(%v : !k)
      normalized(%t : tensor<2xf32>) packed(%cu : tensor<?xi32>) causal -> !q
  return %o : !q
}

// -----

!hidden = tensor<?x?x64xbf16>
!q = tensor<?x?x4x64xbf16>
!k = tensor<?x?x2x64xbf16>

// Three depthwise taps and two of the second convolution are folded into four.
// CHECK:       #[[REVERSED:.*]] = affine_map<(d0, d1, d2) -> (d1, d2, -d0 + 3)>
// CHECK-LABEL: @folded
// CHECK:         %[[FOLDED:.*]] = tensor.collapse_shape {{.*}} into tensor<384x64x4xf32>
// CHECK:         %[[TAPS:.*]] = linalg.generic {indexing_maps = [#[[REVERSED]], #{{.*}}], {{.*}} ins(%[[FOLDED]] {{.*}} outs({{.*}} : tensor<4x384x64xbf16>) attrs = {cca.packing}
// CHECK:           arith.truncf
// CHECK:         %[[BIAS:.*]] = tensor.collapse_shape {{.*}} into tensor<384xf32>
// CHECK:         cca.mix
// CHECK-NEXT:      taps(%[[TAPS]], %[[BIAS]]

// FUSED-LABEL: @folded
// FUSED:         cca.fused_prologue
// FUSED:           taps({{.*}} : tensor<4x384x64xbf16>,
func.func @folded(%hidden: !hidden, %w_q: tensor<256x64xbf16>, %w_k: tensor<128x64xbf16>, %w_v0: tensor<64x64xbf16>,
    %w_v1: tensor<64x64xbf16>, %w0: tensor<384x3xbf16>, %b0: tensor<384xbf16>, %w1: tensor<384x64x2xbf16>,
    %b1: tensor<384xbf16>, %t: tensor<2xf32>, %cos: tensor<?x32xbf16>, %sin: tensor<?x32xbf16>) -> (!q, !k, !k) {
  %q, %k, %v = cca.prologue %hidden : !hidden
      query(%w_q : tensor<256x64xbf16>) key(%w_k : tensor<128x64xbf16>)
      value(%w_v0, %w_v1 : tensor<64x64xbf16>, tensor<64x64xbf16>)
      depthwise(%w0, %b0 : tensor<384x3xbf16>, tensor<384xbf16>)
      grouped(%w1, %b1 : tensor<384x64x2xbf16>, tensor<384xbf16>)
      normalize clamp eps 7.8125e-03 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x32xbf16>, tensor<?x32xbf16>) -> !q, !k, !k
  return %q, %k, %v : !q, !k, !k
}
