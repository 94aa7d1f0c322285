//===- FlashAttention.cpp - Attention as one block computes it ------------===//
//
// For each tile of queries: a pass over blocks of keys, from the last to the
// first, with the sum of exponentials and the weighted sum of values carried
// along (Dao et al., FlashAttention). As if by one thread; the schedule's
// passes make it concurrent.
//
//===----------------------------------------------------------------------===//

#include "FlashAttention.h"
#include "KeyBlocks.h"
#include "PersistentTiles.h"
#include "Sequences.h"
#include "Softmax.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::cca;

FlashAttention::FlashAttention(FlashAttentionOp op)
    : problem(op.getProblem()), schedule(op.getSchedule()->getValue()),
      elementType(cast<FloatType>(getElementTypeOrSelf(op.getQuery()))),
      scale(op.getEffectiveSoftmaxScale() * llvm::numbers::log2e),
      hasLse(static_cast<bool>(op.getLse())) {
  // A caller that has folded log2(e) into the queries says so by a scale of
  // ln 2, which is not exact.
  if (std::abs(scale - 1) < 1e-6)
    scale = 1;
}

std::optional<int64_t> FlashAttention::window() const {
  constexpr int64_t longest = int64_t(1) << 30;
  if (problem.window && *problem.window < longest)
    return problem.window;
  return std::nullopt;
}

/// Where the bounded form rounds more than the online one. Exponentials are
/// rounded to 16 bits before they weigh values; relative to the largest one of
/// a row that costs least, since those that count most are close to 1 or
/// exactly 1. It makes a difference where few keys make up a row's sum: not
/// many are seen, or scores are large. So the bounded form takes rows of at
/// least so many keys, and scores, times the scale, of at most so much. Halves,
/// moreover, overflow at 2^16.
static constexpr int64_t fewestBoundedKeys = 2048;
static double largestBoundedScore(const FlashAttention &attention) {
  return attention.elementType.isF16() ? 14 : 20;
}

bool FlashAttention::hasTemperature() const {
  return schedule.softmax == SoftmaxForm::Auto &&
         window().value_or(fewestBoundedKeys) >= fewestBoundedKeys;
}

hopper::TensorMapType FlashAttention::map(int64_t rows) const {
  return hopper::TensorMapType::get(elementType.getContext(),
                                    {1, rows, 1, problem.headDim}, elementType,
                                    /*swizzle=*/128);
}

SmallVector<Value *> FlashAttentionParameters::all() {
  return {&queries, &keys,      &values,    &out,
          &batch,   &tokens,    &blocks,    &headsPerGroup,
          &lse,     &outBuffer, &cuSeqlens, &temperature};
}

namespace {

/// The attention of one tile of queries.
class TileEmitter {
public:
  TileEmitter(const FlashAttention &attention,
              const FlashAttentionParameters &parameters, Scalar head,
              Scalar batch, QueryTile tile)
      : attention(attention), parameters(parameters), batch(batch), head(head),
        keyHead(head / attention.group()), tile(tile) {}

  void emit(Emitter &emitter);

private:
  /// Sums over all keys: of weighted values (M x D), of weights, of
  /// exponentials before they were rounded to weights, and the maximum that all
  /// are relative to.
  struct Sums {
    Value values, weights, exponentials, maximum;
  };

  Value load(Emitter &emitter, Value map, Scalar head, Scalar position);
  Value scores(Emitter &emitter, const Softmax &softmax, Scalar block,
               bool masked);
  /// p V, added to `accumulator` if there is one.
  Value weigh(Emitter &emitter, Value p, Scalar block, Value accumulator);
  /// All blocks, of which the last comes first and is in `lastScores` already.
  Sums attend(Emitter &emitter, bool online, const KeyBlocks &blocks,
              Value lastScores);
  Sums attendInTheFormThatHolds(Emitter &emitter);
  void store(Emitter &emitter, const Sums &sums);
  void storeOut(Emitter &emitter, Value out);
  void storeLse(Emitter &emitter, const Sums &sums);
  /// Rows of the tile that are rows of the sequence.
  Scalar rowsLeft() const { return tile.length - tile.firstRow; }

  const FlashAttention &attention;
  const FlashAttentionParameters &parameters;
  Scalar batch, head, keyHead;
  QueryTile tile;
  Value queries;
};

} // namespace

Value TileEmitter::load(Emitter &emitter, Value map, Scalar mapHead,
                        Scalar position) {
  auto type = cast<hopper::TensorMapType>(map.getType());
  Scalar token = tile.begin + position, channel(emitter, int64_t(0));
  return emitter.create<hopper::LoadOp>(
      RankedTensorType::get(type.getTileShape(), type.getElementType()), map,
      ValueRange{batch, token, mapHead, channel});
}

