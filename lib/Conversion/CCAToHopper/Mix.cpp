//===- Mix.cpp - Latents to queries and keys as one block computes it -----===//
//
// A block takes every n-th tile of a head: the head's taps stay in shared
// memory for all of them. As if by one thread; the schedule's passes make it
// concurrent.
//
//===----------------------------------------------------------------------===//

#include "Mix.h"
#include "PersistentTiles.h"
#include "TokenRows.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

Mix::Mix(MixOp op)
    : HeadModes(op, op.getProblem(), op.getSchedule()->getBlockM(),
                cca::loadsTablesAhead(op.getProblem())),
      schedule(op.getSchedule()->getValue()),
      keepsTaps(cca::keepsTaps(problem, schedule)),
      stagesTables(cca::stagesTables(problem) && !packed &&
                   op.getCos().getType().getElementType() == elementType),
      hasSpareRegisters(op.getDepthwise() && !packed && problem.taps <= 2 &&
                        schedule.consumers < MixSchedule::maxConsumers),
      rotatesRounded(ropeLayout == RopeLayout::Half &&
                     op.getCos().getType().getElementType() == elementType) {}

SmallVector<Value *> MixParameters::all() {
  SmallVector<Value *> values{&latents,     &others,  &taps,        &queries,
                              &keys,        &cosines, &sines,       &tokens,
                              &tilesPerRow, &tiles,   &queryChunks, &keyChunks,
                              &depthwise};
  llvm::append_range(values, tables.all());
  return values;
}

namespace {

/// A query head or a key head, and what its residual is made of: half the sum
/// of itself and `weight` times each of `others` heads.
struct Head {
  Scalar number; ///< of all heads
  Value isKey;
  Scalar inTensor; ///< number among the queries or the keys
  Scalar firstOther, others;
  Value weight; ///< f32
};

/// What tiles of a head have in common.
struct Weights {
  SmallVector<Value> taps;      ///< in shared memory, if they stay there
  SmallVector<Value> depthwise; ///< a tile of each tap: rows are alike
  /// Where there are registers to spare: of each panel of channels, rows alike.
  SmallVector<Value> bias;
  Value temperature; ///< f32
};

/// One tile of tokens of one head.
class TileEmitter {
public:
  TileEmitter(Emitter &emitter, const Mix &mix, const MixParameters &parameters,
              const Head &head, const Weights &weights, Scalar batch,
              Scalar token)
      : emitter(emitter), mix(mix), parameters(parameters), head(head),
        weights(weights), batch(batch), token(token) {}

  /// `searchSteps` is null without packed sequences.
  void emit(std::optional<Scalar> searchSteps);

  static Value loadTap(Emitter &emitter, const Mix &mix, Value map,
                       const Head &head, int64_t number);

private:
  RankedTensorType tileType(int64_t columns, Type element) const {
    return RankedTensorType::get({mix.schedule.blockM, columns}, element);
  }
  Type f32() const { return emitter.builder.getF32Type(); }
  Value loadPanel(Emitter &inner, Value map, ArrayRef<Scalar> at);
  Value loadOther(Emitter &inner, Scalar number, int64_t column);
  RotaryTables loadTables();
  Value startFromResidual(Value own);
  Value shift(Value latents, int64_t tokens, Value positions);
  Value convolve(Value latents, Value own, Value accumulator, Value positions);
  void store(Value tile);

  Emitter &emitter;
  const Mix &mix;
  const MixParameters &parameters;
  const Head &head;
  const Weights &weights;
  Scalar batch, token;
};

} // namespace

/// The tile of `map` at some coordinates.
static hopper::LoadOp emitLoad(Emitter &emitter, Value map,
                               ArrayRef<Scalar> at) {
  auto type = cast<hopper::TensorMapType>(map.getType());
  return emitter.create<hopper::LoadOp>(
      RankedTensorType::get(type.getTileShape(), type.getElementType()), map,
      llvm::to_vector_of<Value>(at));
}

/// A panel of another head or of a table. They take turns at the stages of one
/// ring: some are on their way while another is read.
Value TileEmitter::loadPanel(Emitter &inner, Value map, ArrayRef<Scalar> at) {
  hopper::LoadOp panel = emitLoad(inner, map, at);
  Builder &b = inner.builder;
  panel->setAttr(ringAttrName, b.getStringAttr("panels"));
  panel->setAttr(stagesAttrName,
                 b.getI64IntegerAttr(panelStages(mix.problem, mix.schedule)));
  return panel.getTile();
}

