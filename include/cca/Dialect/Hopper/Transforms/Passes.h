//===- Passes.h - Passes on the hopper dialect ------------------*- C++ -*-===//

#ifndef CCA_DIALECT_HOPPER_TRANSFORMS_PASSES_H
#define CCA_DIALECT_HOPPER_TRANSFORMS_PASSES_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Pass/Pass.h"

namespace mlir::cca {

/// The schedule of a kernel, of any kind, which these passes read.
inline constexpr llvm::StringLiteral scheduleAttrName = "cca.schedule";
/// Of a `hopper.load`: how many stages its ring has, where that is not for the
/// schedule alone to say.
inline constexpr llvm::StringLiteral stagesAttrName = "hopper.stages";
/// Of `hopper.load`s that share a ring, whatever their tensor maps are: its
/// name.
inline constexpr llvm::StringLiteral ringAttrName = "hopper.shared_ring";
/// Of an `scf.for` over tiles, where consumers have tiles of their own: they
/// take its iterations in turn.
inline constexpr llvm::StringLiteral dealtAttrName = "hopper.dealt";
/// A kernel's bytes of dynamic shared memory, set by `hopper-allocate-smem`.
inline constexpr llvm::StringLiteral smemBytesAttrName = "hopper.smem_bytes";

#define GEN_PASS_DECL
#include "cca/Dialect/Hopper/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "cca/Dialect/Hopper/Transforms/Passes.h.inc"

} // namespace mlir::cca

#endif // CCA_DIALECT_HOPPER_TRANSFORMS_PASSES_H
