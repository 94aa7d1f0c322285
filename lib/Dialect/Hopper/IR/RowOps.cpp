//===- RowOps.cpp - Constraints of ops on rows ----------------------------===//

#include "cca/Dialect/Hopper/IR/Hopper.h"

using namespace mlir;
using namespace mlir::hopper;

/// Rows and tile have as many rows, and both have a layout or neither.
static LogicalResult verifyRowsOf(Operation *op, Type rowsType, Type tileType) {
  auto rows = cast<RankedTensorType>(rowsType);
  auto tile = cast<RankedTensorType>(tileType);
  if (rows.getDimSize(0) != tile.getDimSize(0))
    return op->emitOpError("expects ") << tile.getDimSize(0) << " rows, as "
                                       << tile << " has, but got " << rows;
  if (isFragment(tile) != isRows(rows))
    return op->emitOpError(
               "expects #hopper.rows for a fragment, and for nothing else, but "
               "got ")
           << rows << " for " << tile;
  return success();
}

static LogicalResult verifyElementTypes(Operation *op, Type rows, Type tile) {
  if (getElementTypeOrSelf(rows) != getElementTypeOrSelf(tile))
    return op->emitOpError("expects rows of ")
           << getElementTypeOrSelf(tile) << ", but got " << rows;
  return success();
}

static LogicalResult verifyNotPartial(Operation *op, Type rows) {
  if (isPartialRows(rows))
    return op->emitOpError("expects rows that are not partial, but got ")
           << rows;
  return success();
}

LogicalResult MaskColumnsOp::verify() {
  // (C1), (C2)
  if (failed(verifyRowsOf(*this, getEnd().getType(), getTile().getType())))
    return failure();
  return verifyNotPartial(*this, getEnd().getType());
}

LogicalResult MaskRowsOp::verify() {
  // (C1), (C2)
  Type condition = getCondition().getType();
  if (failed(verifyRowsOf(*this, condition, getTile().getType())))
    return failure();
  return verifyNotPartial(*this, condition);
}

LogicalResult ReduceRowsOp::verify() {
  // (C1), (C2)
  return failure(
      failed(verifyRowsOf(*this, getRows().getType(), getTile().getType())) ||
      failed(
          verifyElementTypes(*this, getRows().getType(), getTile().getType())));
}

/// Partial rows, and rows of the same type that are not.
static LogicalResult verifyPartial(Operation *op, Type partialType,
                                   Type rowsType) {
  auto partial = cast<RankedTensorType>(partialType);
  auto rows = cast<RankedTensorType>(rowsType);
  if (isPartialRows(partial) && isRows(rows) && !isPartialRows(rows) &&
      partial.getShape() == rows.getShape() &&
      partial.getElementType() == rows.getElementType())
    return success();
  return op->emitOpError("expects partial rows, and rows of the same type that "
                         "are not partial, but got ")
         << partial << " and " << rows;
}

LogicalResult CombineRowsOp::verify() {
  // (C1)
  return verifyPartial(*this, getPartial().getType(), getRows().getType());
}

LogicalResult SpreadRowsOp::verify() {
  // (C1)
  return verifyPartial(*this, getPartial().getType(), getRows().getType());
}

LogicalResult BroadcastRowsOp::verify() {
  // (C1), (C2)
  if (failed(verifyRowsOf(*this, getRows().getType(), getTile().getType())) ||
      failed(
          verifyElementTypes(*this, getRows().getType(), getTile().getType())))
    return failure();
  return verifyNotPartial(*this, getRows().getType());
}