Value TileEmitter::loadOther(Emitter &inner, Scalar number, int64_t column) {
  return loadPanel(inner, parameters.others,
                   {batch, token, number * mix.problem.headDim + column});
}

/// Panels of cosines and sines.
RotaryTables TileEmitter::loadTables() {
  SmallVector<Scalar> at{token, Scalar(emitter, int64_t(0))};
  if (mix.hasTablePerBatch)
    at.insert(at.begin(), batch);
  Value cosines = loadPanel(emitter, parameters.cosines, at),
        sines = loadPanel(emitter, parameters.sines, at);
  return {emitter, mix, cosines, sines};
}

Value TileEmitter::loadTap(Emitter &emitter, const Mix &mix, Value map,
                           const Head &head, int64_t number) {
  Scalar tap(emitter, number), zero(emitter, int64_t(0));
  return emitLoad(emitter, map, {tap, head.number * mix.problem.headDim, zero})
      .getTile();
}

/// `columns` elements of `buffer`, the same for all rows of a tile.
static Value gatherRow(Emitter &emitter, const Mix &mix, Value buffer,
                       ArrayRef<Scalar> at, int64_t columns) {
  SmallVector<Value> indices;
  for (Scalar index : at)
    indices.push_back(index.toIndex());
  Type element = cast<MemRefType>(buffer.getType()).getElementType();
  return emitter.create<hopper::GatherOp>(
      RankedTensorType::get({mix.schedule.blockM, columns}, element), buffer,
      indices, /*rows=*/Value(), /*along=*/IntegerAttr());
}

/// The bias of a head, panel by panel.
static SmallVector<Value> gatherBias(Emitter &emitter, const Mix &mix,
                                     const MixParameters &parameters,
                                     const Head &head) {
  constexpr int64_t columns = MixSchedule::panelColumns;
  SmallVector<Value> panels;
  for (int64_t first = 0; first < mix.problem.headDim; first += columns)
    panels.push_back(gatherRow(emitter, mix, parameters.tables.bias,
                               {head.number * mix.problem.headDim + first},
                               columns));
  return panels;
}

/// What accumulators start from: bias, half of the head, and the mean of
/// others. In 16 bits as far as factors are powers of 2, two numbers at a time:
/// each sum is rounded, as are those of who computes in that type.
Value TileEmitter::startFromResidual(Value own) {
  constexpr int64_t columns = MixSchedule::panelColumns;
  bool inPairs = llvm::isPowerOf2_64(mix.group());
  Type element = inPairs ? Type(mix.elementType) : f32();
  RankedTensorType type = tileType(columns, element);
  auto inType = [&](Emitter &emitter, Value panel) {
    return inPairs ? panel : extend(emitter, panel);
  };
  Value weight = head.weight;
  if (inPairs)
    weight = emitter.create<arith::TruncFOp>(element, weight);
  // Panel by panel, as others are loaded.
  auto addOther = [&](Emitter &emitter, Scalar number, ValueRange panels) {
    Value factors = emitter.create<tensor::SplatOp>(weight, type);
    SmallVector<Value> sums;
    for (auto [index, panel] : llvm::enumerate(panels))
      sums.push_back(emitter.create<math::FmaOp>(
          inType(emitter, loadOther(emitter, number, index * columns)), factors,
          panel));
    return sums;
  };
  SmallVector<Value> panels;
  for (int64_t first = 0; first < mix.problem.headDim; first += columns)
    panels.push_back(
        inType(emitter, sliceColumns(emitter, own, first, columns)));
  // There is one. A loop over all would copy what it starts from.
  Scalar first(emitter, int64_t(0)), one(emitter, 1);
  if (mix.hasSpareRegisters) {
    panels = addOther(emitter, head.firstOther, panels);
    first = one;
  }
  auto loop = emitter.create<scf::ForOp>(
      Value(first), Value(head.others), Value(one), panels,
      [&](OpBuilder &builder, Location loc, Value i, ValueRange carried) {
        Emitter inner{builder, loc};
        inner.create<scf::YieldOp>(
            addOther(inner, head.firstOther + Scalar(inner, i), carried));
      });
  RankedTensorType sumType = tileType(columns, f32());
  Value half = emitter.create<arith::ConstantOp>(
      SplatElementsAttr::get(sumType, emitter.builder.getF32FloatAttr(0.5)));
  panels.clear();
  SmallVector<Value> biases = mix.hasSpareRegisters
                                  ? weights.bias
                                  : gatherBias(emitter, mix, parameters, head);
  for (auto [panel, bias] : llvm::zip_equal(loop.getResults(), biases))
    panels.push_back(
        emitter.create<math::FmaOp>(extend(emitter, panel), half, bias));
  if (panels.size() == 1)
    return panels.front();
  return emitter.create<hopper::ConcatColumnsOp>(
      tileType(mix.problem.headDim, f32()), panels);
}

