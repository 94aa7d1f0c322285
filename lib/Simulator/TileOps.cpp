//===- TileOps.cpp - Whole tiles from and to device memory ----------------===//

#include "Box.h"
#include "Cta.h"
#include "Handlers.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

static Step runLoad(Agent &agent, hopper::LoadOp op) {
  auto type = cast<RankedTensorType>(op.getTile().getType());
  Box box = Box::get(agent, op.getMap(), op.getCoordinates());
  std::vector<uint8_t> bytes(box.rows * box.cols *
                             elementBytes(type.getElementType()));
  box.load(bytes.data(), 0, box.rows);
  agent.setTile(op, decodeTile(type, bytes.data()));
  return Step::Next;
}

static Step runStore(Agent &agent, hopper::StoreOp op) {
  Box box = Box::get(agent, op.getMap(), op.getCoordinates());
  std::vector<uint8_t> bytes =
      encodeTile(getElementTypeOrSelf(op.getTile().getType()),
                 agent.getTile(op.getTile()));
  // A tile that is taller than the box takes several copies.
  auto type = cast<ShapedType>(op.getTile().getType());
  int64_t rowBytes = box.cols * elementBytes(type.getElementType());
  int64_t rows = type.getDimSize(0), last = rows - box.rows, at = 0;
  while (true) {
    box.store(&bytes[at * rowBytes], /*reduce=*/false);
    if (at == last)
      return Step::Next;
    int64_t next = std::min(at + box.rows, last);
    box.moveDown(next - at);
    at = next;
  }
}

/// There is one program yet, which has all rows.
static Step runShare(Agent &agent, hopper::ShareOp op) {
  agent.set(op.getResult(), agent.get<TileValue>(op.getTile()));
  return Step::Next;
}

static Step runStoreRows(Agent &agent, hopper::StoreRowsOp op) {
  const Tile &tile = agent.getTile(op.getTile());
  const Buffer &buffer = agent.get<Buffer>(op.getBuffer());
  if (tile.parts != 1) {
    op.emitError("expects rows that are combined, but got ")
        << op.getTile().getType();
    return Step::Failed;
  }
  std::vector<uint8_t> bytes = encodeTile(buffer.elementType, tile);
  SmallVector<int64_t> begin;
  for (Value index : op.getIndices())
    begin.push_back(agent.getInt(index));
  int64_t size = buffer.elementBytes();
  int64_t cols = tile.shape.size() == 2 ? tile.shape[1] : 1;
  int64_t rows = std::min(tile.shape[0], agent.getInt(op.getLimit()));
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t col = 0; col < cols; ++col) {
      SmallVector<int64_t> indices = begin;
      indices[op.getAlong()] += row;
      if (tile.shape.size() == 2)
        indices.back() += col;
      if (!buffer.contains(indices)) {
        op.emitError("expects rows inside of ")
            << buffer.sizes << ", but got an element at "
            << ArrayRef<int64_t>(indices);
        return Step::Failed;
      }
      std::copy_n(&bytes[(row * cols + col) * size], size,
                  buffer.data() + buffer.byteOffset(indices));
    }
  return Step::Next;
}

static Step runLoadColumns(Agent &agent, hopper::LoadColumnsOp op) {
  const Buffer &buffer = agent.get<Buffer>(op.getBuffer());
  auto tile = makeTile(cast<RankedTensorType>(op.getTile().getType()));
  int64_t index = agent.getInt(op.getIndex());
  int64_t cols = tile->shape[1], last = buffer.sizes[0] - 1;
  for (int64_t col = 0; col < cols; ++col) {
    int64_t at = std::min(index + col, last);
    if (at < 0) {
      op.emitError("expects columns from 0 on of a buffer that has some, but "
                   "got column ")
          << at << " of " << buffer.sizes[0];
      return Step::Failed;
    }
    auto value = static_cast<float>(std::get<double>(decodeScalar(
        buffer.elementType, buffer.data() + buffer.byteOffset({at}))));
    for (int64_t row = 0; row < tile->shape[0]; ++row)
      tile->floats[row * cols + col] = value;
  }
  agent.setTile(op, tile);
  return Step::Next;
}

static Step runExtractSlice(Agent &agent, tensor::ExtractSliceOp op) {
  RankedTensorType source = op.getSourceType(), type = op.getType();
  bool isStatic =
      llvm::none_of(op.getStaticOffsets(), ShapedType::isDynamic) &&
      llvm::all_of(op.getStaticStrides(), [](int64_t s) { return s == 1; });
  if (!isStatic || source.getRank() != 2 || type.getRank() != 2) {
    op.emitError("the simulator expects a part of a tile at static offsets");
    return Step::Failed;
  }
  const Tile &from = agent.getTile(op.getSource());
  auto tile = makeTile(type);
  int64_t cols = type.getDimSize(1);
  auto copy = [&](const auto &in, auto &out) {
    for (int64_t row = 0; row < type.getDimSize(0); ++row)
      std::copy_n(in.begin() +
                      (op.getStaticOffset(0) + row) * source.getDimSize(1) +
                      op.getStaticOffset(1),
                  cols, out.begin() + row * cols);
  };
  if (from.floats.empty())
    copy(from.ints, tile->ints);
  else
    copy(from.floats, tile->floats);
  agent.setTile(op, tile);
  return Step::Next;
}

static Step runGather(Agent &agent, hopper::GatherOp op) {
  const Buffer &buffer = agent.get<Buffer>(op.getBuffer());
  auto type = cast<RankedTensorType>(op.getResult().getType());
  const Tile *rows = op.getRows() ? &agent.getTile(op.getRows()) : nullptr;
  int64_t cols = type.getRank() == 2 ? type.getDimSize(1) : 1;
  int64_t size = buffer.elementBytes();
  std::vector<uint8_t> bytes(type.getNumElements() * size);
  for (int64_t row = 0; row < type.getDimSize(0); ++row)
    for (int64_t col = 0; col < cols; ++col) {
      SmallVector<int64_t> indices;
      for (Value index : op.getIndices())
        indices.push_back(agent.getInt(index));
      if (rows)
        indices[*op.getAlong()] += rows->ints[row];
      if (type.getRank() == 2)
        indices.back() += col;
      if (!buffer.contains(indices)) {
        op.emitError("expects rows inside of ")
            << buffer.sizes << ", but got an element at "
            << ArrayRef<int64_t>(indices);
        return Step::Failed;
      }
      std::copy_n(buffer.data() + buffer.byteOffset(indices), size,
                  &bytes[(row * cols + col) * size]);
    }
  agent.setTile(op, decodeTile(type, bytes.data()));
  return Step::Next;
}

void sim::addTileOps(Handlers &handlers) {
  handlers.add(runGather);
  handlers.add(runExtractSlice);
  handlers.add(runLoad);
  handlers.add(runLoadColumns);
  handlers.add(runShare);
  handlers.add(runStore);
  handlers.add(runStoreRows);
}
