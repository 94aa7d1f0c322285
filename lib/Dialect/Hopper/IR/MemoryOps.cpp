//===- MemoryOps.cpp - Constraints of tiles on the move -------------------===//

#include "cca/Dialect/Hopper/IR/Hopper.h"

using namespace mlir;
using namespace mlir::hopper;
using cca::HopperTarget;

/// One coordinate for each dimension of the map.
static LogicalResult verifyCoordinates(Operation *op, TensorMapType map,
                                       ValueRange coordinates) {
  if (static_cast<int64_t>(coordinates.size()) != map.getRank())
    return op->emitOpError("expects ")
           << map.getRank() << " coordinates, one for each dimension of " << map
           << ", but got " << coordinates.size();
  return success();
}

/// `tile` is what a copy of `map` moves, whatever its encoding.
static LogicalResult verifyBox(Operation *op, TensorMapType map,
                               RankedTensorType tile) {
  if (tile.getShape() != ArrayRef<int64_t>(map.getTileShape()) ||
      tile.getElementType() != map.getElementType())
    return op->emitOpError("expects the tile that ")
           << map << " moves, but got " << tile;
  return success();
}

static LogicalResult verifyBox(Operation *op, TensorMapType map,
                               SmemType tile) {
  if (tile != map.getTileType())
    return op->emitOpError("expects ") << map.getTileType() << ", which " << map
                                       << " moves, but got " << tile;
  return success();
}

LogicalResult LoadOp::verify() {
  // (C1), (C2)
  return failure(
      failed(verifyCoordinates(*this, getMap().getType(), getCoordinates())) ||
      failed(verifyBox(*this, getMap().getType(),
                       cast<RankedTensorType>(getTile().getType()))));
}

LogicalResult StoreOp::verify() {
  TensorMapType map = getMap().getType();
  auto tile = cast<RankedTensorType>(getTile().getType());
  // (C1)
  if (failed(verifyCoordinates(*this, map, getCoordinates())))
    return failure();
  // (C2)
  SmallVector<int64_t> box = map.getTileShape();
  if (tile.getDimSize(0) < box[0] || tile.getDimSize(1) != box[1] ||
      tile.getElementType() != map.getElementType())
    return emitOpError("expects as many columns as ")
           << map << " moves, and at least its rows, but got " << tile;
  return success();
}

LogicalResult ShareOp::verify() {
  auto tile = cast<RankedTensorType>(getTile().getType());
  // (C1)
  constexpr auto span = static_cast<int64_t>(cca::Swizzle::Span128);
  int64_t cols = span * 8 / tile.getElementTypeBitWidth();
  if (tile.getEncoding() || tile.getDimSize(1) % cols)
    return emitOpError("expects a tile without an encoding and a multiple of ")
           << cols << " columns, but got " << tile;
  return success();
}

LogicalResult StoreRowsOp::verify() {
  auto buffer = cast<MemRefType>(getBuffer().getType());
  auto tile = cast<RankedTensorType>(getTile().getType());
  // (C1)
  if (static_cast<int64_t>(getIndices().size()) != buffer.getRank())
    return emitOpError("expects ")
           << buffer.getRank() << " indices, one for each dimension of "
           << buffer << ", but got " << getIndices().size();
  // (C2)
  int64_t dimensions =
      std::max<int64_t>(buffer.getRank() - (tile.getRank() == 2 ? 1 : 0), 0);
  int64_t along = getAlong();
  if (along < 0 || along >= dimensions)
    return emitOpError("expects rows along a dimension in [0, ")
           << dimensions << "), but got " << along;
  // (C3)
  if (tile.getElementType() != buffer.getElementType())
    return emitOpError("expects a tile of ")
           << buffer.getElementType() << ", but got " << tile;
  // (C4)
  if (isPartialRows(tile))
    return emitOpError("expects rows that are combined, but got ") << tile;
  return success();
}

LogicalResult LoadColumnsOp::verify() {
  // (C1)
  auto buffer = cast<MemRefType>(getBuffer().getType());
  Type element = buffer.getElementType();
  if (buffer.getRank() != 1 ||
      !(element.isF32() || element.isBF16() || element.isF16()))
    return emitOpError("expects a buffer of one dimension and elements of f32, "
                       "bf16 or f16, but got ")
           << buffer;
  return success();
}

/// (C1) of hopper.alloc and hopper.ring.
static LogicalResult verifyOffset(Operation *op, StringRef name,
                                  std::optional<int64_t> offset,
                                  int64_t alignment) {
  if (offset && (*offset < 0 || *offset % alignment))
    return op->emitOpError("expects ")
           << name << " to be a multiple of " << alignment
           << " and not negative, but got " << *offset;
  return success();
}

LogicalResult AllocOp::verify() {
  return verifyOffset(*this, "offset", getOffset(),
                      HopperTarget::swizzleAtomBytes);
}

LogicalResult RingOp::verify() {
  return failure(failed(verifyOffset(*this, "offset", getOffset(),
                                     HopperTarget::swizzleAtomBytes)) ||
                 failed(verifyOffset(*this, "barriers", getBarriers(),
                                     HopperTarget::mbarrierBytes)));
}

/// The roles whose consumers execute `op`; an error if there are none.
static WarpSpecializeOp getRolesOfConsumer(Operation *op) {
  auto roles = op->getParentOfType<WarpSpecializeOp>();
  if (roles && roles.getConsumer().isAncestor(op->getParentRegion()))
    return roles;
  op->emitOpError("expects to be in the consumers' region");
  return {};
}

