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
                   op.getCos().getType().getElementType() == elementType) {}

SmallVector<Value *> MixParameters::all() {
  SmallVector<Value *> values{&latents,     &others,  &taps,        &queries,
                              &keys,        &cosines, &sines,       &tokens,
                              &tilesPerRow, &tiles,   &queryChunks, &keyChunks};
  llvm::append_range(values, tables.all());
  return values;
}

namespace {

/// A query head or a key head, and what its residual is made of: half of
/// itself, and `weight` times each of `others` heads.
struct Head {
  Scalar number; ///< of all heads
  Value isKey;
  Scalar inTensor; ///< number among the queries or the keys
  Scalar firstOther, others;
  Value weight; ///< f32
};

/// One tile of tokens of one head.
class TileEmitter {
public:
  TileEmitter(Emitter &emitter, const Mix &mix, const MixParameters &parameters,
              const Head &head, ArrayRef<Value> taps, Scalar batch,
              Scalar token)
      : emitter(emitter), mix(mix), parameters(parameters), head(head),
        taps(taps), batch(batch), token(token) {}

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
  Value convolve(Value latents, Value own, Value accumulator, Value positions);
  void store(Value tile);

  Emitter &emitter;
  const Mix &mix;
  const MixParameters &parameters;
  const Head &head;
  ArrayRef<Value> taps;
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

/// A panel of another head or of a table, f32. They take turns at the stages of
/// one ring: some are on their way while another is read.
Value TileEmitter::loadPanel(Emitter &inner, Value map, ArrayRef<Scalar> at) {
  hopper::LoadOp panel = emitLoad(inner, map, at);
  Builder &b = inner.builder;
  panel->setAttr(ringAttrName, b.getStringAttr("panels"));
  panel->setAttr(stagesAttrName,
                 b.getI64IntegerAttr(panelStages(mix.problem, mix.schedule)));
  return inner.create<arith::ExtFOp>(tileType(MixSchedule::panelColumns, f32()),
                                     panel.getTile());
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

/// What accumulators start from: bias, half of the head, and the mean of
/// others. Panel by panel, as others are loaded.
Value TileEmitter::startFromResidual(Value own) {
  constexpr int64_t columns = MixSchedule::panelColumns;
  RankedTensorType type = tileType(columns, f32());
  Value half = emitter.create<arith::ConstantOp>(
      SplatElementsAttr::get(type, emitter.builder.getF32FloatAttr(0.5)));
  SmallVector<Value> panels;
  for (int64_t first = 0; first < mix.problem.headDim; first += columns) {
    Scalar channel = head.number * mix.problem.headDim + first;
    Value bias = emitter.create<hopper::GatherOp>(type, parameters.tables.bias,
                                                  ValueRange{channel.toIndex()},
                                                  /*rows=*/Value(),
                                                  /*along=*/IntegerAttr());
    Value wide = emitter.create<arith::ExtFOp>(
        type, sliceColumns(emitter, own, first, columns));
    panels.push_back(emitter.create<math::FmaOp>(wide, half, bias));
  }
  Scalar zero(emitter, int64_t(0)), one(emitter, 1);
  auto loop = emitter.create<scf::ForOp>(
      Value(zero), Value(head.others), Value(one), panels,
      [&](OpBuilder &builder, Location loc, Value i, ValueRange carried) {
        Emitter inner{builder, loc};
        Scalar number = head.firstOther + Scalar(inner, i);
        Value weight = inner.create<tensor::SplatOp>(head.weight, type);
        SmallVector<Value> next;
        for (auto [index, panel] : llvm::enumerate(carried))
          next.push_back(inner.create<math::FmaOp>(
              loadOther(inner, number, index * columns), weight, panel));
        inner.create<scf::YieldOp>(next);
      });
  if (panels.size() == 1)
    return loop.getResult(0);
  return emitter.create<hopper::ConcatColumnsOp>(
      tileType(mix.problem.headDim, f32()), loop.getResults());
}

/// The sum over taps of taps[m] x[t - m], added to `accumulator`. `own` is x
/// itself; `positions` are those of packed sequences, else null.
Value TileEmitter::convolve(Value latents, Value own, Value accumulator,
                            Value positions) {
  Value sum = accumulator;
  for (int64_t tap = 0; tap < mix.problem.taps; ++tap) {
    Value x = tap == 0
                  ? own
                  : sliceRows(emitter, latents, MixSchedule::haloRows - tap,
                              mix.schedule.blockM);
    if (tap > 0 && positions) {
      // What is before the sequence belongs to another one.
      Value least = emitter.create<arith::ConstantOp>(
          SplatElementsAttr::get(cast<ShapedType>(positions.getType()),
                                 emitter.builder.getI32IntegerAttr(tap)));
      Value isInside = emitter.create<arith::CmpIOp>(arith::CmpIPredicate::sge,
                                                     positions, least);
      x = emitter.create<hopper::MaskRowsOp>(x, isInside);
    }
    Value weight = mix.keepsTaps
                       ? taps[tap]
                       : loadTap(emitter, mix, parameters.taps, head, tap);
    sum = emitter.create<hopper::DotOp>(sum.getType(), x, weight, sum,
                                        /*transpose_b=*/true);
  }
  return sum;
}

void TileEmitter::store(Value tile) {
  auto type = tileType(mix.problem.headDim, mix.elementType);
  Value rounded = emitter.create<arith::TruncFOp>(type, tile);
  // Queries or keys: the same box of either.
  Value map = emitter.create<arith::SelectOp>(head.isKey, parameters.keys,
                                              parameters.queries);
  constexpr int64_t columns = MixSchedule::panelColumns;
  for (int64_t first = 0; first < mix.problem.headDim; first += columns) {
    Value part = sliceColumns(emitter, rounded, first, columns);
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
  Value factor =
      temperature(emitter, mix, parameters.tables, head.isKey, head.inTensor);
  Value scaled = normalize(emitter, mix, sum, head.isKey, factor);
  store(rotate(emitter, mix, scaled, gathered ? *gathered : loadTables()));
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
          emitter.create<arith::SelectOp>(isKey, constant(0.5 / group),
                                          constant(0.5))};
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
    // The parts of query heads come first.
    Value isQuery = item < queryItems;
    Scalar chunks = Scalar::select(isQuery, queryChunks, keyChunks);
    Scalar inKind = Scalar::select(isQuery, item, item - queryItems);
    Scalar before =
        Scalar::select(isQuery, zero, Scalar(emitter, mix.problem.queryHeads));
    Head head = emitHead(emitter, mix, before + inKind / chunks);
    Scalar chunk = inKind % chunks;
    SmallVector<Value> taps;
    if (mix.keepsTaps)
      for (int64_t tap = 0; tap < mix.problem.taps; ++tap)
        taps.push_back(
            TileEmitter::loadTap(emitter, mix, parameters.taps, head, tap));
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
    TileEmitter(emitter, mix, parameters, head, taps, tile / tilesPerRow,
                tile % tilesPerRow * mix.schedule.blockM)
        .emit(searchSteps);
  });
}
