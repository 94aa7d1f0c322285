//===- ColumnOps.cpp - Columns of a tile, moved ---------------------------===//

#include "Handlers.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

/// All columns of `from`, to those of `to` from `at` on.
static void copy(const Tile &from, Tile &to, int64_t at) {
  auto copyElements = [&](auto &in, auto &out) {
    int64_t cols = from.shape[1];
    for (size_t begin = 0; begin < in.size(); begin += cols)
      std::copy_n(&in[begin], cols, &out[begin / cols * to.shape[1] + at]);
  };
  copyElements(from.floats, to.floats);
  copyElements(from.ints, to.ints);
}

static Step runConcatColumns(Agent &agent, hopper::ConcatColumnsOp op) {
  auto result = makeTile(cast<RankedTensorType>(op.getResult().getType()));
  int64_t at = 0;
  for (Value tile : op.getTiles()) {
    copy(agent.getTile(tile), *result, at);
    at += agent.getTile(tile).shape[1];
  }
  agent.setTile(op, result);
  return Step::Next;
}

static Step runRotatePairs(Agent &agent, hopper::RotatePairsOp op) {
  auto tile = std::make_shared<Tile>(agent.getTile(op.getTile()));
  for (size_t i = 0; i < tile->floats.size(); i += 2) {
    std::swap(tile->floats[i], tile->floats[i + 1]);
    tile->floats[i] = -tile->floats[i];
  }
  agent.setTile(op, tile);
  return Step::Next;
}

void sim::addColumnOps(Handlers &handlers) {
  handlers.add(runConcatColumns);
  handlers.add(runRotatePairs);
}
