//===- ReifyShapes.h - Result shapes of the cca ops -------------*- C++ -*-===//

#ifndef CCA_LIB_DIALECT_CCA_IR_REIFYSHAPES_H
#define CCA_LIB_DIALECT_CCA_IR_REIFYSHAPES_H

#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::cca {

/// The shape of `result`, whose dynamic sizes can only be B and S: its first
/// two sizes are those of `source`.
inline SmallVector<OpFoldResult>
reifyLeadingDims(OpBuilder &builder, Location loc, Value result, Value source) {
  auto type = cast<RankedTensorType>(result.getType());
  SmallVector<OpFoldResult> shape =
      getAsIndexOpFoldResult(builder.getContext(), type.getShape());
  for (int64_t dim : {0, 1})
    if (type.isDynamicDim(dim))
      shape[dim] = tensor::getMixedSize(builder, loc, source, dim);
  return shape;
}

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_CCA_IR_REIFYSHAPES_H
