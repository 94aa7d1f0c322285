//===- Elementwise.h - linalg.generic in few words --------------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOLINALG_ELEMENTWISE_H
#define CCA_LIB_CONVERSION_CCATOLINALG_ELEMENTWISE_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

namespace mlir::cca {

/// Computes one element from those of the inputs, which come as f32 if they are
/// floats. Floats that it returns are rounded to the type of the result.
using ElementFn =
    function_ref<Value(OpBuilder &b, Location loc, ValueRange inputs)>;

/// The tensor of `shape` whose element at `indices` is `fn` of the elements of
/// `inputs`. Input `i` is indexed by the dimensions `dims[i]` of the result.
/// `linalg.index` works inside `fn`.
Value generate(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> shape,
               Type elementType, ValueRange inputs,
               ArrayRef<SmallVector<int64_t>> dims, ElementFn fn);

/// As above with inputs of the shape of the result.
Value generate(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> shape,
               Type elementType, ValueRange inputs, ElementFn fn);

/// `input` without its dimension `dim`, in f32: `fn` combines each element
/// with the accumulator, `inputs` = {element, accumulator}, from `identity` on.
Value reduce(OpBuilder &b, Location loc, Value input, int64_t dim,
             double identity, ElementFn fn);

/// The index of the current element of `generate` along `dim`.
Value indexOf(OpBuilder &b, Location loc, int64_t dim);

Value constantIndex(OpBuilder &b, Location loc, int64_t value);
Value constantF32(OpBuilder &b, Location loc, double value);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOLINALG_ELEMENTWISE_H
