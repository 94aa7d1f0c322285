//===- ColumnOps.cpp - Constraints of ops on columns ----------------------===//

#include "cca/Dialect/Hopper/IR/Hopper.h"

using namespace mlir;
using namespace mlir::hopper;
using cca::HopperTarget;

/// `part` is `tile` but for its number of columns.
static LogicalResult verifyPart(Operation *op, RankedTensorType tile,
                                RankedTensorType part) {
  if (part.getDimSize(0) == tile.getDimSize(0) &&
      part.getElementType() == tile.getElementType() &&
      part.getEncoding() == tile.getEncoding())
    return success();
  return op->emitOpError("expects columns of ") << tile << ", but got " << part;
}

/// Columns that a thread holds registers of, as all others do.
static LogicalResult verifyStep(Operation *op, int64_t columns) {
  if (columns % HopperTarget::wgmmaStepN == 0)
    return success();
  return op->emitOpError("expects columns in steps of ")
         << HopperTarget::wgmmaStepN << ", but got " << columns;
}

LogicalResult ConcatColumnsOp::verify() {
  auto result = cast<RankedTensorType>(getResult().getType());
  int64_t columns = 0;
  for (Type type : getTiles().getTypes()) {
    auto tile = cast<RankedTensorType>(type);
    // (C1), (C2)
    if (failed(verifyPart(*this, result, tile)) ||
        failed(verifyStep(*this, tile.getDimSize(1))))
      return failure();
    columns += tile.getDimSize(1);
  }
  if (columns != result.getDimSize(1))
    return emitOpError("expects tiles of ")
           << result.getDimSize(1) << " columns together, but got " << columns;
  return success();
}

LogicalResult RotatePairsOp::verify() {
  auto tile = cast<RankedTensorType>(getTile().getType());
  // (C1)
  if (tile.getDimSize(1) % 2)
    return emitOpError("expects an even number of columns, but got ") << tile;
  return success();
}
