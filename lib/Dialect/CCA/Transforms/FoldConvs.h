//===- FoldConvs.h - Two convolutions as one --------------------*- C++ -*-===//

#ifndef CCA_LIB_DIALECT_CCA_TRANSFORMS_FOLDCONVS_H
#define CCA_LIB_DIALECT_CCA_TRANSFORMS_FOLDCONVS_H

#include "mlir/IR/Builders.h"

namespace mlir::cca {

/// The weights of one grouped convolution, C x D x (t0 + t1 - 1), f32, of a
/// depthwise one (`w0`, C x t0) and a grouped one (`w1`, C x D x t1).
Value foldWeights(OpBuilder &b, Location loc, Value w0, Value w1);

/// Its bias, C elements, f32.
Value foldBias(OpBuilder &b, Location loc, Value b0, Value w1, Value b1);

/// Whether one convolution is all that the two are: with padding of each stage
/// only if a zero before the sequence is what the depthwise bias would be.
bool isFoldable(Value depthwiseBias, bool perStagePadding);

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_CCA_TRANSFORMS_FOLDCONVS_H
