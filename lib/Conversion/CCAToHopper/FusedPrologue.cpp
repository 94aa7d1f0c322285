//===- FusedPrologue.cpp - Hidden states to queries, keys and values ------===//
//
// A block takes tiles of a key head and of the query heads that share it. The
// latents of a head are a product, and all consumers share them: convolutions
// read rows further up, which are the first rows of the tile for its first
// tokens. As if by one thread; the schedule's passes make it concurrent.
//
//===----------------------------------------------------------------------===//

#include "FusedPrologue.h"
#include "PersistentTiles.h"
#include "TokenRows.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::cca;

/// Columns that are rounded, added up or stored at a time.
static constexpr int64_t panelColumns = GemmSchedule::panelCols;

FusedPrologue::FusedPrologue(FusedPrologueOp op)
    : HeadModes(op, op.getProblem().mix,
                op.getSchedule()->getValue().tokens(
                    op.getTaps().getType().getDimSize(0)),
                cca::loadsTablesAhead(op.getProblem())),
      schedule(op.getSchedule()->getValue()),
      gemm{{schedule.blockM, problem.headDim, FusedSchedule::blockK,
            schedule.stages, schedule.consumers},
           op.getProblem().inputs,
           elementType,
           /*tokenRank=*/3},
      values{op.getTaps().getType().getDimSize(1), problem.keyHeads,
             problem.headDim},
      hasProjectionBias(static_cast<bool>(op.getProjectionBias())) {}

int64_t FusedPrologue::valueBlocks() const {
  return llvm::divideCeil(values.half(), gemm.schedule.blockN);
}

SmallVector<Value *> FusedParameters::all() {
  SmallVector<Value *> all{&hidden,           &w,       &taps,
                           &queries,          &keys,    &values.current,
                           &values.delayed,   &tokens,  &tilesPerRow,
                           &valueTilesPerRow, &batches, &keyHeads,
                           &projectionBias};
  llvm::append_range(all, tables.all());
  return all;
}

FusedTiles cca::emitTileCounts(const FusedPrologue &prologue, Scalar batches,
                               Scalar tilesPerRow, Scalar valueTilesPerRow) {
  return {batches * tilesPerRow * prologue.problem.keyHeads,
          batches * valueTilesPerRow * (2 * prologue.valueBlocks())};
}

//===----------------------------------------------------------------------===//
// A key head and its query heads
//===----------------------------------------------------------------------===//

namespace {

/// One tile of tokens of one key head.
class TileEmitter {
public:
  TileEmitter(Emitter &emitter, const FusedPrologue &prologue,
              const FusedParameters &parameters, Scalar batch, Scalar token,
              Scalar keyHead)
      : prologue(prologue), parameters(parameters), batch(batch), token(token),
        keyHead(keyHead),
        type(RankedTensorType::get({prologue.rows, prologue.problem.headDim},
                                   emitter.builder.getF32Type())) {}

  /// `product` is that of the key head; `searchSteps` is null without packed
  /// sequences.
  void emit(Emitter &emitter, Value product, std::optional<Scalar> searchSteps);

  /// Where the product of head `head` begins.
  GemmOrigin origin(Scalar head) const {
    return {parameters.hidden, parameters.w, batch, token - prologue.halo(),
            head * prologue.problem.headDim};
  }
  Scalar key() const { return keyHead + prologue.problem.queryHeads; }

private:
  /// What the convolutions of a query head and of its key head are added to.
  struct Residuals {
    Value query, key;
  };
  RankedTensorType panelType(Type element) const {
    return RankedTensorType::get({prologue.rows, panelColumns}, element);
  }
  Value shareLatents(Emitter &emitter, Scalar head, Value product);
  Value emitOwn(Emitter &emitter, Value latents);
  Value emitBias(Emitter &emitter, Scalar head, int64_t first);
  Residuals emitResiduals(Emitter &emitter, Scalar head, Value latents,
                          Value keyLatents, Value keySum);
  Value convolve(Emitter &emitter, Scalar head, Value latents, Value sum);
  void finish(Emitter &emitter, bool isKey, Scalar inTensor, Value tile);

  const FusedPrologue &prologue;
  const FusedParameters &parameters;
  Scalar batch, token, keyHead;
  RankedTensorType type;
  Value positions; ///< of the rows in their sequences
};

} // namespace