LogicalResult SelectRingOp::verify() {
  WarpSpecializeOp roles = getRolesOfConsumer(*this);
  // (C1)
  if (!roles)
    return failure();
  if (getRings().size() != roles.getNumConsumers())
    return emitOpError("expects as many rings as consumers, ")
           << roles.getNumConsumers() << ", but got " << getRings().size();
  // (C2)
  for (Value ring : getRings())
    if (!ring.getDefiningOp<RingOp>() || llvm::count(getRings(), ring) != 1 ||
        llvm::any_of(ring.getUsers(), [&](Operation *user) {
          return user != *this && isa<SelectRingOp, GetEnterOp>(user);
        }))
      return emitOpError("expects a hopper.ring for each consumer, that nobody "
                         "gets from otherwise");
  return success();
}

LogicalResult SkipOp::verify() {
  // (C1)
  if (!getRolesOfConsumer(*this))
    return failure();
  // (C2)
  auto ring = getRing().getDefiningOp<RingOp>();
  if (!ring || !ring.getTurns())
    return emitOpError("expects a hopper.ring with turns");
  return success();
}

bool RingOp::isOfOneConsumer() { return getTurns() || getSelection(); }

SelectRingOp RingOp::getSelection() {
  for (Operation *user : getRing().getUsers())
    if (auto select = dyn_cast<SelectRingOp>(user))
      return select;
  return {};
}

LogicalResult SliceRowsOp::verify() {
  SmemType source = getSource().getType(), tile = getTile().getType();
  int64_t panelRows =
      source.getPanelRows() ? source.getPanelRows() : source.getRows();
  // (C1)
  if (tile.getRows() > source.getRows() || tile.getCols() != source.getCols() ||
      tile.getElementType() != source.getElementType() ||
      tile.getSwizzle() != source.getSwizzle() ||
      tile.getPanelRows() != panelRows)
    return emitOpError("expects some rows of ")
           << source << " with panel_rows = " << panelRows << ", but got "
           << tile;
  return success();
}

/// What 8 x 8 matrices of 16-bit elements cover.
static LogicalResult verifyMatrices(Operation *op, SmemType smem) {
  if (smem.getElementType().getIntOrFloatBitWidth() != 16 ||
      smem.getCols() % 16)
    return op->emitOpError(
               "expects 16-bit elements and a multiple of 16 columns, but got ")
           << smem;
  return success();
}

LogicalResult LdmatrixOp::verify() {
  auto tile = cast<RankedTensorType>(getTile().getType());
  SmemType smem = getSource().getType();
  // (C1)
  if (tile.getDimSize(1) != smem.getCols() ||
      tile.getElementType() != smem.getElementType())
    return emitOpError("expects a tile of the columns and element type of ")
           << smem << ", but got " << tile;
  if (failed(verifyMatrices(*this, smem)))
    return failure();
  // (C2)
  int64_t rows = tile.getDimSize(0);
  if (rows == smem.getRows() || (getRow() && rows < smem.getRows()))
    return success();
  return emitOpError("expects a tile of ")
         << (getRow() ? "at most " : "") << smem.getRows() << " rows, but got "
         << tile;
}

LogicalResult StmatrixOp::verify() {
  auto tile = cast<RankedTensorType>(getTile().getType());
  SmemType smem = getDestination().getType();
  // (C1)
  if (tile.getShape() != smem.getShape() ||
      tile.getElementType() != smem.getElementType())
    return emitOpError("expects a tile of the shape and element type of ")
           << smem << ", but got " << tile;
  return verifyMatrices(*this, smem);
}

LogicalResult TmaLoadOp::verify() {
  // (C1), (C2)
  if (failed(verifyCoordinates(*this, getMap().getType(), getCoordinates())) ||
      failed(verifyBox(*this, getMap().getType(), getTile().getType())))
    return failure();
  // (C3)
  if (!getTile().getDefiningOp<PutEnterOp>())
    return emitOpError("expects a tile that hopper.put_enter returns");
  return success();
}

LogicalResult TmaStoreOp::verify() {
  // (C1), (C2)
  return failure(
      failed(verifyCoordinates(*this, getMap().getType(), getCoordinates())) ||
      failed(verifyBox(*this, getMap().getType(), getTile().getType())));
}

/// (C1) of hopper.put_exit and hopper.get_exit.
template <typename EnterOp>
static LogicalResult verifyEntered(Operation *op, Value ring, Value tile) {
  auto enter = tile.getDefiningOp<EnterOp>();
  if (!enter || enter.getRing() != ring)
    return op->emitOpError("expects a tile that ")
           << EnterOp::getOperationName() << " of this ring returns";
  return success();
}

LogicalResult PutExitOp::verify() {
  return verifyEntered<PutEnterOp>(*this, getRing(), getTile());
}

LogicalResult GetExitOp::verify() {
  if (isCarried(getTile()))
    return success();
  return verifyEntered<GetEnterOp>(*this, getRing(), getTile());
}

LogicalResult MakeTensorMapOp::verify() {
  auto buffer = cast<MemRefType>(getBuffer().getType());
  TensorMapType map = getMap().getType();
  // (C1)
  if (buffer.getRank() != map.getRank() ||
      buffer.getElementType() != map.getElementType())
    return emitOpError("expects a buffer of rank ")
           << map.getRank() << " and " << map.getElementType() << ", but got "
           << buffer;
  // (C2)
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(buffer.getStridesAndOffset(strides, offset)) ||
      (strides.back() != 1 && !ShapedType::isDynamic(strides.back())))
    return emitOpError(
               "expects a buffer whose last dimension is contiguous, but got ")
           << buffer;
  return success();
}
