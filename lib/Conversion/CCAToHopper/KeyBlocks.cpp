//===- KeyBlocks.cpp - Which keys a tile of queries sees ------------------===//
//
// Query t sees key j of its sequence if j < length and
//
//   j <= t              causal
//   t - j < window      with a window
//   j - t < window      with a window that is not causal
//
//===----------------------------------------------------------------------===//

#include "KeyBlocks.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

/// How far past its own position a query sees: up to t + reach, exclusive.
static std::optional<int64_t> reach(const FlashAttention &attention) {
  if (attention.problem.causal)
    return 1;
  return attention.window();
}

bool cca::mayMaskBeforeLast(const FlashAttention &attention) {
  // Tiles begin at multiples of block_q: if that divides block_kv, a diagonal
  // crosses one block only.
  const AttentionSchedule &schedule = attention.schedule;
  if (attention.problem.causal)
    return schedule.blockKV % schedule.blockQ != 0;
  return attention.window().has_value();
}

bool cca::mayMaskFirst(const FlashAttention &attention) {
  return attention.window().has_value();
}

KeyBlocks cca::emitKeyBlocks(Emitter &emitter, const FlashAttention &attention,
                             const QueryTile &tile) {
  int64_t rows = attention.schedule.blockQ, size = attention.schedule.blockKV;
  Scalar zero(emitter, int64_t(0));
  // What the last query sees at most; what the first one sees at least.
  Scalar keyEnd = tile.length, commonEnd = tile.length;
  if (auto ahead = reach(attention)) {
    keyEnd = keyEnd.min(tile.firstRow + (rows - 1 + *ahead));
    commonEnd = commonEnd.min(tile.firstRow + *ahead);
  }
  Scalar end = (keyEnd + (size - 1)) / size;
  Scalar begin = zero, commonBegin = zero;
  if (auto window = attention.window()) {
    begin = (tile.firstRow - (*window - 1)).max(0) / size;
    commonBegin =
        ((tile.firstRow + (rows - *window)).max(0) + (size - 1)) / size;
  }
  Scalar fullEnd = (commonEnd / size).min(end - 1).max(begin);
  return {begin, commonBegin.min(fullEnd).max(begin), fullEnd, end};
}

Value cca::emitMask(Emitter &emitter, const FlashAttention &attention,
                    const QueryTile &tile, Scalar firstKey, Value scores) {
  auto rowsType = RankedTensorType::get(attention.schedule.blockQ,
                                        emitter.builder.getI32Type());
  auto splat = [&](Scalar value) -> Value {
    return emitter.create<tensor::SplatOp>(Value(value), rowsType);
  };
  // Positions relative to the block of keys.
  Scalar length = tile.length - firstKey;
  std::optional<int64_t> ahead = reach(attention), window = attention.window();
  if (!ahead && !window)
    return emitter.create<hopper::MaskColumnsOp>(scores, Value(),
                                                 splat(length));
  Scalar firstRow = tile.firstRow - firstKey;
  Value rows = emitter.create<hopper::RowIndexOp>(rowsType);
  Value end = splat(length), begin;
  if (ahead) {
    Value sees = splat(firstRow + *ahead);
    sees = emitter.create<arith::AddIOp>(rows, sees);
    end = emitter.create<arith::MinSIOp>(sees, end);
  }
  if (window) {
    Value back = splat(firstRow - (*window - 1));
    begin = emitter.create<arith::AddIOp>(rows, back);
  }
  return emitter.create<hopper::MaskColumnsOp>(scores, begin, end);
}
