//===- EvaluateTensors.h - Tensors of constants, computed -------*- C++ -*-===//

#ifndef CCA_LIB_DIALECT_CCA_TRANSFORMS_EVALUATETENSORS_H
#define CCA_LIB_DIALECT_CCA_TRANSFORMS_EVALUATETENSORS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"

#include <memory>
#include <optional>
#include <vector>

namespace mlir::cca {

/// Computes tensors that depend on constants only, by the ops that pack
/// weights: `tensor` ops that move elements, `linalg` ops, elementwise `arith`
/// and `math`. Elements are f32, bf16 or f16; each op rounds to the type of its
/// result, to nearest even, as compiled code does.
class TensorEvaluator {
public:
  /// The value as a constant; null if it depends on something else.
  ElementsAttr evaluate(Value value);

private:
  /// Elements row by row, whose types are those of values. Of all of them a
  /// float holds each number.
  using Elements = std::vector<float>;

  /// Null if the value is not known.
  const Elements *get(Value value);
  std::optional<Elements> compute(Operation *op);

  /// Null for what is not.
  DenseMap<Value, std::unique_ptr<Elements>> known;
};

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_CCA_TRANSFORMS_EVALUATETENSORS_H
