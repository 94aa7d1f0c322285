//===- FlashAttentionLaunch.cpp - The host's part of attention ------------===//

#include "FlashAttention.h"
#include "Sequences.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

/// Buffers of tensors of `type`, with any strides.
static MemRefType stridedType(RankedTensorType type,
                              bool lastIsContiguous = false) {
  SmallVector<int64_t> strides(type.getRank(), ShapedType::kDynamic);
  if (lastIsContiguous)
    strides.back() = 1;
  auto layout =
      StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic, strides);
  return MemRefType::get(type.getShape(), type.getElementType(), layout);
}

static Value inputBuffer(Emitter &emitter, Value tensor) {
  return emitter.create<bufferization::ToBufferOp>(
      stridedType(cast<RankedTensorType>(tensor.getType())), tensor,
      /*read_only=*/true);
}

/// A new buffer of `type`, with `sizes` for the dynamic ones; as the kernel
/// takes it, which is with any strides.
struct OutputBuffer {
  Value allocated, strided;
};
static OutputBuffer outputBuffer(Emitter &emitter, RankedTensorType type,
                                 ValueRange sizes) {
  // Threads store neighbouring channels together.
  bool hasChannels = type.getRank() == 4;
  Value allocated = emitter.create<memref::AllocOp>(
      MemRefType::get(type.getShape(), type.getElementType()), sizes);
  return {allocated, emitter.create<memref::CastOp>(
                         stridedType(type, hasChannels), allocated)};
}

static Value mapOf(Emitter &emitter, hopper::TensorMapType type, Value buffer) {
  return emitter.create<hopper::MakeTensorMapOp>(type, buffer);
}

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

void cca::emitFlashAttentionLaunch(
    RewriterBase &rewriter, FlashAttentionOp op,
    const FlashAttention &attention,
    llvm::function_ref<gpu::GPUFuncOp(FlashAttentionParameters)> emitKernel) {
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
  OutputBuffer out = outputBuffer(emitter, outType, dynamicSizes(outType, 1)),
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

  gpu::GPUFuncOp kernel = emitKernel(parameters);
  Value tiles = (blocks * heads).toIndex();
  Value multiprocessors = emitter.create<hopper::MultiprocessorCountOp>();
  Value grid = emitter.create<arith::MinSIOp>(tiles, multiprocessors);
  Value one = emitter.create<arith::ConstantIndexOp>(1);
  SmallVector<Value> arguments;
  for (Value *parameter : parameters.all())
    if (*parameter)
      arguments.push_back(*parameter);
  // Block size and shared memory follow from the schedule: they are set when it
  // is lowered.
  emitter.create<gpu::LaunchFuncOp>(
      kernel, gpu::KernelDim3{grid, one, one}, gpu::KernelDim3{one, one, one},
      /*dynamicSharedMemorySize=*/Value(), arguments);

  auto result = [&](Value buffer, Type type) -> Value {
    return emitter.create<bufferization::ToTensorOp>(type, buffer,
                                                     /*restrict=*/true,
                                                     /*writable=*/true);
  };
  SmallVector<Value> results{result(out.allocated, outType)};
  if (op.getLse())
    results.push_back(result(lse.allocated, op.getLse().getType()));
  rewriter.replaceOp(op, results);
}
