//===- Passes.h - Passes on the cca dialect ---------------------*- C++ -*-===//

#ifndef CCA_DIALECT_CCA_TRANSFORMS_PASSES_H
#define CCA_DIALECT_CCA_TRANSFORMS_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir {
class RewritePatternSet;

namespace cca {

/// How far `cca-decompose` goes.
enum class Grain {
  Kernels, ///< cca.attention to prologue, flash attention and projection
  Steps,   ///< and cca.prologue to its steps
};

/// How many kernels a prologue is.
enum class PrologueStructure {
  Split, ///< cca.latents, cca.mix
  Fused, ///< cca.fused_prologue
};

/// Of ops that compute what kernels read instead of weights.
inline constexpr llvm::StringLiteral packingAttrName = "cca.packing";
/// Of arguments: which result of the function that packs weights it is.
inline constexpr llvm::StringLiteral packedAttrName = "cca.packed";
/// What the name of such a function ends in, after that of the other.
inline constexpr llvm::StringLiteral packSuffix = "_pack";

#define GEN_PASS_DECL
#include "cca/Dialect/CCA/Transforms/Passes.h.inc"

/// The patterns of `cca-decompose`, down to `grain`.
void populateDecomposePatterns(RewritePatternSet &patterns, Grain grain);

/// The pattern of `cca-fold-convs`.
void populateFoldConvsPatterns(RewritePatternSet &patterns);

/// The patterns of `cca-fuse`, for a greedy driver that does not fold.
void populateFusePatterns(RewritePatternSet &patterns);

#define GEN_PASS_REGISTRATION
#include "cca/Dialect/CCA/Transforms/Passes.h.inc"

} // namespace cca
} // namespace mlir

#endif // CCA_DIALECT_CCA_TRANSFORMS_PASSES_H
