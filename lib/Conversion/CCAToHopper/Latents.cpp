//===- Latents.cpp - cca.latents as a kernel ------------------------------===//
//
// One product with all down-projections. Columns are those of queries and keys,
// of values of the same token, and of values of the token before: these are in
// tiles of their own, whose tokens are loaded one row further up.
//
//===----------------------------------------------------------------------===//

#include "Gemm.h"
#include "Host.h"
#include "Kernels.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::cca;

static constexpr int64_t panelCols = GemmSchedule::panelCols;

namespace {

struct Latents {
  Gemm gemm;
  int64_t channels; ///< of queries and keys
  int64_t heads, headDim;

  explicit Latents(LatentsOp op);

  /// Values of a token, and as many of the one before.
  int64_t half() const { return heads * headDim / 2; }
  /// Tiles of columns of the token itself, and all.
  int64_t currentBlocks() const {
    return llvm::divideCeil(channels + half(), gemm.schedule.blockN);
  }
  int64_t colBlocks() const {
    return currentBlocks() + llvm::divideCeil(half(), gemm.schedule.blockN);
  }
  /// A panel of channels is in one head.
  hopper::TensorMapType headsMap() const;
};

/// What the kernel is given. Both halves of the values have a tensor map: of
/// one head they are less than that, and what is beyond is clipped.
struct Parameters {
  Value hidden, w, x, current, delayed;
  Value batches, rowBlocks;
  Value bias, cuSeqlens;

  SmallVector<Value *> all() {
    return {&hidden,  &w,         &x,    &current,  &delayed,
            &batches, &rowBlocks, &bias, &cuSeqlens};
  }
};

/// A tile of rows and columns of the product.
class TileEmitter {
public:
  TileEmitter(Emitter &emitter, const Latents &latents,
              const Parameters &parameters, GemmTile tile);

  void emit();

private:
  Value rowsWithPredecessor();
  void storePanel(Value product, int64_t panel);

  Emitter &emitter;
  const Latents &latents;
  const Parameters &parameters;
  Value isDelayed;
  Scalar batch, row, weightRow;
  Value keep; ///< 0 for rows without a token before, if sequences are packed
};

} // namespace

Latents::Latents(LatentsOp op) {
  GemmProblem problem = op.getProblem();
  RankedTensorType v = op.getV().getType();
  gemm = {op.getSchedule()->getValue(), problem.inputs,
          cast<FloatType>(v.getElementType()), /*tokenRank=*/3};
  channels = op.getX().getType().getDimSize(2);
  heads = v.getDimSize(2);
  headDim = v.getDimSize(3);
}

hopper::TensorMapType Latents::headsMap() const {
  const GemmSchedule &schedule = gemm.schedule;
  return hopper::TensorMapType::get(
      gemm.elementType.getContext(),
      {1, schedule.rowsPerConsumer(), 1, panelCols}, gemm.elementType,
      /*swizzle=*/128);
}

LogicalResult cca::checkLatents(LatentsOp op) {
  int64_t channels = op.getX().getType().getDimSize(2);
  RankedTensorType v = op.getV().getType();
  int64_t heads = v.getDimSize(2), headDim = v.getDimSize(3);
  if (channels % panelCols || headDim % panelCols)
    return op.emitOpError("expects channels of x and of a head to be multiples "
                          "of ")
           << panelCols << ", but got " << channels << " and " << headDim;
  if (heads != 1 && heads * headDim / 2 % panelCols)
    return op.emitOpError("expects half of the value channels to be a multiple "
                          "of ")
           << panelCols << ", or one head, but got " << heads * headDim / 2;
  return success();
}

//===----------------------------------------------------------------------===//
// The kernel
//===----------------------------------------------------------------------===//

