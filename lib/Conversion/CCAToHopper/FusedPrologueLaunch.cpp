//===- FusedPrologueLaunch.cpp - The host's part of cca.fused_prologue ----===//

#include "FusedPrologue.h"
#include "HeadTables.h"
#include "Kernels.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::cca;

LogicalResult cca::checkFusedPrologue(FusedPrologueOp op) {
  RankedTensorType value = op.getValue().getType();
  return checkValueChannels(op, value.getDimSize(2), value.getDimSize(3));
}

void cca::emitFusedPrologue(RewriterBase &rewriter, FusedPrologueOp op,
                            KernelFactory &kernels) {
  FusedPrologue prologue(op);
  rewriter.setInsertionPoint(op);
  Emitter emitter{rewriter, op.getLoc()};

  Value hidden = inputBuffer(emitter, op.getHidden());
  Value sizes[] = {emitter.create<memref::DimOp>(hidden, 0),
                   emitter.create<memref::DimOp>(hidden, 1)};
  SmallVector<OutputBuffer> outputs;
  for (Value result : op->getResults()) {
    auto type = cast<RankedTensorType>(result.getType());
    SmallVector<Value> dynamic;
    for (int64_t dim : {0, 1})
      if (type.isDynamicDim(dim))
        dynamic.push_back(sizes[dim]);
    outputs.push_back(
        outputBuffer(emitter, type, dynamic, /*lastIsContiguous=*/true));
  }

  Scalar batches = Scalar::fromIndex(emitter, sizes[0]),
         tokens = Scalar::fromIndex(emitter, sizes[1]);
  auto blocksOf = [&](int64_t rows) { return (tokens + (rows - 1)) / rows; };
  Scalar tilesPerRow = blocksOf(prologue.rows),
         valueTilesPerRow = blocksOf(prologue.schedule.blockM);

  FusedParameters parameters;
  const Gemm &gemm = prologue.gemm;
  parameters.hidden = mapOf(emitter, gemm.tokenMap(), hidden);
  parameters.w =
      mapOf(emitter, gemm.weightMap(), inputBuffer(emitter, op.getW()));
  parameters.taps =
      mapOf(emitter, prologue.tapMap(), inputBuffer(emitter, op.getTaps()));
  parameters.queries = mapOf(emitter, prologue.outMap(), outputs[0].strided);
  parameters.keys = mapOf(emitter, prologue.outMap(), outputs[1].strided);
  parameters.values =
      emitValueMaps(emitter, gemm, prologue.values, outputs[2].strided);
  parameters.tokens = tokens;
  parameters.tilesPerRow = tilesPerRow;
  parameters.valueTilesPerRow = valueTilesPerRow;
  parameters.batches = batches;
  parameters.keyHeads = Scalar(emitter, prologue.problem.keyHeads);
  if (op.getProjectionBias())
    parameters.projectionBias = inputBuffer(emitter, op.getProjectionBias());
  parameters.tables = emitTables(emitter, op);

  FusedParameters arguments = parameters;
  gpu::GPUFuncOp kernel = kernels.make(
      op.getLoc(), "prologue", op.getScheduleAttr(), arguments.all(),
      [&](Emitter &inner) { emitFusedBody(inner, prologue, arguments); });
  FusedTiles tiles =
      emitTileCounts(prologue, batches, tilesPerRow, valueTilesPerRow);
  emitLaunch(emitter, kernel,
             emitGemmBlocks(emitter, gemm, tiles.heads + tiles.values),
             parameters.all());
  SmallVector<Value> results;
  for (auto [output, result] : llvm::zip_equal(outputs, op->getResults()))
    results.push_back(resultTensor(emitter, output, result.getType()));
  rewriter.replaceOp(op, results);
}
