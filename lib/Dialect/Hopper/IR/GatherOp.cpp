//===- GatherOp.cpp - Constraints of hopper.gather ------------------------===//

#include "cca/Dialect/Hopper/IR/Hopper.h"

using namespace mlir;
using namespace mlir::hopper;

/// (C4), (C5): which rows of the buffer.
static LogicalResult verifyRows(GatherOp op, MemRefType buffer,
                                RankedTensorType result) {
  auto rows = cast<RankedTensorType>(op.getRows().getType());
  // (C4)
  if (rows.getDimSize(0) != result.getDimSize(0))
    return op.emitOpError("expects as many rows as ")
           << result << " has, but got " << rows;
  bool hasLayout = static_cast<bool>(result.getEncoding());
  if (isPartialRows(rows) || isRows(rows) != hasLayout)
    return op.emitOpError("expects rows ")
           << (hasLayout ? "encoded as #hopper.rows" : "without encoding")
           << ", but got " << rows;
  // (C5)
  int64_t dimensions =
      std::max<int64_t>(buffer.getRank() - (result.getRank() == 2 ? 1 : 0), 0);
  int64_t along = *op.getAlong();
  if (along < 0 || along >= dimensions)
    return op.emitOpError("expects rows along a dimension in [0, ")
           << dimensions << "), but got " << along;
  return success();
}

LogicalResult GatherOp::verify() {
  auto buffer = cast<MemRefType>(getBuffer().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  bool isTile = result.getRank() == 2;
  // (C1)
  if (static_cast<int64_t>(getIndices().size()) != buffer.getRank())
    return emitOpError("expects ")
           << buffer.getRank() << " indices, one for each dimension of "
           << buffer << ", but got " << getIndices().size();
  // (C2)
  if (result.getElementType() != buffer.getElementType())
    return emitOpError("expects a result of ")
           << buffer.getElementType() << ", but got " << result;
  Type element = result.getElementType();
  unsigned bits = element.isIntOrFloat() ? element.getIntOrFloatBitWidth() : 0;
  if (isTile && bits != 16 && bits != 32)
    return emitOpError("expects a tile of 16 or 32 bits, but got ") << result;
  // (C3)
  if (static_cast<bool>(getRows()) != getAlong().has_value() ||
      (!isTile && !getRows()))
    return emitOpError("expects rows and along together, and with ")
           << result << ", but got " << (getRows() ? "rows alone" : "no rows");
  if (getRows() && failed(verifyRows(*this, buffer, result)))
    return failure();
  // (C6)
  SmallVector<int64_t> strides;
  int64_t offset;
  if (isTile && (failed(buffer.getStridesAndOffset(strides, offset)) ||
                 strides.empty() || strides.back() != 1))
    return emitOpError(
               "expects a buffer whose last dimension is contiguous, but got ")
           << buffer;
  return success();
}
