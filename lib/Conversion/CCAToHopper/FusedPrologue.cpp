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
                           &valueTilesPerRow, &batches, &projectionBias};
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
  Value constant(Emitter &emitter, double value) const {
    return emitter.create<arith::ConstantOp>(
        SplatElementsAttr::get(type, emitter.builder.getF32FloatAttr(value)));
  }
  Value shareLatents(Emitter &emitter, Scalar head, Value product);
  Value emitOwn(Emitter &emitter, Value latents);
  Value emitWide(Emitter &emitter, Value latents);
  Value emitBias(Emitter &emitter, Scalar head);
  Value addTimes(Emitter &emitter, double factor, Value tile, Value sum);
  Value convolve(Emitter &emitter, Scalar head, Value latents, Value sum);
  void finish(Emitter &emitter, bool isKey, Scalar inTensor, Value tile);

  const FusedPrologue &prologue;
  const FusedParameters &parameters;
  Scalar batch, token, keyHead;
  RankedTensorType type;
  Value positions; ///< of the rows in their sequences
};

} // namespace

/// The latents of head `head`, those of the tokens before the tile first.
Value TileEmitter::shareLatents(Emitter &emitter, Scalar head, Value product) {
  return emitter.create<hopper::ShareOp>(
      emitRounded(emitter, prologue.gemm, product, parameters.projectionBias,
                  head * prologue.problem.headDim));
}

/// The latents of the tokens themselves.
Value TileEmitter::emitOwn(Emitter &emitter, Value latents) {
  return sliceRows(emitter, latents, prologue.halo(), prologue.rows);
}

/// The same, f32.
Value TileEmitter::emitWide(Emitter &emitter, Value latents) {
  return emitter.create<arith::ExtFOp>(type, emitOwn(emitter, latents));
}

/// `factor` times `tile`, and `sum`.
Value TileEmitter::addTimes(Emitter &emitter, double factor, Value tile,
                            Value sum) {
  return emitter.create<math::FmaOp>(tile, constant(emitter, factor), sum);
}

/// What the residual and the convolution of a head are added to.
Value TileEmitter::emitBias(Emitter &emitter, Scalar head) {
  Scalar channel = head * prologue.problem.headDim;
  return emitter.create<hopper::GatherOp>(
      type, parameters.tables.bias, ValueRange{channel.toIndex()},
      /*rows=*/Value(), /*along=*/IntegerAttr());
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
    if (tap > 0 && positions) {
      // What is before the sequence belongs to another one, or is a bias.
      Value least = emitter.create<arith::ConstantOp>(
          SplatElementsAttr::get(cast<ShapedType>(positions.getType()),
                                 emitter.builder.getI32IntegerAttr(tap)));
      Value isInside = emitter.create<arith::CmpIOp>(arith::CmpIPredicate::sge,
                                                     positions, least);
      x = emitter.create<hopper::MaskRowsOp>(x, isInside);
    }
    for (int64_t first = 0; first < prologue.problem.headDim;
         first += columns) {
      Scalar number(emitter, tap), channel(emitter, first);
      Value weight = emitter.create<hopper::LoadOp>(
          weightType, parameters.taps, ValueRange{number, row, channel});
      weight.getDefiningOp()->setAttr(
          stagesAttrName,
          emitter.builder.getI64IntegerAttr(prologue.schedule.tapStages));
      sum = emitter.create<hopper::DotOp>(
          type, sliceColumns(emitter, x, first, columns), weight, sum,
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
  constexpr int64_t columns = MixSchedule::panelColumns;
  for (int64_t first = 0; first < prologue.problem.headDim; first += columns) {
    Value part = sliceColumns(emitter, rounded, first, columns);
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
  Scalar zero(emitter, int64_t(0)), end(emitter, group), one(emitter, 1);
  auto queries = emitter.create<scf::ForOp>(
      Value(zero), Value(end), Value(one), emitBias(emitter, key()),
      [&](OpBuilder &builder, Location loc, Value i, ValueRange carried) {
        Emitter inner{builder, loc};
        Scalar head = Scalar(inner, Value(keyHead)) * group + Scalar(inner, i);
        Value latents = shareLatents(
            inner, head, emitProduct(inner, prologue.gemm, origin(head)));
        // The residual is half of the head and its key head together; the
        // key's is the mean of these.
        // The head's are read last: they stay in registers for its first tap.
        Value ofKey = emitWide(inner, keyLatents),
              own = emitWide(inner, latents);
        Value both = inner.create<arith::AddFOp>(own, ofKey);
        Value start = addTimes(inner, 0.5, both, emitBias(inner, head));
        Value mean = addTimes(inner, 0.5 / group, both, carried.front());
        finish(inner, /*isKey=*/false, head,
               convolve(inner, head, latents, start));
        inner.create<scf::YieldOp>(mean);
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
  constexpr int64_t columns = GemmSchedule::panelCols;
  for (int64_t i = 0; i < gemm.schedule.blockN / columns; ++i) {
    Scalar channel = weightRow + i * columns;
    Value panel = emitPanel(emitter, gemm, product, i);
    if (keep)
      panel = values.emitKept(emitter, panel, keep);
    panel =
        emitRounded(emitter, gemm, panel, parameters.projectionBias, channel);
    values.emitStores(emitter, panel, channel);
  }
}

/// Each tile begins with a product, of a key head or of values. Both are one:
/// as two, in two branches, they would have a beginning in common, which LLVM
/// takes out of them and leaves a product in flight over the branch.
static void emitTile(Emitter &emitter, const FusedPrologue &prologue,
                     const FusedParameters &parameters, Scalar tile,
                     Scalar headTiles, std::optional<Scalar> searchSteps) {
  Value isHeads = tile < headTiles;
  int64_t keyHeads = prologue.problem.keyHeads;
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
