//===- DecomposeMix.h - cca.mix to its steps --------------------*- C++ -*-===//

#ifndef CCA_LIB_DIALECT_CCA_TRANSFORMS_DECOMPOSEMIX_H
#define CCA_LIB_DIALECT_CCA_TRANSFORMS_DECOMPOSEMIX_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::cca {

/// Channels `begin` to `begin + count` of `x` (B x S x C), as heads.
Value sliceHeads(OpBuilder &b, Location loc, Value x, int64_t begin,
                 int64_t count, int64_t headDim);

void populateDecomposeMixPatterns(RewritePatternSet &patterns);

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_CCA_TRANSFORMS_DECOMPOSEMIX_H