/// Tiles side by side.
static Value concat(Emitter &emitter, ValueRange panels) {
  if (panels.size() == 1)
    return panels.front();
  auto type = cast<RankedTensorType>(panels.front().getType());
  int64_t columns = type.getDimSize(1) * static_cast<int64_t>(panels.size());
  return emitter.create<hopper::ConcatColumnsOp>(
      type.clone({type.getDimSize(0), columns}), panels);
}

/// The latents of head `head`, those of the tokens before the tile first.
Value TileEmitter::shareLatents(Emitter &emitter, Scalar head, Value product) {
  SmallVector<Value> panels;
  for (int64_t i = 0; i < prologue.problem.headDim / panelColumns; ++i)
    panels.push_back(emitRounded(
        emitter, prologue.gemm, emitPanel(emitter, prologue.gemm, product, i),
        parameters.projectionBias,
        head * prologue.problem.headDim + i * panelColumns));
  return emitter.create<hopper::ShareOp>(concat(emitter, panels));
}

/// The latents of the tokens themselves.
Value TileEmitter::emitOwn(Emitter &emitter, Value latents) {
  return sliceRows(emitter, latents, prologue.halo(), prologue.rows);
}

/// What the residual and the convolution of a head are added to: a panel.
Value TileEmitter::emitBias(Emitter &emitter, Scalar head, int64_t first) {
  Scalar channel = head * prologue.problem.headDim + first;
  return emitter.create<hopper::GatherOp>(
      panelType(emitter.builder.getF32Type()), parameters.tables.bias,
      ValueRange{channel.toIndex()},
      /*rows=*/Value(), /*along=*/IntegerAttr());
}

/// The residual is half of the head and its key head together, and that of the
/// key the mean of these. Panel by panel: there are not registers for all of
/// the operands.
TileEmitter::Residuals TileEmitter::emitResiduals(Emitter &emitter, Scalar head,
                                                  Value latents,
                                                  Value keyLatents,
                                                  Value keySum) {
  Type f32 = emitter.builder.getF32Type();
  auto factor = [&](double value) -> Value {
    return emitter.create<arith::ConstantOp>(SplatElementsAttr::get(
        panelType(f32), emitter.builder.getF32FloatAttr(value)));
  };
  // The head's are read last: they stay in registers for its first tap.
  Value ofKey = emitOwn(emitter, keyLatents), own = emitOwn(emitter, latents);
  SmallVector<Value> sums, keySums;
  for (int64_t first = 0; first < prologue.problem.headDim;
       first += panelColumns) {
    auto panel = [&](Value tile) {
      return sliceColumns(emitter, tile, first, panelColumns);
    };
    auto wide = [&](Value tile) -> Value {
      return emitter.create<arith::ExtFOp>(panelType(f32), panel(tile));
    };
    Value wideKey = wide(ofKey), wideOwn = wide(own);
    Value both = emitter.create<arith::AddFOp>(wideOwn, wideKey);
    sums.push_back(emitter.create<math::FmaOp>(both, factor(0.5),
                                               emitBias(emitter, head, first)));
    keySums.push_back(emitter.create<math::FmaOp>(
        both, factor(0.5 / prologue.group()), panel(keySum)));
  }
  return {concat(emitter, sums), concat(emitter, keySums)};
}

/// The sum over taps of taps[m] x[t - m], added to `sum`. A tap comes in steps,
/// as there is not room for many of them.
Value TileEmitter::convolve(Emitter &emitter, Scalar head, Value latents,
                            Value sum) {
  constexpr int64_t columns = FusedSchedule::blockK;
  Scalar row = head * prologue.problem.headDim;
  auto map = cast<hopper::TensorMapType>(parameters.taps.getType());
  auto weightType =
      RankedTensorType::get(map.getTileShape(), map.getElementType());
  for (int64_t tap = 0; tap < prologue.problem.taps; ++tap) {
    Value x = sliceRows(emitter, latents, prologue.halo() - tap, prologue.rows);
    Value isInside;
    if (tap > 0 && positions) {
      // What is before the sequence belongs to another one, or is a bias.
      Value least = emitter.create<arith::ConstantOp>(
          SplatElementsAttr::get(cast<ShapedType>(positions.getType()),
                                 emitter.builder.getI32IntegerAttr(tap)));
      isInside = emitter.create<arith::CmpIOp>(arith::CmpIPredicate::sge,
                                               positions, least);
    }
    for (int64_t first = 0; first < prologue.problem.headDim;
         first += columns) {
      Scalar number(emitter, tap), channel(emitter, first);
      Value weight = emitter.create<hopper::LoadOp>(
          weightType, parameters.taps, ValueRange{number, row, channel});
      weight.getDefiningOp()->setAttr(
          stagesAttrName,
          emitter.builder.getI64IntegerAttr(prologue.schedule.tapStages));
      Value part = sliceColumns(emitter, x, first, columns);
      if (isInside)
        part = emitter.create<hopper::MaskRowsOp>(part, isInside);
      sum = emitter.create<hopper::DotOp>(type, part, weight, sum,
                                          /*transpose_b=*/true);
    }
  }
  return sum;
}

