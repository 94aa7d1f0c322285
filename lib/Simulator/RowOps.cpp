//===- RowOps.cpp - Rows of a tile ----------------------------------------===//

#include "Handlers.h"

#include "cca/Layout/Fragment.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;
using hopper::Combiner;

/// Which of a row's values a lane has that holds `column` of a fragment.
static int64_t partOf(const Tile &rows, int64_t column) {
  return rows.parts == 1 ? 0 : column / 2 % Fragment::lanesPerRow;
}

template <typename T>
static T combine(Combiner combiner, T a, T b) {
  if (combiner == Combiner::Add)
    return a + b;
  if constexpr (std::is_floating_point_v<T>)
    return std::fmax(a, b);
  return std::max(a, b);
}

/// Rounded after each step, as a chain of ops is.
template <typename T>
static void combineInto(Combiner combiner, Type type, T &sum, T value) {
  T next = combine(combiner, sum, value);
  if constexpr (std::is_floating_point_v<T>)
    sum = type.isF32() ? next : float(roundTo(next, type));
  else
    sum = wrap(next, type);
}

template <typename T>
static T neutral(Combiner combiner, Type type) {
  if (combiner == Combiner::Add)
    return 0;
  if constexpr (std::is_floating_point_v<T>)
    return -std::numeric_limits<T>::infinity();
  return llvm::minIntN(type.isIndex() ? 64 : type.getIntOrFloatBitWidth());
}

template <typename T>
static void reduce(Combiner combiner, Type type, const Tile &tile,
                   const std::vector<T> &in, Tile &rows, std::vector<T> &out) {
  llvm::fill(out, neutral<T>(combiner, type));
  int64_t cols = tile.shape[1];
  for (int64_t row = 0; row < tile.shape[0]; ++row)
    for (int64_t col = 0; col < cols; ++col)
      combineInto(combiner, type, out[row * rows.parts + partOf(rows, col)],
                  in[row * cols + col]);
}

static Step runReduceRows(Agent &agent, hopper::ReduceRowsOp op) {
  const Tile &tile = agent.getTile(op.getTile());
  auto type = cast<RankedTensorType>(op.getRows().getType());
  if (hopper::isRows(type) && !hopper::isPartialRows(type)) {
    op.emitError(
        "expects partial rows of a fragment, which hopper.combine_rows "
        "combines, but got ")
        << type;
    return Step::Failed;
  }
  auto rows = makeTile(type);
  if (tile.floats.empty())
    reduce(op.getCombiner(), type.getElementType(), tile, tile.ints, *rows,
           rows->ints);
  else
    reduce(op.getCombiner(), type.getElementType(), tile, tile.floats, *rows,
           rows->floats);
  agent.setTile(op, rows);
  return Step::Next;
}

/// Two butterfly shuffles: lanes 2 apart, then neighbours.
template <typename T>
static void combineParts(Combiner combiner, Type type, const std::vector<T> &in,
                         std::vector<T> &out) {
  for (size_t row = 0, e = out.size(); row < e; ++row) {
    const T *parts = &in[row * Fragment::lanesPerRow];
    T even = parts[0], odd = parts[1];
    combineInto(combiner, type, even, parts[2]);
    combineInto(combiner, type, odd, parts[3]);
    combineInto(combiner, type, even, odd);
    out[row] = even;
  }
}

static Step runCombineRows(Agent &agent, hopper::CombineRowsOp op) {
  const Tile &partial = agent.getTile(op.getPartial());
  auto type = cast<RankedTensorType>(op.getRows().getType());
  auto rows = makeTile(type);
  if (partial.floats.empty())
    combineParts(op.getCombiner(), type.getElementType(), partial.ints,
                 rows->ints);
  else
    combineParts(op.getCombiner(), type.getElementType(), partial.floats,
                 rows->floats);
  agent.setTile(op, rows);
  return Step::Next;
}

static Step runSpreadRows(Agent &agent, hopper::SpreadRowsOp op) {
  const Tile &rows = agent.getTile(op.getRows());
  auto spread = makeTile(cast<RankedTensorType>(op.getPartial().getType()));
  for (size_t i = 0, e = spread->floats.size(); i < e; ++i)
    spread->floats[i] = rows.floats[i / spread->parts];
  for (size_t i = 0, e = spread->ints.size(); i < e; ++i)
    spread->ints[i] = rows.ints[i / spread->parts];
  agent.setTile(op, spread);
  return Step::Next;
}

static Step runBroadcastRows(Agent &agent, hopper::BroadcastRowsOp op) {
  const Tile &rows = agent.getTile(op.getRows());
  auto tile = makeTile(cast<RankedTensorType>(op.getTile().getType()));
  int64_t cols = tile->shape[1];
  for (int64_t row = 0; row < tile->shape[0]; ++row) {
    if (rows.floats.empty())
      std::fill_n(&tile->ints[row * cols], cols, rows.ints[row]);
    else
      std::fill_n(&tile->floats[row * cols], cols, rows.floats[row]);
  }
  agent.setTile(op, tile);
  return Step::Next;
}

static Step runRowIndex(Agent &agent, hopper::RowIndexOp op) {
  auto rows = makeTile(cast<RankedTensorType>(op.getRows().getType()));
  for (size_t i = 0, e = rows->ints.size(); i < e; ++i)
    rows->ints[i] = int64_t(i) / rows->parts;
  agent.setTile(op, rows);
  return Step::Next;
}

static Step runMaskColumns(Agent &agent, hopper::MaskColumnsOp op) {
  auto tile = std::make_shared<Tile>(agent.getTile(op.getTile()));
  const Tile &end = agent.getTile(op.getEnd());
  const Tile *begin = op.getBegin() ? &agent.getTile(op.getBegin()) : nullptr;
  int64_t cols = tile->shape[1];
  for (int64_t row = 0; row < tile->shape[0]; ++row)
    for (int64_t col = 0; col < cols; ++col) {
      int64_t bound = row * end.parts + partOf(end, col);
      if (col >= end.ints[bound] || (begin && col < begin->ints[bound]))
        tile->floats[row * cols + col] =
            -std::numeric_limits<float>::infinity();
    }
  agent.setTile(op, tile);
  return Step::Next;
}

static Step runMaskRows(Agent &agent, hopper::MaskRowsOp op) {
  auto tile = std::make_shared<Tile>(agent.getTile(op.getTile()));
  const Tile &condition = agent.getTile(op.getCondition());
  int64_t cols = tile->shape[1];
  for (int64_t row = 0; row < tile->shape[0]; ++row) {
    if (condition.ints[row])
      continue;
    if (tile->floats.empty())
      std::fill_n(&tile->ints[row * cols], cols, 0);
    else
      std::fill_n(&tile->floats[row * cols], cols, 0.0F);
  }
  agent.setTile(op, tile);
  return Step::Next;
}

void sim::addRowOps(Handlers &handlers) {
  handlers.add(runMaskRows);
  handlers.add(runReduceRows);
  handlers.add(runCombineRows);
  handlers.add(runSpreadRows);
  handlers.add(runBroadcastRows);
  handlers.add(runRowIndex);
  handlers.add(runMaskColumns);
}
