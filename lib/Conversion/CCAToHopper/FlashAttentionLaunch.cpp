//===- FlashAttentionLaunch.cpp - The host's part of attention ------------===//

#include "FlashAttention.h"
#include "Host.h"
#include "Kernels.h"
#include "Sequences.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

/// Query heads whose keys and values stay in L2 together, at least those of one
/// key head.
static Scalar emitHeadsPerGroup(Emitter &emitter,
                                const FlashAttention &attention, Scalar tokens,
                                Scalar heads) {
  const AttentionProblem &problem = attention.problem;
  int64_t bytesPerToken = 2 * problem.headDim * problem.elementBytes;
  Scalar most(emitter, HopperTarget::h200().l2ResidentBytes / bytesPerToken);
  Scalar keyHeads = (most / tokens.max(1)).max(1);
  return (keyHeads * attention.group()).min(heads.max(1));
}

void cca::emitFlashAttention(RewriterBase &rewriter, FlashAttentionOp op,
                             KernelFactory &kernels) {
  FlashAttention attention(op);
  rewriter.setInsertionPoint(op);
  Emitter emitter{rewriter, op.getLoc()};
  const AttentionProblem &problem = attention.problem;
  int64_t rows = attention.schedule.blockQ;

  Value queries = inputBuffer(emitter, op.getQuery());
  auto size = [&](int64_t dimension) -> Value {
    return emitter.create<memref::DimOp>(queries, dimension);
  };
  Value batchSize = size(0), tokenCount = size(1);
  // The sizes that `type` leaves open are those of batch and tokens.
  auto dynamicSizes = [&](RankedTensorType type, int64_t tokenDimension) {
    SmallVector<Value> sizes;
    if (type.isDynamicDim(0))
      sizes.push_back(batchSize);
    if (type.isDynamicDim(tokenDimension))
      sizes.push_back(tokenCount);
    return sizes;
  };
  auto outType = cast<RankedTensorType>(op.getOut().getType());
  // Threads store neighbouring channels together.
  OutputBuffer out = outputBuffer(emitter, outType, dynamicSizes(outType, 1),
                                  /*lastIsContiguous=*/true),
               lse;

  FlashAttentionParameters parameters;
  parameters.queries = mapOf(emitter, attention.queryMap(), queries);
  parameters.keys =
      mapOf(emitter, attention.keyMap(), inputBuffer(emitter, op.getKey()));
  parameters.values =
      mapOf(emitter, attention.keyMap(), inputBuffer(emitter, op.getValue()));
  parameters.out = mapOf(emitter, attention.outMap(), out.strided);
  Scalar batch = Scalar::fromIndex(emitter, batchSize),
         tokens = Scalar::fromIndex(emitter, tokenCount);
  Scalar heads = batch * problem.queryHeads;
  Scalar blocks = (tokens + (rows - 1)) / rows;
  if (op.getCuSeqlens()) {
    parameters.cuSeqlens = inputBuffer(emitter, op.getCuSeqlens());
    parameters.outBuffer = out.strided;
    blocks = emitSlotCount(emitter, tokens, parameters.cuSeqlens, rows);
  }
  parameters.batch = batch;
  parameters.tokens = tokens;
  parameters.blocks = blocks;
  parameters.headsPerGroup =
      emitHeadsPerGroup(emitter, attention, tokens, heads);
  if (attention.hasTemperature())
    parameters.temperature = inputBuffer(emitter, op.getTemperature());
  if (op.getLse()) {
    auto type = cast<RankedTensorType>(op.getLse().getType());
    lse = outputBuffer(emitter, type, dynamicSizes(type, 2));
    parameters.lse = lse.strided;
  }

  FlashAttentionParameters inKernel = parameters;
  gpu::GPUFuncOp kernel = kernels.make(
      op.getLoc(), "flash_attention", *op.getSchedule(), inKernel.all(),
      [&](Emitter &body) { emitFlashAttention(body, attention, inKernel); });
  Value tiles = (blocks * heads).toIndex();
  Value multiprocessors = emitter.create<hopper::MultiprocessorCountOp>();
  Value grid = emitter.create<arith::MinSIOp>(tiles, multiprocessors);
  emitLaunch(emitter, kernel, grid, parameters.all());

  SmallVector<Value> results{resultTensor(emitter, out, outType)};
  if (op.getLse())
    results.push_back(resultTensor(emitter, lse, op.getLse().getType()));
  rewriter.replaceOp(op, results);
}
