//===- MixLaunch.cpp - The host's part of cca.mix -------------------------===//

#include "Host.h"
#include "Kernels.h"
#include "Mix.h"
#include "PairedBuffer.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

/// In how many parts the tiles of a head are computed, each by one block: as
/// many as there are multiprocessors for each head.
static Scalar emitChunks(Emitter &emitter, const Mix &mix, Scalar tiles,
                         Scalar multiprocessors) {
  return (multiprocessors / mix.heads()).min(tiles).max(1);
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
  Scalar chunks = emitChunks(emitter, mix, tiles,
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
  parameters.chunks = chunks;
  parameters.bias = pairedBuffer(emitter, op.getBias(), "bias");
  parameters.temperature = inputBuffer(emitter, op.getTemperature());
  if (mix.problem.rotary > 0) {
    parameters.cosines = pairedBuffer(emitter, op.getCos(), "cos");
    parameters.sines = pairedBuffer(emitter, op.getSin(), "sin");
  }
  if (mix.packed)
    parameters.cuSeqlens = inputBuffer(emitter, op.getCuSeqlens());

  // None without tokens.
  Value items = (chunks * mix.heads()).min(tiles * mix.heads()).toIndex();
  Value grid = emitter.create<arith::MinSIOp>(items, multiprocessors);
  MixParameters arguments = parameters;
  gpu::GPUFuncOp kernel = kernels.make(
      op.getLoc(), "mix", op.getScheduleAttr(), arguments.all(),
      [&](Emitter &inner) { emitMixBody(inner, mix, arguments); });
  emitLaunch(emitter, kernel, grid, parameters.all());
  rewriter.replaceOp(
      op, {resultTensor(emitter, queries, op.getQuery().getType()),
           resultTensor(emitter, keys, op.getKey().getType())});
}
