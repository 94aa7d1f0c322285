//===- ReadRows.h - Rows of a tile in shared memory -------------*- C++ -*-===//

#ifndef CCA_LIB_DIALECT_HOPPER_TRANSFORMS_READROWS_H
#define CCA_LIB_DIALECT_HOPPER_TRANSFORMS_READROWS_H

#include "cca/Dialect/Hopper/IR/Hopper.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::cca {

/// Whether `slice` takes whole rows, from a known one on.
inline bool isRows(tensor::ExtractSliceOp slice) {
  return slice.getType().getRank() == 2 && slice.hasUnitStride() &&
         !slice.isDynamicOffset(0) && slice.getStaticOffset(1) == 0 &&
         slice.getType().getDimSize(1) == slice.getSourceType().getDimSize(1);
}

/// Rows of a tile that is at `memory` go to registers where they are sliced.
inline void readRows(tensor::ExtractSliceOp slice, Value memory) {
  OpBuilder builder(slice);
  Location loc = slice.getLoc();
  Value row =
      arith::ConstantIntOp::create(builder, loc, slice.getStaticOffset(0), 32);
  slice.replaceAllUsesWith(
      hopper::LdmatrixOp::create(builder, loc, slice.getType(), memory, row)
          .getTile());
  slice.erase();
}

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_HOPPER_TRANSFORMS_READROWS_H
