//===- Constraints.h - Numbered constraints of the cca ops ------*- C++ -*-===//
//
// Checks that several ops share. Each reports a violation as an error on `op`
// that says what was expected and what came. Numbers are those of the op docs.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_DIALECT_CCA_IR_CONSTRAINTS_H
#define CCA_LIB_DIALECT_CCA_IR_CONSTRAINTS_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/IR/Value.h"

#include <optional>

namespace mlir::cca {

using TensorValue = TypedValue<RankedTensorType>;

/// Each operand that is not optional is there. Only the generic form of an op
/// can leave one out, by its `operandSegmentSizes`. Optional ones have an empty
/// name.
template <typename OpT>
LogicalResult verifyRequiredOperands(OpT op, ArrayRef<StringLiteral> names) {
  for (auto [index, name] : llvm::enumerate(names))
    if (unsigned count = op.getODSOperandIndexAndLength(index).second;
        !name.empty() && count != 1)
      return op.emitOpError("expects one operand ")
             << name << ", but got " << count;
  return success();
}

/// (C1) All sizes of `value` are static and below 2^31, save its first
/// `dynamicDims` ones.
LogicalResult verifyStatic(Operation *op, StringRef name, Value value,
                           unsigned dynamicDims = 0);

/// The optional `value`, if given, has exactly the shape `expected`, where
/// dynamic sizes fit all; `meaning` explains it, as in "(Hk * D) x E".
LogicalResult verifyShape(Operation *op, StringRef name, Value value,
                          ArrayRef<int64_t> expected, StringRef meaning);

/// (C2) `value`, if given, has the element type `expected`.
LogicalResult verifyElementType(Operation *op, StringRef name, Value value,
                                Type expected);

/// (C5) There is at least one head, and query heads are a multiple of key
/// heads.
LogicalResult verifyHeads(Operation *op, int64_t queryHeads, int64_t keyHeads);

/// (C10) `cos` and `sin` fit an input of `batch` x `tokens` with heads of
/// `headDim` channels.
LogicalResult verifyRope(Operation *op, Value cos, Value sin, int64_t batch,
                         int64_t tokens, int64_t headDim, bool packed);

/// (C12) `eps` is finite and not negative.
LogicalResult verifyEps(Operation *op, const APFloat &eps);

/// (C13) A packed batch has one row, and `cuSeqlens`, if given, an element.
LogicalResult verifyPacked(Operation *op, Value cuSeqlens, int64_t batch);

/// (C14) Window and scale are in range.
LogicalResult verifySoftmax(Operation *op, std::optional<uint64_t> window,
                            const std::optional<APFloat> &scale);

/// (C14) `factor`, if given, is finite.
LogicalResult verifyFactor(Operation *op, StringRef name,
                           const std::optional<APFloat> &factor);

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_CCA_IR_CONSTRAINTS_H