/// x[t - tokens], zero before the sequence.
Value TileEmitter::shift(Value latents, int64_t tokens, Value positions) {
  Value x = sliceRows(emitter, latents, MixSchedule::haloRows - tokens,
                      mix.schedule.blockM);
  if (!positions)
    return x;
  // What is before the sequence belongs to another one.
  Value least = emitter.create<arith::ConstantOp>(
      SplatElementsAttr::get(cast<ShapedType>(positions.getType()),
                             emitter.builder.getI32IntegerAttr(tokens)));
  Value isInside = emitter.create<arith::CmpIOp>(arith::CmpIPredicate::sge,
                                                 positions, least);
  return emitter.create<hopper::MaskRowsOp>(x, isInside);
}

/// The sum over taps of taps[m] y[t - m], added to `accumulator`. `own` is x
/// itself; `positions` are those of packed sequences, else null.
Value TileEmitter::convolve(Value latents, Value own, Value accumulator,
                            Value positions) {
  // y of a tap reads what y of the next one does, but for one token.
  SmallVector<Value> x{own};
  auto shifted = [&](int64_t tokens) {
    while (static_cast<int64_t>(x.size()) <= tokens)
      x.push_back(shift(latents, x.size(), positions));
    return x[tokens];
  };
  Value sum = accumulator;
  for (int64_t tap = 0; tap < mix.problem.taps; ++tap) {
    Value y = shifted(tap);
    for (auto [before, factor] : llvm::enumerate(weights.depthwise)) {
      Value of = shifted(tap + before);
      y = before == 0 ? Value(emitter.create<arith::MulFOp>(of, factor))
                      : Value(emitter.create<math::FmaOp>(of, factor, y));
    }
    Value weight = mix.keepsTaps
                       ? weights.taps[tap]
                       : loadTap(emitter, mix, parameters.taps, head, tap);
    sum = emitter.create<hopper::DotOp>(sum.getType(), y, weight, sum,
                                        /*transpose_b=*/true);
  }
  return sum;
}

void TileEmitter::store(Value tile) {
  // Queries or keys: the same box of either.
  Value map = emitter.create<arith::SelectOp>(head.isKey, parameters.keys,
                                              parameters.queries);
  constexpr int64_t columns = MixSchedule::panelColumns;
  for (int64_t first = 0; first < mix.problem.headDim; first += columns) {
    Value part = sliceColumns(emitter, tile, first, columns);
    Scalar channel(emitter, first);
    emitter.create<hopper::StoreOp>(
        part, map, ValueRange{batch, token, head.inTensor, channel});
  }
}

void TileEmitter::emit(std::optional<Scalar> searchSteps) {
  auto tokens = [&] {
    return emitTokens(emitter, token, Scalar(emitter, parameters.tokens),
                      mix.schedule.blockM);
  };
  // A search takes its time: it comes first.
  Value positions;
  if (searchSteps)
    positions = emitPositions(emitter, tokens(), parameters.tables.cuSeqlens,
                              *searchSteps);

  Value latents = emitLoad(emitter, parameters.latents,
                           {batch, token - MixSchedule::haloRows,
                            head.number * mix.problem.headDim})
                      .getTile();
  Value own =
      sliceRows(emitter, latents, MixSchedule::haloRows, mix.schedule.blockM);
  Value start = startFromResidual(own);
  Value sum = convolve(latents, own, start, positions);
  // Gathers come before the last product is waited for. Panels are there long
  // before they are read.
  std::optional<RotaryTables> gathered;
  if (!mix.stagesTables)
    gathered.emplace(emitter, mix, parameters.tables, batch,
                     positions ? positions : tokens());
  Value factor = mix.hasSpareRegisters
                     ? weights.temperature
                     : temperature(emitter, mix, parameters.tables, head.isKey,
                                   head.inTensor);
  Value scaled = normalize(emitter, mix, sum, head.isKey, factor);
  auto round = [&](Value tile) -> Value {
    return emitter.create<arith::TruncFOp>(
        tileType(mix.problem.headDim, mix.elementType), tile);
  };
  RotaryTables tables = gathered ? *gathered : loadTables();
  store(mix.rotatesRounded ? rotate(emitter, mix, round(scaled), tables)
                           : round(rotate(emitter, mix, scaled, tables)));
}

