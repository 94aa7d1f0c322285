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
  return gemm.mapOfBox({1, gemm.schedule.rowsPerConsumer(), 1, gemm.panelCols});
}

ValueMaps cca::emitValueMaps(Emitter &emitter, const Gemm &gemm,
                             const ValueChannels &channels, Value buffer) {
  auto map = [&](int64_t begin) {
    bool isOneHead = channels.heads == 1;
    return mapOf(emitter, panelMap(gemm),
                 isOneHead ? channelsOf(emitter, buffer, begin, channels.half())
                           : buffer);
  };
  return {map(0), map(channels.half()), buffer};
}

//===----------------------------------------------------------------------===//
// The kernel
//===----------------------------------------------------------------------===//

int64_t cca::valueCols(const Gemm &gemm, const ValueChannels &channels) {
  int64_t cols = gemm.schedule.panelCols();
  return channels.half() % cols ? cols / 2 : cols;
}

Value ValueTile::emitKeep(Emitter &emitter, Value cuSeqlens,
                          Value hasDelayed) const {
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
          Scalar next = Scalar(body, Value(row)) + 1;
          Value last = body.create<tensor::SplatOp>(
              Value(Scalar(body, begin) - next), indexType);
          Value isLast = body.create<arith::CmpIOp>(arith::CmpIPredicate::eq,
                                                    indices, last);
          body.create<scf::YieldOp>(
              body.create<arith::SelectOp>(isLast, constant(body, 0),
                                           carried.front())
                  .getResult());
        });
    inner.create<scf::YieldOp>(loop.getResults());
  };
  auto all = [&](OpBuilder &builder, Location loc) {
    Emitter inner{builder, loc};
    inner.create<scf::YieldOp>(constant(inner, 1));
  };
  return emitter.create<scf::IfOp>(hasDelayed, search, all).getResult(0);
}

Value ValueTile::emitKept(Emitter &emitter, Value panel, Value keep,
                          Value isDelayed) const {
  // Not a product with 0: it may be infinite.
  Value factors =
      emitter.create<hopper::BroadcastRowsOp>(panel.getType(), keep);
  Value zeros = emitter.create<arith::ConstantOp>(
      emitter.builder.getZeroAttr(panel.getType()));
  Value keeps =
      emitter.create<arith::CmpFOp>(arith::CmpFPredicate::OGT, factors, zeros);
  Value kept = emitter.create<arith::SelectOp>(keeps, panel, zeros);
  return emitter.create<arith::SelectOp>(isDelayed, kept, panel);
}

PanelPlace ValueTile::placeOf(Emitter &emitter, Scalar channel,
                              Value isDelayed) const {
  Scalar begin(emitter, channels.begin),
      end(emitter, channels.begin + channels.half());
  Value isBehind = begin <= channel, isBefore = channel < end;
  Value isCurrent = emitter.create<arith::AndIOp>(isBehind, isBefore);
  Scalar nowhere(emitter, INT32_MAX / 2);
  // The halves of one head have tensor maps of their own.
  Scalar first = begin;
  if (channels.heads == 1)
    first = Scalar::select(isDelayed, end, begin);
  Scalar value = channel - first;
  Scalar current = Scalar::select(isCurrent, row, nowhere);
  return {
      emitter.create<arith::SelectOp>(isDelayed, maps.delayed, maps.current),
      Scalar::select(isDelayed, row + 1, current), value / channels.headDim,
      value % channels.headDim};
}

void ValueTile::emitStore(Emitter &emitter, Value panel,
                          const PanelPlace &place) const {
  emitter.create<hopper::StoreOp>(
      panel, place.map,
      ValueRange{batch, place.row, place.head, place.channel});
}

void ValueTile::emitFirstToken(Emitter &emitter, Value bias, Scalar channel,
                               Value isDelayed) const {
  Scalar end(emitter, channels.begin + 2 * channels.half());
  Value isThere = emitter.create<arith::AndIOp>(isDelayed, channel < end);
  Value isFirst = emitter.create<arith::AndIOp>(isThere, row == 0);
  emitter.create<scf::IfOp>(isFirst, [&](OpBuilder &builder, Location loc) {
    Emitter inner{builder, loc};
    auto type =
        RankedTensorType::get({gemm.schedule.blockM, valueCols(gemm, channels)},
                              builder.getF32Type());
    Value zeros = inner.create<arith::ConstantOp>(builder.getZeroAttr(type));
    Value zero = inner.create<arith::ConstantIndexOp>(0);
    Scalar value = Scalar(inner, Value(channel)) - channels.begin;
    Value indices[] = {Scalar(inner, Value(batch)).toIndex(), zero,
                       (value / channels.headDim).toIndex(),
                       (value % channels.headDim).toIndex()};
    inner.create<hopper::StoreRowsOp>(
        emitRounded(inner, gemm, zeros, bias, Scalar(inner, Value(channel))),
        maps.buffer, indices, Scalar(inner, 1), /*along=*/1);
    inner.create<scf::YieldOp>();
  });
}