TileEmitter::TileEmitter(Emitter &emitter, const Latents &latents,
                         const Parameters &parameters, GemmTile tile)
    : emitter(emitter), latents(latents), parameters(parameters),
      batch(tile.batch), row(tile.rowBlock * latents.gemm.schedule.blockM),
      weightRow(tile.colBlock * latents.gemm.schedule.blockN) {
  Scalar current(emitter, latents.currentBlocks());
  isDelayed = current <= tile.colBlock;
  Scalar begin = (tile.colBlock - current) * latents.gemm.schedule.blockN;
  weightRow = Scalar::select(
      isDelayed, begin + (latents.channels + latents.half()), weightRow);
}

/// 1 for each row whose token has one before it in its sequence, else 0.
Value TileEmitter::rowsWithPredecessor() {
  OpBuilder &b = emitter.builder;
  int64_t rows = latents.gemm.schedule.blockM;
  auto type = RankedTensorType::get({rows}, b.getF32Type());
  auto indexType = RankedTensorType::get({rows}, b.getI32Type());
  auto constant = [&](Emitter &inner, double value) -> Value {
    return inner.create<arith::ConstantOp>(
        DenseElementsAttr::get(type, static_cast<float>(value)));
  };
  Value indices = emitter.create<hopper::RowIndexOp>(indexType);
  Value zero = emitter.create<arith::ConstantIndexOp>(0);
  Value size = emitter.create<memref::DimOp>(parameters.cuSeqlens, zero);
  // The last boundary is the end of the batch.
  Scalar sequences = Scalar::fromIndex(emitter, size) - 1;
  auto search = [&](OpBuilder &builder, Location loc) {
    Emitter inner{builder, loc};
    Scalar from(inner, int64_t(0)), step(inner, 1);
    auto loop = inner.create<scf::ForOp>(
        Value(from), Value(sequences), Value(step), constant(inner, 1),
        [&](OpBuilder &builder, Location loc, Value n, ValueRange carried) {
          Emitter body{builder, loc};
          Value begin = body.create<memref::LoadOp>(
              parameters.cuSeqlens, ValueRange{Scalar(body, n).toIndex()});
          Value first = body.create<tensor::SplatOp>(
              Value(Scalar(body, begin) - Scalar(body, Value(row))), indexType);
          Value isFirst = body.create<arith::CmpIOp>(arith::CmpIPredicate::eq,
                                                     indices, first);
          body.create<scf::YieldOp>(
              body.create<arith::SelectOp>(isFirst, constant(body, 0),
                                           carried.front())
                  .getResult());
        });
    inner.create<scf::YieldOp>(loop.getResults());
  };
  auto all = [&](OpBuilder &builder, Location loc) {
    Emitter inner{builder, loc};
    inner.create<scf::YieldOp>(constant(inner, 1));
  };
  return emitter.create<scf::IfOp>(isDelayed, search, all).getResult(0);
}

void TileEmitter::storePanel(Value product, int64_t panel) {
  const Gemm &gemm = latents.gemm;
  Scalar channel = weightRow + panel * panelCols;
  Value values = emitPanel(emitter, gemm, product, panel);
  if (keep) {
    // Not a product with 0: the token before may be infinite.
    Value factors =
        emitter.create<hopper::BroadcastRowsOp>(values.getType(), keep);
    Value zeros = emitter.create<arith::ConstantOp>(
        emitter.builder.getZeroAttr(values.getType()));
    Value keeps = emitter.create<arith::CmpFOp>(arith::CmpFPredicate::OGT,
                                                factors, zeros);
    values = emitter.create<arith::SelectOp>(keeps, values, zeros);
  }
  values = emitRounded(emitter, gemm, values, parameters.bias, channel);

  // One store, wherever it goes to: x is one head of all its channels. Of the
  // last tile of current values some columns are delayed ones, which have tiles
  // of their own: they go nowhere, to rows beyond the last.
  Scalar begin(emitter, latents.channels),
      end(emitter, latents.channels + latents.half());
  Value isX = channel < begin;
  auto select = [&](Value ofX, Value ofCurrent, Value ofDelayed) -> Value {
    Value ofValues =
        emitter.create<arith::SelectOp>(isDelayed, ofDelayed, ofCurrent);
    return emitter.create<arith::SelectOp>(isX, ofX, ofValues);
  };
  Scalar firstValue = begin;
  // The halves of one head have tensor maps of their own.
  if (latents.heads == 1)
    firstValue = Scalar::select(isDelayed, end, begin);
  Scalar inValues = channel - firstValue;
  Scalar zero(emitter, int64_t(0)), nowhere(emitter, INT32_MAX / 2);
  // Not delayed, but beyond the current ones: of two bits the first is less.
  Value isNowhere = emitter.create<arith::CmpIOp>(arith::CmpIPredicate::ult,
                                                  isDelayed, end <= channel);
  Value coordinates[] = {
      batch, Scalar::select(isNowhere, nowhere, row),
      Scalar::select(isX, zero, inValues / latents.headDim),
      Scalar::select(isX, channel, inValues % latents.headDim)};
  emitter.create<hopper::StoreOp>(
      values, select(parameters.x, parameters.current, parameters.delayed),
      coordinates);
}

