//===- EvaluateLinalg.h - Loops over constant tensors -----------*- C++ -*-===//

#ifndef CCA_LIB_DIALECT_CCA_TRANSFORMS_EVALUATELINALG_H
#define CCA_LIB_DIALECT_CCA_TRANSFORMS_EVALUATELINALG_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <optional>
#include <vector>

namespace mlir::cca {

/// The result of an op on tensors of known elements, row by row. An operand
/// that is a scalar has no elements here, and must be a constant. None if the
/// op does what packing does not.
std::optional<std::vector<float>>
evaluateLinalg(linalg::LinalgOp op,
               ArrayRef<const std::vector<float> *> operands);

/// The same of an elementwise op.
std::optional<std::vector<float>>
evaluateElementwise(Operation *op,
                    ArrayRef<const std::vector<float> *> operands);

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_CCA_TRANSFORMS_EVALUATELINALG_H