Value TileEmitter::scores(Emitter &emitter, const Softmax &softmax,
                          Scalar block, bool masked) {
  Scalar firstKey = block * attention.schedule.blockKV;
  Value keys = load(emitter, parameters.keys, keyHead, firstKey);
  auto type = RankedTensorType::get(
      {attention.schedule.blockQ, attention.schedule.blockKV},
      emitter.builder.getF32Type());
  Value scores = emitter.create<hopper::DotOp>(type, queries, keys, Value(),
                                               /*transpose_b=*/true);
  scores = softmax.prepare(scores);
  if (masked)
    scores = emitMask(emitter, attention, tile, firstKey, scores);
  return scores;
}

Value TileEmitter::weigh(Emitter &emitter, Value p, Scalar block,
                         Value accumulator) {
  auto type = cast<RankedTensorType>(p.getType());
  Value half =
      emitter.create<arith::TruncFOp>(type.clone(attention.elementType), p);
  Value values = load(emitter, parameters.values, keyHead,
                      block * attention.schedule.blockKV);
  return emitter.create<hopper::DotOp>(
      RankedTensorType::get({type.getDimSize(0), attention.problem.headDim},
                            type.getElementType()),
      half, values, accumulator, /*transpose_b=*/false);
}

TileEmitter::Sums TileEmitter::attend(Emitter &emitter, bool online,
                                      const KeyBlocks &blocks,
                                      Value lastScores) {
  Softmax softmax(emitter, online, attention.scale, attention.elementType,
                  attention.hasLse);
  Scalar last = Scalar(emitter, blocks.end) - 1;
  Softmax::State state;
  Value p = softmax.first(lastScores, state);
  Value out = weigh(emitter, p, last, Value());

  // The blocks of [from, to), last to first.
  auto loop = [&](Scalar from, Scalar to, bool masked) {
    Scalar zero(emitter, int64_t(0)), one(emitter, 1);
    Value count = Scalar(emitter, to) - from;
    SmallVector<Value> carried{out};
    llvm::append_range(carried, state);
    auto loop = emitter.create<scf::ForOp>(
        Value(zero), count, Value(one), carried,
        [&](OpBuilder &builder, Location loc, Value i, ValueRange carried) {
          Emitter inner{builder, loc};
          Softmax step = softmax.in(inner);
          Scalar block = Scalar(inner, to) - 1 - Scalar(inner, i);
          Softmax::State state(carried.drop_front());
          Value accumulator = carried.front();
          Value p =
              step.next(scores(inner, step, block, masked), state, accumulator);
          state.insert(state.begin(), weigh(inner, p, block, accumulator));
          inner.create<scf::YieldOp>(state);
        });
    out = loop.getResult(0);
    state.assign(loop.result_begin() + 1, loop.result_end());
  };
  if (mayMaskBeforeLast(attention))
    loop(blocks.fullEnd, last, /*masked=*/true);
  // The bulk: no masks.
  loop(blocks.fullBegin, mayMaskBeforeLast(attention) ? blocks.fullEnd : last,
       /*masked=*/false);
  if (mayMaskFirst(attention))
    loop(blocks.begin, blocks.fullBegin, /*masked=*/true);
  return {out, state[0], softmax.exactSum(state), softmax.scaledMaximum(state)};
}

TileEmitter::Sums TileEmitter::attendInTheFormThatHolds(Emitter &emitter) {
  KeyBlocks blocks = emitKeyBlocks(emitter, attention, tile);
  // Both forms begin with the same scores.
  Softmax scaling(emitter, /*online=*/false, attention.scale,
                  attention.elementType, attention.hasLse);
  Value lastScores = scores(emitter, scaling, blocks.end - 1, /*masked=*/true);
  if (!attention.hasTemperature())
    return attend(emitter, attention.schedule.softmax != SoftmaxForm::Bounded,
                  blocks, lastScores);
  // |q k| <= D |temperature|, and a little more after rounding and a rotation
  // by rounded sines.
  constexpr double roundingMargin = 1.02;
  double limit =
      largestBoundedScore(attention) /
      (roundingMargin * attention.problem.headDim * std::abs(attention.scale));
  Value temperature = emitter.create<memref::LoadOp>(
      parameters.temperature, ValueRange{keyHead.toIndex()});
  // As an f32, rounded: the margin covers it. NaN is not between them.
  auto most = static_cast<float>(
      std::min<double>(limit, std::numeric_limits<float>::max()));
  auto is = [&](arith::CmpFPredicate predicate, float value) -> Value {
    Value constant = emitter.create<arith::ConstantOp>(
        emitter.builder.getF32FloatAttr(value));
    return emitter.create<arith::CmpFOp>(predicate, temperature, constant);
  };
  Value isAbove = is(arith::CmpFPredicate::OGT, -most);
  Value isBelow = is(arith::CmpFPredicate::OLT, most);
  Value isBounded = emitter.create<arith::AndIOp>(isAbove, isBelow);
  Scalar enough(emitter, fewestBoundedKeys / attention.schedule.blockKV);
  Value hasKeys = enough <= blocks.end - blocks.begin;
  isBounded = emitter.create<arith::AndIOp>(isBounded, hasKeys);
  auto emitForm = [&](bool online) {
    return [=, &blocks](OpBuilder &builder, Location loc) {
      Emitter inner{builder, loc};
      Sums sums = attend(inner, online, blocks, lastScores);
      inner.create<scf::YieldOp>(ValueRange{sums.values, sums.weights,
                                            sums.exponentials, sums.maximum});
    };
  };
  auto form =
      emitter.create<scf::IfOp>(isBounded, emitForm(false), emitForm(true));
  return {form.getResult(0), form.getResult(1), form.getResult(2),
          form.getResult(3)};
}

