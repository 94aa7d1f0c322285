//===- EvaluateScalars.h - Ops on constant scalars --------------*- C++ -*-===//

#ifndef CCA_LIB_DIALECT_CCA_TRANSFORMS_EVALUATESCALARS_H
#define CCA_LIB_DIALECT_CCA_TRANSFORMS_EVALUATESCALARS_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/APFloat.h"

namespace mlir::cca {

/// What a number is in another format, rounded to nearest even.
llvm::APFloat toSemantics(float x, const llvm::fltSemantics &semantics);

/// A number of a format whose numbers are floats.
float toFloat(llvm::APFloat x);

/// The float that is the nearest number of a type.
float roundTo(Type type, float x);

/// What an op does to its operands before its result is rounded. An op with
/// one operand ignores the second.
using ScalarFunction = float (*)(float, float);

/// Null for an op that is not one of those with which weights are packed.
ScalarFunction getScalarFunction(Operation *op);

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_CCA_TRANSFORMS_EVALUATESCALARS_H
