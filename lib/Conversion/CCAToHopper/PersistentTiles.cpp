//===- PersistentTiles.cpp - Which tiles a block computes, in order -------===//

#include "PersistentTiles.h"

#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

using namespace mlir;
using namespace mlir::cca;

static Scalar thisBlock(Emitter &emitter) {
  return Scalar::fromIndex(emitter,
                           emitter.create<gpu::BlockIdOp>(gpu::Dimension::x));
}

static Scalar allBlocks(Emitter &emitter) {
  return Scalar::fromIndex(emitter,
                           emitter.create<gpu::GridDimOp>(gpu::Dimension::x));
}

static scf::ForOp emitLoop(Emitter &emitter, Scalar begin, Scalar end,
                           Scalar step, llvm::function_ref<void(Scalar)> body) {
  auto loop = emitter.create<scf::ForOp>(Value(begin), Value(end), Value(step));
  OpBuilder::InsertionGuard guard(emitter.builder);
  emitter.builder.setInsertionPointToStart(loop.getBody());
  body({emitter, loop.getInductionVar()});
  return loop;
}

scf::ForOp
cca::emitPersistentTiles(Emitter &emitter, Scalar tiles,
                         llvm::function_ref<void(Scalar tile)> body) {
  return emitLoop(emitter, thisBlock(emitter), tiles, allBlocks(emitter), body);
}

scf::ForOp
cca::emitLongestFirstTiles(Emitter &emitter, Scalar tiles,
                           llvm::function_ref<void(Scalar tile)> body) {
  Scalar block = thisBlock(emitter), blocks = allBlocks(emitter);
  Scalar mirrored = blocks - 1 - block;
  auto inRound = [&](Scalar round) {
    return Scalar::select(round % 2 == 0, block, mirrored);
  };
  // All rounds but the last are full.
  Scalar fullRounds = tiles / blocks;
  Scalar one(emitter, 1), zero(emitter, int64_t(0));
  Value hasLast = inRound(fullRounds) < tiles % blocks;
  Scalar rounds = fullRounds + Scalar::select(hasLast, one, zero);
  return emitLoop(emitter, zero, rounds, one,
                  [&](Scalar round) { body(round * blocks + inRound(round)); });
}

void cca::dealOut(scf::ForOp loop) {
  loop->setAttr(dealtAttrName, UnitAttr::get(loop.getContext()));
}

HeadTile cca::emitHeadTile(Emitter &emitter, Scalar tile, Scalar blocks,
                           Scalar heads, Scalar headsPerGroup,
                           bool longestFirst) {
  if (!longestFirst)
    return {tile / blocks, tile % blocks};
  Scalar tilesPerGroup = blocks * headsPerGroup;
  Scalar group = tile / tilesPerGroup, inGroup = tile % tilesPerGroup;
  // The last group may have fewer heads.
  Scalar firstHead = group * headsPerGroup;
  Scalar groupHeads = headsPerGroup.min(heads - firstHead);
  Scalar nth = inGroup / groupHeads;
  Scalar groups = (heads + headsPerGroup - 1) / headsPerGroup;
  Value descends = (groups - 1 - group) % 2 == 0;
  return {firstHead + inGroup % groupHeads,
          Scalar::select(descends, blocks - 1 - nth, nth)};
}
