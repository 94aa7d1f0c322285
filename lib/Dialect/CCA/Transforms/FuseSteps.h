//===- FuseSteps.h - The steps of one prologue ------------------*- C++ -*-===//

#ifndef CCA_LIB_DIALECT_CCA_TRANSFORMS_FUSESTEPS_H
#define CCA_LIB_DIALECT_CCA_TRANSFORMS_FUSESTEPS_H

#include "FuseMatchers.h"
#include "cca/Dialect/CCA/IR/CCA.h"

namespace mlir::cca::fuse {

/// What follows the q/k mean, for queries or keys.
struct HeadSteps {
  QKNormOp norm;
  RopeOp rope; // null: none

  Value result() { return rope ? rope.getY() : norm.getY(); }
};

/// Steps that compute what one cca.prologue does, up to element types.
struct PrologueSteps {
  Projection q0, k0, current, delayed;
  ConvOp conv;
  QKMeanOp mean;
  HeadSteps query, key;
  ValueShiftOp shift;

  int64_t headDim() { return mean.getQ0().getType().getDimSize(3); }
  int64_t queryHeads() { return mean.getQ0().getType().getDimSize(2); }
  int64_t keyHeads() { return mean.getK0().getType().getDimSize(2); }
};

/// Finds the steps around `mean`, the one step that sees both queries and keys.
FailureOr<PrologueSteps> matchPrologue(QKMeanOp mean, Refuse refuse);

} // namespace mlir::cca::fuse

#endif // CCA_LIB_DIALECT_CCA_TRANSFORMS_FUSESTEPS_H
