//===- Projection.cpp - cca.projection as a kernel ------------------------===//

#include "Gemm.h"
#include "Host.h"
#include "Kernels.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::cca;

namespace {

/// What the kernel is given: tensor maps, how many blocks of rows there are,
/// and the bias, or null.
struct Parameters {
  Value x, w, out;
  Value batches, rowBlocks;
  Value bias;

  SmallVector<Value *> all() {
    return {&x, &w, &out, &batches, &rowBlocks, &bias};
  }
};

} // namespace

static void emitKernel(Emitter &emitter, const Gemm &gemm, int64_t outputs,
                       const Parameters &parameters) {
  const GemmSchedule &schedule = gemm.schedule;
  GemmGrid grid{
      {emitter, parameters.batches},
      {emitter, parameters.rowBlocks},
      static_cast<int64_t>(llvm::divideCeil(outputs, schedule.blockN))};
  emitGemmTiles(emitter, gemm, grid, [&](GemmTile tile) {
    Scalar row = tile.rowBlock * schedule.blockM,
           col = tile.colBlock * schedule.blockN;
    Value product = emitProduct(
        emitter, gemm, {parameters.x, parameters.w, tile.batch, row, col});
    for (int64_t i = 0; i < schedule.blockN / gemm.panelCols; ++i) {
      Scalar channel = col + i * gemm.panelCols;
      Value panel =
          emitRounded(emitter, gemm, emitPanel(emitter, gemm, product, i),
                      parameters.bias, channel);
      // What is beyond the result is clipped.
      emitter.create<hopper::StoreOp>(
          panel, parameters.out, gemm.coordinates(tile.batch, row, channel));
    }
  });
}

/// Rows of all batches as those of one, if they follow each other in both
/// buffers (B x S x …): then tiles go on from one batch to the next.
static void joinBatches(Emitter &emitter, Value &in, Value &out) {
  Value *buffers[] = {&in, &out};
  SmallVector<memref::ExtractStridedMetadataOp> layouts;
  for (Value *buffer : buffers)
    layouts.push_back(
        emitter.create<memref::ExtractStridedMetadataOp>(*buffer));
  Value batches = layouts[0].getSizes()[0], rows = layouts[0].getSizes()[1];
  Value joins;
  for (auto layout : layouts) {
    Value next = emitter.create<arith::MulIOp>(rows, layout.getStrides()[1]);
    Value follows = emitter.create<arith::CmpIOp>(arith::CmpIPredicate::eq,
                                                  next, layout.getStrides()[0]);
    joins = joins ? emitter.create<arith::AndIOp>(joins, follows) : follows;
  }
  Value one = emitter.create<arith::ConstantIndexOp>(1);
  Value all = emitter.create<arith::MulIOp>(batches, rows);
  Value newBatches = emitter.create<arith::SelectOp>(joins, one, batches);
  Value newRows = emitter.create<arith::SelectOp>(joins, all, rows);
  for (auto [buffer, layout] : llvm::zip_equal(buffers, layouts)) {
    auto type = cast<MemRefType>(buffer->getType());
    SmallVector<int64_t> shape(3, ShapedType::kDynamic);
    shape[2] = type.getDimSize(2);
    SmallVector<OpFoldResult> sizes{newBatches, newRows,
                                    emitter.builder.getIndexAttr(shape[2])};
    *buffer = emitter.create<memref::ReinterpretCastOp>(
        MemRefType::get(shape, type.getElementType(), type.getLayout()),
        *buffer, OpFoldResult(layout.getOffset()), sizes,
        getAsOpFoldResult(layout.getStrides()));
  }
}

void cca::emitProjection(RewriterBase &rewriter, ProjectionOp op,
                         KernelFactory &kernels) {
  rewriter.setInsertionPoint(op);
  Emitter emitter{rewriter, op.getLoc()};
  GemmProblem problem = op.getProblem();
  auto type = cast<RankedTensorType>(op.getOut().getType());
  Gemm gemm{op.getSchedule()->getValue(), problem.inputs,
            cast<FloatType>(type.getElementType()), type.getRank()};

  Value x = inputBuffer(emitter, op.getX());
  SmallVector<Value> sizes;
  for (int64_t dim : llvm::seq(type.getRank()))
    if (type.isDynamicDim(dim))
      sizes.push_back(emitter.create<memref::DimOp>(x, dim));
  OutputBuffer out = outputBuffer(emitter, type, sizes);
  Value outBuffer = out.strided;
  if (gemm.tokenRank == 3)
    joinBatches(emitter, x, outBuffer);

  Parameters parameters;
  parameters.x = mapOf(emitter, gemm.tokenMap(), x);
  parameters.w =
      mapOf(emitter, gemm.weightMap(), inputBuffer(emitter, op.getW()));
  parameters.out = mapOf(emitter, gemm.outMap(), outBuffer);
  auto size = [&](int64_t dim) {
    return Scalar::fromIndex(emitter, emitter.create<memref::DimOp>(x, dim));
  };
  Scalar batches = gemm.tokenRank == 3 ? size(0) : Scalar(emitter, 1);
  int64_t blockM = gemm.schedule.blockM;
  Scalar rowBlocks = (size(gemm.tokenRank - 2) + (blockM - 1)) / blockM;
  parameters.batches = batches;
  parameters.rowBlocks = rowBlocks;
  if (op.getBias())
    parameters.bias = inputBuffer(emitter, op.getBias());

  Parameters inKernel = parameters;
  gpu::GPUFuncOp kernel =
      kernels.make(op.getLoc(), "projection", *op.getSchedule(), inKernel.all(),
                   [&](Emitter &body) {
                     emitKernel(body, gemm, problem.outputs, inKernel);
                   });
  Scalar tiles = batches * rowBlocks *
                 static_cast<int64_t>(
                     llvm::divideCeil(problem.outputs, gemm.schedule.blockN));
  emitLaunch(emitter, kernel, emitGemmBlocks(emitter, gemm, tiles),
             parameters.all());
  rewriter.replaceOp(op, resultTensor(emitter, out, type));
}