/// Head number `number`: queries first.
static Head emitHead(Emitter &emitter, const Mix &mix, Scalar number) {
  int64_t queries = mix.problem.queryHeads, group = mix.group();
  Scalar queryHeads(emitter, queries);
  Value isKey = queryHeads <= number;
  auto select = [&](Scalar ofKey, Scalar ofQuery) {
    return Scalar::select(isKey, ofKey, ofQuery);
  };
  Scalar keyHead = number - queryHeads;
  auto constant = [&](double value) -> Value {
    return emitter.create<arith::ConstantOp>(
        emitter.builder.getF32FloatAttr(value));
  };
  // A query head's other is its key head; a key head's are those of its group.
  return {number,
          isKey,
          select(keyHead, number),
          select(keyHead * group, queryHeads + number / group),
          select(Scalar(emitter, group), Scalar(emitter, 1)),
          emitter.create<arith::SelectOp>(isKey, constant(1.0 / group),
                                          constant(1))};
}

/// What is loaded once for all tiles of a head.
static Weights loadWeights(Emitter &emitter, const Mix &mix,
                           const MixParameters &parameters, const Head &head) {
  const MixProblem &problem = mix.problem;
  Weights weights;
  // Gathers are under way while taps are waited for.
  if (parameters.depthwise)
    for (int64_t tap = 0; tap < problem.depthwiseTaps; ++tap)
      weights.depthwise.push_back(
          gatherRow(emitter, mix, parameters.depthwise,
                    {Scalar(emitter, tap), head.number * problem.headDim},
                    problem.headDim));
  if (mix.hasSpareRegisters) {
    weights.bias = gatherBias(emitter, mix, parameters, head);
    weights.temperature =
        temperature(emitter, mix, parameters.tables, head.isKey, head.inTensor);
  }
  if (mix.keepsTaps)
    for (int64_t tap = 0; tap < problem.taps; ++tap)
      weights.taps.push_back(
          TileEmitter::loadTap(emitter, mix, parameters.taps, head, tap));
  return weights;
}

void cca::emitMixBody(Emitter &emitter, const Mix &mix,
                      const MixParameters &parameters) {
  Scalar tiles(emitter, parameters.tiles),
      tilesPerRow(emitter, parameters.tilesPerRow),
      queryChunks(emitter, parameters.queryChunks),
      keyChunks(emitter, parameters.keyChunks);
  std::optional<Scalar> searchSteps;
  if (mix.packed)
    searchSteps = emitSearchSteps(emitter, parameters.tables.cuSeqlens);
  Scalar zero(emitter, int64_t(0)), one(emitter, 1);
  Scalar queryItems = queryChunks * mix.problem.queryHeads;
  Scalar items = queryItems + keyChunks * mix.problem.keyHeads;
  emitPersistentTiles(emitter, items, [&](Scalar item) {
    // The parts of query heads come first. Blocks side by side, of one GPC,
    // compute all heads of some tokens.
    Value isQuery = item < queryItems;
    Scalar chunks = Scalar::select(isQuery, queryChunks, keyChunks);
    Scalar inKind = Scalar::select(isQuery, item, item - queryItems);
    Scalar queryHeads(emitter, mix.problem.queryHeads),
        keyHeads(emitter, mix.problem.keyHeads);
    Scalar heads = Scalar::select(isQuery, queryHeads, keyHeads);
    Scalar before = Scalar::select(isQuery, zero, queryHeads);
    Head head = emitHead(emitter, mix, before + inKind % heads);
    Scalar chunk = inKind / heads;
    Weights weights = loadWeights(emitter, mix, parameters, head);
    // Tiles in turn: all heads are at about the same tokens at a time, so that
    // what a head reads of others is in L2 still, whoever read it first. From
    // the last one on, whose latents have been written last.
    Scalar count = (tiles - chunk + (chunks - 1)) / chunks;
    auto loop =
        emitter.create<scf::ForOp>(Value(zero), Value(count), Value(one));
    if (!mix.schedule.cooperative)
      dealOut(loop);
    OpBuilder::InsertionGuard guard(emitter.builder);
    emitter.builder.setInsertionPointToStart(loop.getBody());
    Scalar turn(emitter, loop.getInductionVar());
    Scalar tile = tiles - 1 - (turn * chunks + chunk);
    TileEmitter(emitter, mix, parameters, head, weights, tile / tilesPerRow,
                tile % tilesPerRow * mix.schedule.blockM)
        .emit(searchSteps);
  });
}
