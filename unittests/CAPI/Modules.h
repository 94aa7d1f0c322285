//===- Modules.h - Modules that the tests compile ---------------*- C++ -*-===//

#ifndef CCA_UNITTESTS_CAPI_MODULES_H
#define CCA_UNITTESTS_CAPI_MODULES_H

#include "cca-c/Compiler.h"

#include <cstring>
#include <memory>
#include <string>

/// out = 2 in, which the fake driver computes.
inline constexpr char twice[] = R"mlir(
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gpu.func @twice(%in: memref<?xf32, strided<[?], offset: ?>>,
                    %out: memref<?xf32>) kernel
        attributes {known_block_size = array<i32: 128, 1, 1>} {
      %i = gpu.global_id x
      %0 = memref.load %in[%i] : memref<?xf32, strided<[?], offset: ?>>
      %1 = arith.addf %0, %0 : f32
      memref.store %1, %out[%i] : memref<?xf32>
      gpu.return
    }
  }
  func.func @double(%in: memref<?xf32>, %out: memref<?xf32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c128 = arith.constant 128 : index
    %n = memref.dim %in, %c0 : memref<?xf32>
    %blocks = arith.ceildivui %n, %c128 : index
    %view = memref.cast %in
        : memref<?xf32> to memref<?xf32, strided<[?], offset: ?>>
    gpu.launch_func @kernels::@twice
        blocks in (%blocks, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%view : memref<?xf32, strided<[?], offset: ?>>,
             %out : memref<?xf32>)
    return
  }
}
)mlir";

inline constexpr char attention[] = R"mlir(
func.func @attention(%query: tensor<?x?x4x128xbf16>,
                     %key: tensor<?x?x2x128xbf16>,
                     %value: tensor<?x?x2x128xbf16>) -> tensor<?x?x4x128xbf16> {
  %o = cca.flash_attention
      query(%query : tensor<?x?x4x128xbf16>)
      key(%key : tensor<?x?x2x128xbf16>)
      value(%value : tensor<?x?x2x128xbf16>)
      causal
      -> tensor<?x?x4x128xbf16>
  return %o : tensor<?x?x4x128xbf16>
}
)mlir";

/// Two kernels, and a tensor between them: B x S x 4 x 128 elements.
inline constexpr char twoKernels[] = R"mlir(
func.func @attend(%query: tensor<?x?x4x128xbf16>, %key: tensor<?x?x2x128xbf16>)
    -> tensor<?x?x4x128xbf16> {
  %0 = cca.flash_attention
      query(%query : tensor<?x?x4x128xbf16>)
      key(%key : tensor<?x?x2x128xbf16>)
      value(%key : tensor<?x?x2x128xbf16>)
      causal
      -> tensor<?x?x4x128xbf16>
  %1 = cca.flash_attention
      query(%0 : tensor<?x?x4x128xbf16>)
      key(%key : tensor<?x?x2x128xbf16>)
      value(%key : tensor<?x?x2x128xbf16>)
      causal
      -> tensor<?x?x4x128xbf16>
  return %1 : tensor<?x?x4x128xbf16>
}
)mlir";

struct DestroyProgram {
  void operator()(cca_program *program) const { cca_program_destroy(program); }
};
using ProgramPtr = std::unique_ptr<cca_program, DestroyProgram>;

/// Null if it does not compile.
inline ProgramPtr compile(const std::string &text,
                          const cca_compile_options *options = nullptr) {
  cca_program *program = nullptr;
  cca_program_compile(text.data(), text.size(), options, &program);
  return ProgramPtr(program);
}

#endif // CCA_UNITTESTS_CAPI_MODULES_H
