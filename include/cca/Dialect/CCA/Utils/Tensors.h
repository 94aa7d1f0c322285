//===- Tensors.h - Short ways to build tensor and linalg ops ----*- C++ -*-===//
//
// What the passes on tensors say again and again, in terms of heads, tokens and
// element types.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_DIALECT_CCA_UTILS_TENSORS_H
#define CCA_DIALECT_CCA_UTILS_TENSORS_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

namespace mlir::cca {

/// `value`, a float scalar or tensor, with its elements extended or rounded to
/// `elementType`; `value` itself if that is its type already.
Value castElements(OpBuilder &b, Location loc, Value value, Type elementType);

/// Splits dimension `dim` of `value` into heads: a size of n * headDim becomes
/// the two sizes n and headDim.
Value splitHeads(OpBuilder &b, Location loc, Value value, int64_t dim,
                 int64_t headDim);

/// Merges dimensions `dim` and `dim + 1` of `value`, the inverse of
/// `splitHeads`.
Value mergeHeads(OpBuilder &b, Location loc, Value value, int64_t dim);

/// A tensor of `shape` filled with 0.
Value zeros(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> shape,
            Type elementType);

/// The contraction of `lhs` and `rhs` onto `init`, whose element type it is
/// accumulated in. `indices` has the loops that index lhs, rhs and init.
Value contract(OpBuilder &b, Location loc, Value lhs, Value rhs, Value init,
               ArrayRef<SmallVector<AffineExpr, 4>> indices);

/// `init`, in f32, plus the products of `lhs` and `rhs`, summed over the last
/// `reductions` loops. `indices` has those of lhs, rhs and init. For sums that
/// `linalg.contract` does not have: indices that are expressions, or loops that
/// only one of the two runs over.
Value sumOfProducts(OpBuilder &b, Location loc, Value lhs, Value rhs,
                    Value init, ArrayRef<SmallVector<AffineExpr, 4>> indices,
                    unsigned reductions);

/// `input` (… x K) times the transpose of `weight` (N x K) plus `bias` (N) if
/// given: … x N, accumulated in and of type f32.
Value project(OpBuilder &b, Location loc, Value input, Value weight,
              Value bias);

/// `weight` of a convolution, whose last dimension are taps up to the current
/// token, with the taps first, from that token back, in `elementType`.
Value tapsFirst(OpBuilder &b, Location loc, Value weight, Type elementType);

/// The inverse of `tapsFirst`, of the same element type.
Value tapsLast(OpBuilder &b, Location loc, Value taps);

} // namespace mlir::cca

#endif // CCA_DIALECT_CCA_UTILS_TENSORS_H
