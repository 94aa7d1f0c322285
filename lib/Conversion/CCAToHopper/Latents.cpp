//===- Latents.cpp - cca.latents as a kernel ------------------------------===//
//
// One product with all down-projections. Columns are those of queries and keys,
// of values of the same token, and of values of the token before: these are
// stored one row further down.
//
//===----------------------------------------------------------------------===//

#include "Host.h"
#include "Kernels.h"
#include "ValueTiles.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::cca;

/// Heads and values begin at panels.
static constexpr int64_t panelCols = GemmSchedule::spanCols;

namespace {

struct Latents {
  Gemm gemm;
  ValueChannels values; ///< behind the channels of queries and keys

  explicit Latents(LatentsOp op);

  /// Tiles of columns.
  int64_t colBlocks() const {
    return llvm::divideCeil(values.begin + 2 * values.half(),
                            gemm.schedule.blockN);
  }
};

/// What the kernel is given.
struct Parameters {
  Value hidden, w, x;
  ValueMaps values;
  Value batches, rowBlocks;
  Value bias, cuSeqlens;

  SmallVector<Value *> all() {
    return {
        &hidden,        &w,       &x,         &values.current, &values.delayed,
        &values.buffer, &batches, &rowBlocks, &bias,           &cuSeqlens};
  }
};

} // namespace

Latents::Latents(LatentsOp op)
    : gemm{op.getSchedule()->getValue(), op.getProblem().inputs,
           cast<FloatType>(op.getV().getType().getElementType()),
           /*tokenRank=*/3},
      values{op.getX().getType().getDimSize(2),
             op.getV().getType().getDimSize(2),
             op.getV().getType().getDimSize(3)} {
  gemm.panelCols = valueCols(gemm, values);
}

LogicalResult cca::checkLatents(LatentsOp op) {
  int64_t channels = op.getX().getType().getDimSize(2);
  RankedTensorType v = op.getV().getType();
  int64_t heads = v.getDimSize(2), headDim = v.getDimSize(3);
  if (channels % panelCols || headDim % panelCols)
    return op.emitOpError("expects channels of x and of a head to be multiples "
                          "of ")
           << panelCols << ", but got " << channels << " and " << headDim;
  return checkValueChannels(op, heads, headDim);
}

//===----------------------------------------------------------------------===//
// The kernel
//===----------------------------------------------------------------------===//

/// A tile of rows and columns of the product.
static void emitTile(Emitter &emitter, const Latents &latents,
                     const Parameters &parameters, GemmTile tile) {
  const Gemm &gemm = latents.gemm;
  const ValueChannels &channels = latents.values;
  Scalar row = tile.rowBlock * gemm.schedule.blockM;
  Scalar weightRow = tile.colBlock * gemm.schedule.blockN;
  Scalar firstDelayed(emitter, channels.begin + channels.half());
  ValueTile values{gemm, channels, parameters.values, tile.batch, row};
  Value product = emitProduct(
      emitter, gemm,
      {parameters.hidden, parameters.w, tile.batch, row, weightRow});
  Value keep;
  if (parameters.cuSeqlens) {
    Value hasDelayed = firstDelayed < weightRow + gemm.schedule.blockN;
    keep = values.emitKeep(emitter, parameters.cuSeqlens, hasDelayed);
  }
  int64_t cols = gemm.panelCols;
  for (int64_t i = 0; i < gemm.schedule.blockN / cols; ++i) {
    Scalar channel = weightRow + i * cols;
    Value isDelayed = firstDelayed <= channel;
    Value panel = emitPanel(emitter, gemm, product, i);
    if (keep)
      panel = values.emitKept(emitter, panel, keep, isDelayed);
    panel = emitRounded(emitter, gemm, panel, parameters.bias, channel);
    // x is one head of all its channels.
    PanelPlace place = values.placeOf(emitter, channel, isDelayed);
    Value isX = channel < Scalar(emitter, channels.begin);
    Scalar zero(emitter, int64_t(0));
    values.emitStore(
        emitter, panel,
        {emitter.create<arith::SelectOp>(isX, parameters.x, place.map),
         Scalar::select(isX, row, place.row),
         Scalar::select(isX, zero, place.head),
         Scalar::select(isX, channel, place.channel)});
    values.emitFirstToken(emitter, parameters.bias, channel, isDelayed);
  }
}

//===----------------------------------------------------------------------===//
// The host
//===----------------------------------------------------------------------===//

/// B x S x C as B x S x 1 x C.
static Value asOneHead(Emitter &emitter, Value buffer) {
  SmallVector<int64_t> shape(cast<MemRefType>(buffer.getType()).getShape());
  shape.insert(shape.end() - 1, 1);
  SmallVector<ReassociationIndices> dims{{0}, {1}, {2, 3}};
  return emitter.create<memref::ExpandShapeOp>(shape, buffer, dims);
}

void cca::emitLatents(RewriterBase &rewriter, LatentsOp op,
                      KernelFactory &kernels) {
  rewriter.setInsertionPoint(op);
  Emitter emitter{rewriter, op.getLoc()};
  Latents latents(op);
  const Gemm &gemm = latents.gemm;

  Value hidden = inputBuffer(emitter, op.getHidden());
  Value sizes[] = {emitter.create<memref::DimOp>(hidden, 0),
                   emitter.create<memref::DimOp>(hidden, 1)};
  auto output = [&](RankedTensorType type) {
    SmallVector<Value> dynamic;
    for (int64_t dim : {0, 1})
      if (type.isDynamicDim(dim))
        dynamic.push_back(sizes[dim]);
    return outputBuffer(emitter, type, dynamic, /*lastIsContiguous=*/true);
  };
  OutputBuffer x = output(op.getX().getType()), v = output(op.getV().getType());

  Parameters parameters;
  parameters.hidden = mapOf(emitter, gemm.tokenMap(), hidden);
  parameters.w =
      mapOf(emitter, gemm.weightMap(), inputBuffer(emitter, op.getW()));
  parameters.x = mapOf(emitter, panelMap(gemm), asOneHead(emitter, x.strided));
  parameters.values = emitValueMaps(emitter, gemm, latents.values, v.strided);
  int64_t blockM = gemm.schedule.blockM;
  Scalar batches = Scalar::fromIndex(emitter, sizes[0]);
  Scalar rowBlocks =
      (Scalar::fromIndex(emitter, sizes[1]) + (blockM - 1)) / blockM;
  parameters.batches = batches;
  parameters.rowBlocks = rowBlocks;
  if (op.getBias())
    parameters.bias = inputBuffer(emitter, op.getBias());
  if (op.getCuSeqlens())
    parameters.cuSeqlens = inputBuffer(emitter, op.getCuSeqlens());

  Parameters inKernel = parameters;
  gpu::GPUFuncOp kernel =
      kernels.make(op.getLoc(), "latents", *op.getSchedule(), inKernel.all(),
                   [&](Emitter &body) {
                     GemmGrid grid{{body, inKernel.batches},
                                   {body, inKernel.rowBlocks},
                                   latents.colBlocks()};
                     emitGemmTiles(body, gemm, grid, [&](GemmTile tile) {
                       emitTile(body, latents, inKernel, tile);
                     });
                   });
  Scalar tiles = batches * rowBlocks * latents.colBlocks();
  emitLaunch(emitter, kernel, emitGemmBlocks(emitter, gemm, tiles),
             parameters.all());
  Value results[] = {resultTensor(emitter, x, op.getX().getType()),
                     resultTensor(emitter, v, op.getV().getType())};
  rewriter.replaceOp(op, results);
}