/// Norm, temperature and RoPE of a head, which then is stored.
void TileEmitter::finish(Emitter &emitter, bool isKey, Scalar inTensor,
                         Value tile) {
  Value key = emitter.create<arith::ConstantIntOp>(isKey, /*width=*/1);
  // Before the last product is waited for.
  Value rows =
      positions ? positions
                : emitTokens(emitter, token, Scalar(emitter, parameters.tokens),
                             prologue.rows);
  RotaryTables rotary(emitter, prologue, parameters.tables, batch, rows);
  Value factor =
      temperature(emitter, prologue, parameters.tables, key, inTensor);
  tile = rotate(emitter, prologue,
                normalize(emitter, prologue, tile, key, factor), rotary);
  Value rounded =
      emitter.create<arith::TruncFOp>(type.clone(prologue.elementType), tile);
  for (int64_t first = 0; first < prologue.problem.headDim;
       first += panelColumns) {
    Value part = sliceColumns(emitter, rounded, first, panelColumns);
    Scalar channel(emitter, first);
    emitter.create<hopper::StoreOp>(
        part, isKey ? parameters.keys : parameters.queries,
        ValueRange{batch, token, inTensor, channel});
  }
}

void TileEmitter::emit(Emitter &emitter, Value product,
                       std::optional<Scalar> searchSteps) {
  Scalar tokens(emitter, parameters.tokens);
  if (searchSteps || prologue.hasProjectionBias)
    positions = emitTokens(emitter, token, tokens, prologue.rows);
  if (searchSteps)
    positions = emitPositions(emitter, positions, parameters.tables.cuSeqlens,
                              *searchSteps);

  int64_t group = prologue.group();
  Value keyLatents = shareLatents(emitter, key(), product);
  SmallVector<Value> biases;
  for (int64_t first = 0; first < prologue.problem.headDim;
       first += panelColumns)
    biases.push_back(emitBias(emitter, key(), first));
  Scalar zero(emitter, int64_t(0)), end(emitter, group), one(emitter, 1);
  auto queries = emitter.create<scf::ForOp>(
      Value(zero), Value(end), Value(one), concat(emitter, biases),
      [&](OpBuilder &builder, Location loc, Value i, ValueRange carried) {
        Emitter inner{builder, loc};
        Scalar head = Scalar(inner, Value(keyHead)) * group + Scalar(inner, i);
        Value latents = shareLatents(
            inner, head, emitProduct(inner, prologue.gemm, origin(head)));
        Residuals start =
            emitResiduals(inner, head, latents, keyLatents, carried.front());
        finish(inner, /*isKey=*/false, head,
               convolve(inner, head, latents, start.query));
        inner.create<scf::YieldOp>(start.key);
      });
  finish(emitter, /*isKey=*/true, keyHead,
         convolve(emitter, key(), keyLatents, queries.getResult(0)));
}

//===----------------------------------------------------------------------===//
// All tiles
//===----------------------------------------------------------------------===//

/// Tile `tile` of the values: halves of a block of rows follow each other.
static ValueTile valueTile(Emitter &emitter, const FusedPrologue &prologue,
                           const FusedParameters &parameters, Scalar tile) {
  int64_t half = prologue.valueBlocks();
  Scalar tilesPerRow(emitter, parameters.valueTilesPerRow);
  Scalar rowBlock = tile / (2 * half);
  return {prologue.gemm,
          prologue.values,
          parameters.values,
          rowBlock / tilesPerRow,
          rowBlock % tilesPerRow * prologue.schedule.blockM,
          Scalar(emitter, half) <= tile % (2 * half)};
}

