//===- ValueTiles.cpp - Values out of a product ---------------------------===//

#include "ValueTiles.h"
#include "Host.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

static constexpr int64_t panelCols = GemmSchedule::spanCols;

LogicalResult cca::checkValueChannels(Operation *op, int64_t heads,
                                      int64_t headDim) {
  if (heads != 1 && heads * headDim / 2 % panelCols)
    return op->emitOpError("expects half of the value channels to be a "
                           "multiple of ")
           << panelCols << ", or one head, but got " << heads * headDim / 2;
  return success();
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

hopper::TensorMapType cca::panelMap(const Gemm &gemm) {
  return gemm.mapOfBox(
      {1, gemm.schedule.rowsPerConsumer(), 1, gemm.schedule.panelCols()});
}

ValueMaps cca::emitValueMaps(Emitter &emitter, const Gemm &gemm,
                             const ValueChannels &channels, Value buffer) {
  auto map = [&](int64_t begin) {
    bool isOneHead = channels.heads == 1;
    return mapOf(emitter, panelMap(gemm),
                 isOneHead ? channelsOf(emitter, buffer, begin, channels.half())
                           : buffer);
  };
  return {map(0), map(channels.half())};
}

//===----------------------------------------------------------------------===//
// The kernel
//===----------------------------------------------------------------------===//

Scalar ValueTile::firstRow(Emitter &emitter) const {
  Scalar zero(emitter, int64_t(0)), one(emitter, 1);
  return row - Scalar::select(isDelayed, one, zero);
}

Value ValueTile::emitKeep(Emitter &emitter, Value cuSeqlens) const {
  OpBuilder &b = emitter.builder;
  int64_t rows = gemm.schedule.blockM;
  auto type = RankedTensorType::get({rows}, b.getF32Type());
  auto indexType = RankedTensorType::get({rows}, b.getI32Type());
  auto constant = [&](Emitter &inner, double value) -> Value {
    return inner.create<arith::ConstantOp>(
        DenseElementsAttr::get(type, static_cast<float>(value)));
  };
  Value indices = emitter.create<hopper::RowIndexOp>(indexType);
  Value zero = emitter.create<arith::ConstantIndexOp>(0);
  Value size = emitter.create<memref::DimOp>(cuSeqlens, zero);
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
              cuSeqlens, ValueRange{Scalar(body, n).toIndex()});
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

Value ValueTile::emitKept(Emitter &emitter, Value panel, Value keep) const {
  // Not a product with 0: the token before may be infinite.
  Value factors =
      emitter.create<hopper::BroadcastRowsOp>(panel.getType(), keep);
  Value zeros = emitter.create<arith::ConstantOp>(
      emitter.builder.getZeroAttr(panel.getType()));
  Value keeps =
      emitter.create<arith::CmpFOp>(arith::CmpFPredicate::OGT, factors, zeros);
  return emitter.create<arith::SelectOp>(keeps, panel, zeros);
}

PanelPlace ValueTile::placeOf(Emitter &emitter, Scalar channel) const {
  Scalar begin(emitter, channels.begin),
      end(emitter, channels.begin + channels.half());
  // Of the last tile of current values some columns are delayed ones, which
  // have tiles of their own.
  Value isBehind = begin <= channel, isBefore = channel < end;
  Value isCurrent = emitter.create<arith::AndIOp>(isBehind, isBefore);
  Value isValue = emitter.create<arith::OrIOp>(isCurrent, isDelayed);
  Scalar nowhere(emitter, INT32_MAX / 2);
  // The halves of one head have tensor maps of their own.
  Scalar first = begin;
  if (channels.heads == 1)
    first = Scalar::select(isDelayed, end, begin);
  Scalar value = channel - first;
  return {
      emitter.create<arith::SelectOp>(isDelayed, maps.delayed, maps.current),
      Scalar::select(isValue, row, nowhere), value / channels.headDim,
      value % channels.headDim};
}

void ValueTile::emitStore(Emitter &emitter, Value panel,
                          const PanelPlace &place) const {
  emitter.create<hopper::StoreOp>(
      panel, place.map,
      ValueRange{batch, place.row, place.head, place.channel});
}
