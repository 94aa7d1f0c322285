//===- FusedPrologue.cpp - Hidden states to queries, keys and values ------===//
//
// A block takes tiles of a key head and of the query heads that share it, then
// tiles of values. As if by one thread; the schedule's passes make it
// concurrent.
//
//===----------------------------------------------------------------------===//

#include "FusedPrologue.h"
#include "FusedHeads.h"
#include "PersistentTiles.h"
#include "TokenRows.h"

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
  SmallVector<Value *> all{&hidden,
                           &w,
                           &taps,
                           &queries,
                           &keys,
                           &values.current,
                           &values.delayed,
                           &values.buffer,
                           &tokens,
                           &tilesPerRow,
                           &valueTilesPerRow,
                           &batches,
                           &keyHeads,
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
// All tiles
//===----------------------------------------------------------------------===//

namespace {
/// A tile of values: halves of a block of rows follow each other.
struct HalfTile {
  ValueTile values;
  Scalar weightRow;
  Value isDelayed; ///< i1: of the token before
};
} // namespace

static HalfTile halfTile(Emitter &emitter, const FusedPrologue &prologue,
                         const FusedParameters &parameters, Scalar tile) {
  int64_t half = prologue.valueBlocks(), blockN = prologue.gemm.schedule.blockN;
  Scalar tilesPerRow(emitter, parameters.valueTilesPerRow);
  Scalar rowBlock = tile / (2 * half), column = tile % (2 * half);
  Value isDelayed = Scalar(emitter, half) <= column;
  const ValueChannels &channels = prologue.values;
  Scalar delayed =
      (column - half) * blockN + (channels.begin + channels.half());
  Scalar current = column * blockN + channels.begin;
  return {{prologue.gemm, channels, parameters.values, rowBlock / tilesPerRow,
           rowBlock % tilesPerRow * prologue.schedule.blockM},
          Scalar::select(isDelayed, delayed, current),
          isDelayed};
}

static void emitValues(Emitter &emitter, const FusedPrologue &prologue,
                       const FusedParameters &parameters, const HalfTile &tile,
                       Value product) {
  const Gemm &gemm = prologue.gemm;
  const ValueTile &values = tile.values;
  Value keep;
  if (prologue.packed)
    keep =
        values.emitKeep(emitter, parameters.tables.cuSeqlens, tile.isDelayed);
  for (int64_t i = 0; i < gemm.schedule.blockN / gemm.panelCols; ++i) {
    Scalar channel = tile.weightRow + i * gemm.panelCols;
    Value panel = emitPanel(emitter, gemm, product, i);
    if (keep)
      panel = values.emitKept(emitter, panel, keep, tile.isDelayed);
    panel =
        emitRounded(emitter, gemm, panel, parameters.projectionBias, channel);
    values.emitStore(emitter, panel,
                     values.placeOf(emitter, channel, tile.isDelayed));
    values.emitFirstToken(emitter, parameters.projectionBias, channel,
                          tile.isDelayed);
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
  HeadTileEmitter heads(emitter, prologue, parameters, rowBlock / tilesPerRow,
                        rowBlock % tilesPerRow * prologue.rows,
                        tile % keyHeads);
  HalfTile values = halfTile(emitter, prologue, parameters, tile - headTiles);

  GemmOrigin ofHeads = heads.origin(heads.key());
  GemmOrigin ofValues{parameters.hidden, parameters.w, values.values.batch,
                      values.values.row, values.weightRow};
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
        emitValues(inner, prologue, parameters, values, product);
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