void TileEmitter::emit() {
  const Gemm &gemm = latents.gemm;
  Scalar zero(emitter, int64_t(0)), one(emitter, 1);
  // Before the first token there are zeros.
  Scalar firstRow = row - Scalar::select(isDelayed, one, zero);
  Value product = emitProduct(
      emitter, gemm,
      {parameters.hidden, parameters.w, batch, firstRow, weightRow});
  if (parameters.cuSeqlens)
    keep = rowsWithPredecessor();
  for (int64_t i = 0; i < gemm.schedule.blockN / panelCols; ++i)
    storePanel(product, i);
}

//===----------------------------------------------------------------------===//
// The host
//===----------------------------------------------------------------------===//

/// `count` channels of all heads from `begin` on.
static Value channelsOf(Emitter &emitter, Value buffer, int64_t begin,
                        int64_t count) {
  OpBuilder &b = emitter.builder;
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<OpFoldResult> offsets(4, b.getIndexAttr(0)), sizes,
      strides(4, b.getIndexAttr(1));
  for (int64_t dim : llvm::seq(type.getRank()))
    if (type.isDynamicDim(dim))
      sizes.push_back(emitter.create<memref::DimOp>(buffer, dim).getResult());
    else
      sizes.push_back(b.getIndexAttr(type.getDimSize(dim)));
  offsets[3] = b.getIndexAttr(begin);
  sizes[3] = b.getIndexAttr(count);
  return emitter.create<memref::SubViewOp>(buffer, offsets, sizes, strides);
}

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
    return outputBuffer(emitter, type, dynamic);
  };
  OutputBuffer x = output(op.getX().getType()), v = output(op.getV().getType());

  Parameters parameters;
  parameters.hidden = mapOf(emitter, gemm.tokenMap(), hidden);
  parameters.w =
      mapOf(emitter, gemm.weightMap(), inputBuffer(emitter, op.getW()));
  parameters.x =
      mapOf(emitter, latents.headsMap(), asOneHead(emitter, x.strided));
  auto valueMap = [&](int64_t begin) {
    bool isOneHead = latents.heads == 1;
    return mapOf(emitter, latents.headsMap(),
                 isOneHead
                     ? channelsOf(emitter, v.strided, begin, latents.half())
                     : v.strided);
  };
  parameters.current = valueMap(0);
  parameters.delayed = valueMap(latents.half());
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
                       TileEmitter(body, latents, inKernel, tile).emit();
                     });
                   });
  Scalar tiles = batches * rowBlocks * latents.colBlocks();
  emitLaunch(emitter, kernel, emitGemmBlocks(emitter, gemm, tiles),
             parameters.all());
  Value results[] = {resultTensor(emitter, x, op.getX().getType()),
                     resultTensor(emitter, v, op.getV().getType())};
  rewriter.replaceOp(op, results);
}
