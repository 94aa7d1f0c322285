// RUN: cca-opt %s --cca-to-cpu > %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: FileCheck %s --check-prefix=LLVM < %t.mlir

// What `translate-to-llvmir` accepts: the LLVM dialect, nothing else.
// RUN: mlir-translate %t.mlir --mlir-to-llvmir | FileCheck %s --check-prefix=IR
// IR: define {{.*}} @_mlir_ciface_block

// LLVM-NOT: {{(cca|linalg|tensor|bufferization|memref|scf|cf|arith|math|affine|func)\.[a-z]}}
// LLVM-NOT: unrealized_conversion_cast

// Rounding to bf16 is integer arithmetic: LLVM would call a library function.
// LLVM-NOT: f32 to bf16

// Sizes that do not agree and a wrong cu_seqlens end the program, unless told otherwise.
// RUN: cca-opt %s --cca-to-cpu=runtime-checks=false | FileCheck %s --check-prefix=UNCHECKED
// UNCHECKED-NOT: @abort
// UNCHECKED-NOT: assert_msg

// CHECK-DAG: llvm.mlir.global private constant @assert_msg
// CHECK-DAG: llvm.func @abort()

// C callers pass pointers: to the results, then to each operand.
// CHECK: llvm.func @block(
// CHECK:   llvm.call @abort()
// CHECK: llvm.func @_mlir_ciface_block(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, {{.*}}) attributes {llvm.emit_c_interface}
// CHECK:   llvm.call @block(
func.func @block(
    %hidden: tensor<1x?x6xbf16>, %w_q: tensor<8x6xbf16>, %w_k: tensor<4x6xbf16>, %w_v: tensor<2x6xbf16>,
    %w0: tensor<12x2xbf16>, %b: tensor<12xbf16>, %w1: tensor<12x4x2xbf16>, %t: tensor<1xf32>,
    %cos: tensor<?x2xf32>, %w_o: tensor<6x8xbf16>, %cu_seqlens: tensor<?xi32>) -> tensor<1x?x6xbf16> {
  %out = cca.attention %hidden : tensor<1x?x6xbf16>
      query(%w_q : tensor<8x6xbf16>) key(%w_k : tensor<4x6xbf16>)
      value(%w_v, %w_v : tensor<2x6xbf16>, tensor<2x6xbf16>)
      depthwise(%w0, %b : tensor<12x2xbf16>, tensor<12xbf16>)
      grouped(%w1, %b : tensor<12x4x2xbf16>, tensor<12xbf16>)
      normalize clamp eps 7.812500e-03 temperature exp(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<?x2xf32>, tensor<?x2xf32>)
      packed(%cu_seqlens : tensor<?xi32>) causal
      output(%w_o : tensor<6x8xbf16>)
      -> tensor<1x?x6xbf16>
  return %out : tensor<1x?x6xbf16>
}

// CHECK: llvm.func @_mlir_ciface_prologue(
func.func @prologue(
    %hidden: tensor<?x?x6xf16>, %w_q: tensor<8x6xf16>, %w_k: tensor<4x6xf16>, %w_v: tensor<2x6xf16>,
    %w0: tensor<12x2xf16>, %b: tensor<12xf16>, %w1: tensor<12x4x2xf16>, %t: tensor<1xf32>,
    %cos: tensor<?x2xf16>) -> (tensor<?x?x2x4xf16>, tensor<?x?x1x4xf16>, tensor<?x?x1x4xf16>) {
  %q, %k, %v = cca.prologue %hidden : tensor<?x?x6xf16>
      query(%w_q : tensor<8x6xf16>) key(%w_k : tensor<4x6xf16>)
      value(%w_v, %w_v : tensor<2x6xf16>, tensor<2x6xf16>)
      depthwise(%w0, %b : tensor<12x2xf16>, tensor<12xf16>)
      grouped(%w1, %b : tensor<12x4x2xf16>, tensor<12xf16>) per_stage_padding
      normalize rsqrt eps 0.25 temperature linear(%t : tensor<1xf32>)
      rope interleaved(%cos, %cos : tensor<?x2xf16>, tensor<?x2xf16>)
      -> tensor<?x?x2x4xf16>, tensor<?x?x1x4xf16>, tensor<?x?x1x4xf16>
  return %q, %k, %v : tensor<?x?x2x4xf16>, tensor<?x?x1x4xf16>, tensor<?x?x1x4xf16>
}

// CHECK: llvm.func @_mlir_ciface_attention(
func.func @attention(%q: tensor<?x?x2x4xf32>, %k: tensor<?x?x1x4xf32>) -> (tensor<?x?x2x4xf32>, tensor<?x2x?xf32>) {
  %o, %lse = cca.flash_attention
      query(%q : tensor<?x?x2x4xf32>) key(%k : tensor<?x?x1x4xf32>) value(%k : tensor<?x?x1x4xf32>)
      window 3 -> tensor<?x?x2x4xf32>, tensor<?x2x?xf32>
  return %o, %lse : tensor<?x?x2x4xf32>, tensor<?x2x?xf32>
}