void TileEmitter::storeOut(Emitter &emitter, Value out) {
  Scalar token = tile.begin + tile.firstRow, channel(emitter, int64_t(0));
  auto storeTile = [&](Emitter &inner) {
    inner.create<hopper::StoreOp>(out, parameters.out,
                                  ValueRange{batch, token, head, channel});
  };
  if (!parameters.outBuffer)
    return storeTile(emitter);
  // Where a packed sequence ends inside the tile, another one follows.
  Scalar rows(emitter, attention.schedule.blockQ);
  emitter.create<scf::IfOp>(
      rows <= rowsLeft(),
      [&](OpBuilder &builder, Location loc) {
        Emitter inner{builder, loc};
        storeTile(inner);
        inner.create<scf::YieldOp>();
      },
      [&](OpBuilder &builder, Location loc) {
        Emitter inner{builder, loc};
        auto index = [&](Scalar value) {
          return Scalar(inner, value).toIndex();
        };
        Value zero = inner.create<arith::ConstantIndexOp>(0);
        SmallVector<Value> indices{index(batch), index(token), index(head),
                                   zero};
        inner.create<hopper::StoreRowsOp>(out, parameters.outBuffer, indices,
                                          rowsLeft(), /*along=*/1);
        inner.create<scf::YieldOp>();
      });
}

void TileEmitter::storeLse(Emitter &emitter, const Sums &sums) {
  // To the base 2, then to that of e.
  Value log = emitter.create<math::Log2Op>(sums.exponentials);
  Value lse = emitter.create<arith::AddFOp>(sums.maximum, log);
  Value ln2 = emitter.create<arith::ConstantOp>(SplatElementsAttr::get(
      cast<ShapedType>(lse.getType()),
      emitter.builder.getF32FloatAttr(llvm::numbers::ln2)));
  lse = emitter.create<arith::MulFOp>(lse, ln2);
  SmallVector<Value> indices{batch.toIndex(), head.toIndex(),
                             (tile.begin + tile.firstRow).toIndex()};
  emitter.create<hopper::StoreRowsOp>(lse, parameters.lse, indices, rowsLeft(),
                                      /*along=*/2);
}

void TileEmitter::store(Emitter &emitter, const Sums &sums) {
  auto rows = cast<ShapedType>(sums.weights.getType());
  auto type = cast<RankedTensorType>(sums.values.getType());
  Value one = emitter.create<arith::ConstantOp>(
      SplatElementsAttr::get(rows, emitter.builder.getF32FloatAttr(1)));
  Value inverse = emitter.create<arith::DivFOp>(one, sums.weights);
  Value factors = emitter.create<hopper::BroadcastRowsOp>(type, inverse);
  Value out = emitter.create<arith::MulFOp>(sums.values, factors);
  storeOut(emitter, emitter.create<arith::TruncFOp>(
                        type.clone(attention.elementType), out));
  if (attention.hasLse)
    storeLse(emitter, sums);
}

void TileEmitter::emit(Emitter &emitter) {
  queries = load(emitter, parameters.queries, head, tile.firstRow);
  store(emitter, attendInTheFormThatHolds(emitter));
}

void cca::emitFlashAttention(Emitter &emitter, const FlashAttention &attention,
                             const FlashAttentionParameters &parameters) {
  const AttentionProblem &problem = attention.problem;
  int64_t rows = attention.schedule.blockQ;
  Scalar batch(emitter, parameters.batch), tokens(emitter, parameters.tokens),
      blocks(emitter, parameters.blocks),
      headsPerGroup(emitter, parameters.headsPerGroup);
  Scalar heads = batch * problem.queryHeads;
  emitLongestFirstTiles(emitter, blocks * heads, [&](Scalar number) {
    HeadTile at = emitHeadTile(emitter, number, blocks, heads, headsPerGroup,
                               problem.causal);
    Scalar head = at.head % problem.queryHeads,
           batchIndex = at.head / problem.queryHeads;
    Scalar zero(emitter, int64_t(0));
    if (!problem.packed) {
      QueryTile tile{zero, tokens, at.block * rows};
      TileEmitter(attention, parameters, head, batchIndex, tile).emit(emitter);
      return;
    }
    QueryTile tile =
        emitSlotTile(emitter, at.block, parameters.cuSeqlens, rows);
    emitter.create<scf::IfOp>(
        tile.firstRow < tile.length, [&](OpBuilder &builder, Location loc) {
          Emitter inner{builder, loc};
          TileEmitter(attention, parameters, head, zero, tile).emit(inner);
          inner.create<scf::YieldOp>();
        });
  });
}
