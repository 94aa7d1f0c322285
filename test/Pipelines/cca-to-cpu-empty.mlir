// Static batches without rows and sequences without tokens compile.
//
// DEFINE: %{check} = FileCheck %s --implicit-check-not='{{(cca|linalg|tensor|memref|scf|cf|arith|func)[.][a-z]}}'
// RUN: cca-opt %s --cca-to-cpu | %{check}
// RUN: cca-opt %s --cca-to-cpu=runtime-checks=false | %{check}
// RUN: cca-opt %s --cca-to-cpu=fold-convs=true | %{check}
// RUN: cca-opt %s --canonicalize --cca-to-cpu | %{check}

// CHECK: llvm.func @no_tokens(
func.func @no_tokens(
    %hidden: tensor<1x0x6xf32>, %w_q: tensor<8x6xf32>, %w_k: tensor<4x6xf32>, %w_v: tensor<2x6xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<0x2xf32>, %w_o: tensor<6x8xf32>, %cu_seqlens: tensor<1xi32>) -> tensor<1x0x6xf32> {
  %out = cca.attention %hidden : tensor<1x0x6xf32>
      query(%w_q : tensor<8x6xf32>) key(%w_k : tensor<4x6xf32>)
      value(%w_v, %w_v : tensor<2x6xf32>, tensor<2x6xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<0x2xf32>, tensor<0x2xf32>)
      packed(%cu_seqlens : tensor<1xi32>)
      output(%w_o : tensor<6x8xf32>)
      -> tensor<1x0x6xf32>
  return %out : tensor<1x0x6xf32>
}

// CHECK: llvm.func @no_batch_rows(
func.func @no_batch_rows(
    %hidden: tensor<0x?x6xbf16>, %w_q: tensor<8x6xbf16>, %w_k: tensor<4x6xbf16>, %w_v: tensor<2x6xbf16>,
    %w0: tensor<12x2xbf16>, %b: tensor<12xbf16>, %w1: tensor<12x4x2xbf16>, %t: tensor<1xf32>,
    %cos: tensor<?x2xbf16>) -> (tensor<0x?x2x4xbf16>, tensor<0x?x1x4xbf16>, tensor<0x?x1x4xbf16>) {
  %q, %k, %v = cca.prologue %hidden : tensor<0x?x6xbf16>
      query(%w_q : tensor<8x6xbf16>) key(%w_k : tensor<4x6xbf16>)
      value(%w_v, %w_v : tensor<2x6xbf16>, tensor<2x6xbf16>)
      depthwise(%w0, %b : tensor<12x2xbf16>, tensor<12xbf16>)
      grouped(%w1, %b : tensor<12x4x2xbf16>, tensor<12xbf16>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<?x2xbf16>, tensor<?x2xbf16>)
      -> tensor<0x?x2x4xbf16>, tensor<0x?x1x4xbf16>, tensor<0x?x1x4xbf16>
  return %q, %k, %v : tensor<0x?x2x4xbf16>, tensor<0x?x1x4xbf16>, tensor<0x?x1x4xbf16>
}

// The hidden size may be 0 too: all projections are zero.
// CHECK: llvm.func @no_hidden_channels(
func.func @no_hidden_channels(
    %hidden: tensor<1x2x0xf32>, %w_q: tensor<8x0xf32>, %w_k: tensor<4x0xf32>, %w_v: tensor<2x0xf32>,
    %w0: tensor<12x2xf32>, %b: tensor<12xf32>, %w1: tensor<12x4x2xf32>, %t: tensor<1xf32>,
    %cos: tensor<2x0xf32>) -> tensor<1x2x8xf32> {
  %out = cca.attention %hidden : tensor<1x2x0xf32>
      query(%w_q : tensor<8x0xf32>) key(%w_k : tensor<4x0xf32>)
      value(%w_v, %w_v : tensor<2x0xf32>, tensor<2x0xf32>)
      depthwise(%w0, %b : tensor<12x2xf32>, tensor<12xf32>)
      grouped(%w1, %b : tensor<12x4x2xf32>, tensor<12xf32>)
      normalize clamp eps 0.0 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<2x0xf32>, tensor<2x0xf32>)
      -> tensor<1x2x8xf32>
  return %out : tensor<1x2x8xf32>
}

// CHECK: llvm.func @no_row_to_attend(
func.func @no_row_to_attend(%q: tensor<0x0x2x4xf16>, %cu_seqlens: tensor<?xi32>, %x: tensor<?x0x4xf16>)
    -> (tensor<0x0x2x4xf16>, tensor<0x2x0xf32>, tensor<?x0x8xf16>) {
  %o, %lse = cca.flash_attention
      query(%q : tensor<0x0x2x4xf16>) key(%q : tensor<0x0x2x4xf16>) value(%q : tensor<0x0x2x4xf16>)
      causal window 1 -> tensor<0x0x2x4xf16>, tensor<0x2x0xf32>
  %v = cca.value_shift %x, %x : tensor<?x0x4xf16>, tensor<?x0x4xf16> packed(%cu_seqlens : tensor<?xi32>)
  return %o, %lse, %v : tensor<0x0x2x4xf16>, tensor<0x2x0xf32>, tensor<?x0x8xf16>
}
