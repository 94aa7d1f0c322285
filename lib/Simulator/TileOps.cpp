//===- TileOps.cpp - Whole tiles from and to device memory ----------------===//

#include "Box.h"
#include "Cta.h"
#include "Handlers.h"

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
  int64_t bytesPerBox =
      box.rows * box.cols *
      elementBytes(getElementTypeOrSelf(op.getTile().getType()));
  for (size_t at = 0; at < bytes.size(); at += bytesPerBox) {
    box.store(&bytes[at], /*reduce=*/false);
    box.moveDown(box.rows);
  }
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
                  buffer.storage->data() + buffer.byteOffset(indices));
    }
  return Step::Next;
}

void sim::addTileOps(Handlers &handlers) {
  handlers.add(runLoad);
  handlers.add(runStore);
  handlers.add(runStoreRows);
}
