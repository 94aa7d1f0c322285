//===- MixLaunch.cpp - The host's part of cca.mix -------------------------===//

#include "HeadTables.h"
#include "Kernels.h"
#include "Mix.h"
#include "PairedBuffer.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

/// In how many parts the tiles of each head are computed, each by one block.
struct Chunks {
  Scalar query, key;
};

/// As many as there are multiprocessors, shared out by what tiles cost: a key
/// head reads all query heads of its group for its residual, a query head only
/// one other.
static Chunks emitChunks(Emitter &emitter, const Mix &mix, Scalar tiles,
                         Scalar multiprocessors) {
  // A tile of one head more is about a sixth of what a tile costs.
  constexpr int64_t unit = 6;
  int64_t costs = unit * mix.problem.queryHeads +
                  (unit + mix.group() - 1) * mix.problem.keyHeads;
  Scalar query = (multiprocessors * unit / costs).max(1).min(tiles.max(1));
  Scalar left = (multiprocessors - query * mix.problem.queryHeads).max(0);
  Scalar key = (left / mix.problem.keyHeads).max(1).min(tiles.max(1));
  return {query, key};
}

void cca::emitMix(RewriterBase &rewriter, MixOp op, KernelFactory &kernels) {
  Mix mix(op);
  rewriter.setInsertionPoint(op);
  Emitter emitter{rewriter, op.getLoc()};
  int64_t rows = mix.schedule.blockM;

  Value latents = inputBuffer(emitter, op.getX());
  Value batchSize = emitter.create<memref::DimOp>(latents, 0),
        tokenCount = emitter.create<memref::DimOp>(latents, 1);
  auto outOf = [&](Value result) {
    auto type = cast<RankedTensorType>(result.getType());
    SmallVector<Value> sizes;
    for (auto [dim, size] : {std::pair(0, batchSize), {1, tokenCount}})
      if (type.isDynamicDim(dim))
        sizes.push_back(size);
    return outputBuffer(emitter, type, sizes, /*lastIsContiguous=*/true);
  };
  OutputBuffer queries = outOf(op.getQuery()), keys = outOf(op.getKey());

  Scalar batch = Scalar::fromIndex(emitter, batchSize),
         tokens = Scalar::fromIndex(emitter, tokenCount);
  Value multiprocessors = emitter.create<hopper::MultiprocessorCountOp>();
  Scalar tilesPerRow = (tokens + (rows - 1)) / rows;
  Scalar tiles = batch * tilesPerRow;
  Chunks chunks = emitChunks(emitter, mix, tiles,
                             Scalar::fromIndex(emitter, multiprocessors));

  MixParameters parameters;
  parameters.latents = mapOf(emitter, mix.latentsMap(), latents);
  parameters.others = mapOf(emitter, mix.otherMap(), latents);
  parameters.taps =
      mapOf(emitter, mix.tapMap(), inputBuffer(emitter, op.getTaps()));
  parameters.queries = mapOf(emitter, mix.outMap(), queries.strided);
  parameters.keys = mapOf(emitter, mix.outMap(), keys.strided);
  parameters.tokens = tokens;
  parameters.tilesPerRow = tilesPerRow;
  parameters.tiles = tiles;
  parameters.queryChunks = chunks.query;
  parameters.keyChunks = chunks.key;
  if (op.getDepthwise())
    parameters.depthwise =
        pairedBuffer(emitter, op.getDepthwise(), "depthwise");
  parameters.tables = emitTables(emitter, op, !mix.stagesTables);
  if (mix.stagesTables) {
    parameters.cosines =
        mapOf(emitter, mix.tableMap(), inputBuffer(emitter, op.getCos()));
    parameters.sines =
        mapOf(emitter, mix.tableMap(), inputBuffer(emitter, op.getSin()));
  }

  // None without tokens.
  Scalar items =
      chunks.query * mix.problem.queryHeads + chunks.key * mix.problem.keyHeads;
  Value blocks = items.min(tiles * mix.heads()).toIndex();
  Value grid = emitter.create<arith::MinSIOp>(blocks, multiprocessors);
  MixParameters arguments = parameters;
  gpu::GPUFuncOp kernel =
      kernels.make(op.getLoc(), "mix", op.getScheduleAttr(), arguments.all(),
                   [&](Emitter &inner) { emitMixBody(inner, mix, arguments); });
  emitLaunch(emitter, kernel, grid, parameters.all());
  rewriter.replaceOp(op,
                     {resultTensor(emitter, queries, op.getQuery().getType()),
                      resultTensor(emitter, keys, op.getKey().getType())});
}