/// Where the product of `values`, tile `tile`, begins.
static GemmOrigin originOf(Emitter &emitter, const FusedPrologue &prologue,
                           const FusedParameters &parameters,
                           const ValueTile &values, Scalar tile) {
  int64_t half = prologue.valueBlocks();
  Scalar column = tile % (2 * half);
  Scalar inHalf = Scalar::select(values.isDelayed, column - half, column) *
                  prologue.gemm.schedule.blockN;
  const ValueChannels &channels = prologue.values;
  return {parameters.hidden, parameters.w, values.batch,
          values.firstRow(emitter),
          Scalar::select(values.isDelayed,
                         inHalf + (channels.begin + channels.half()),
                         inHalf + channels.begin)};
}

static void emitValues(Emitter &emitter, const FusedPrologue &prologue,
                       const FusedParameters &parameters,
                       const ValueTile &values, Scalar weightRow,
                       Value product) {
  const Gemm &gemm = prologue.gemm;
  Value keep;
  if (prologue.packed)
    keep = values.emitKeep(emitter, parameters.tables.cuSeqlens);
  for (int64_t i = 0; i < gemm.schedule.blockN / panelColumns; ++i) {
    Scalar channel = weightRow + i * panelColumns;
    Value panel = emitPanel(emitter, gemm, product, i);
    if (keep)
      panel = values.emitKept(emitter, panel, keep);
    panel =
        emitRounded(emitter, gemm, panel, parameters.projectionBias, channel);
    values.emitStore(emitter, panel, values.placeOf(emitter, channel));
  }
}

/// Each tile begins with a product, of a key head or of values. Both are one:
/// as two, in two branches, they would have a beginning in common, which LLVM
/// takes out of them and leaves a product in flight over the branch.
static void emitTile(Emitter &emitter, const FusedPrologue &prologue,
                     const FusedParameters &parameters, Scalar tile,
                     Scalar headTiles, std::optional<Scalar> searchSteps) {
  Value isHeads = tile < headTiles;
  Scalar keyHeads(emitter, parameters.keyHeads);
  Scalar tilesPerRow(emitter, parameters.tilesPerRow);
  Scalar rowBlock = tile / keyHeads;
  TileEmitter heads(emitter, prologue, parameters, rowBlock / tilesPerRow,
                    rowBlock % tilesPerRow * prologue.rows, tile % keyHeads);
  Scalar valueNumber = tile - headTiles;
  ValueTile values = valueTile(emitter, prologue, parameters, valueNumber);

  GemmOrigin ofHeads = heads.origin(heads.key());
  GemmOrigin ofValues =
      originOf(emitter, prologue, parameters, values, valueNumber);
  auto select = [&](Scalar GemmOrigin::*member) {
    return Scalar::select(isHeads, ofHeads.*member, ofValues.*member);
  };
  Value product =
      emitProduct(emitter, prologue.gemm,
                  {parameters.hidden, parameters.w, select(&GemmOrigin::batch),
                   select(&GemmOrigin::row), select(&GemmOrigin::weightRow)});
  emitter.create<scf::IfOp>(
      isHeads,
      [&](OpBuilder &builder, Location loc) {
        Emitter inner{builder, loc};
        heads.emit(inner, product, searchSteps);
        inner.create<scf::YieldOp>();
      },
      [&](OpBuilder &builder, Location loc) {
        Emitter inner{builder, loc};
        emitValues(inner, prologue, parameters, values, ofValues.weightRow,
                   product);
        inner.create<scf::YieldOp>();
      });
}

void cca::emitFusedBody(Emitter &emitter, const FusedPrologue &prologue,
                        const FusedParameters &parameters) {
  FusedTiles tiles = emitTileCounts(prologue, {emitter, parameters.batches},
                                    {emitter, parameters.tilesPerRow},
                                    {emitter, parameters.valueTilesPerRow});
  std::optional<Scalar> searchSteps;
  if (prologue.packed)
    searchSteps = emitSearchSteps(emitter, parameters.tables.cuSeqlens);
  // Tiles of heads, the longer ones, come first; of one block of rows those of
  // all key heads, which read the same hidden states.
  emitPersistentTiles(emitter, tiles.heads + tiles.values, [&](Scalar tile) {
    emitTile(emitter, prologue, parameters, tile, tiles.heads, searchSteps);
  });
}
