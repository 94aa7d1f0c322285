//===- SequenceBounds.cpp - Where each token's sequence lies --------------===//

#include "SequenceBounds.h"
#include "Elementwise.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

/// `tensor` with its elements `begin` to `begin + count` set to `value`.
static Value fillRange(OpBuilder &b, Location loc, Value tensor, Value begin,
                       Value count, Value value) {
  SmallVector<OpFoldResult> offset{begin}, size{count},
      stride{b.getIndexAttr(1)};
  Value range =
      tensor::ExtractSliceOp::create(b, loc, tensor, offset, size, stride);
  range = linalg::FillOp::create(b, loc, value, range).getResult(0);
  return tensor::InsertSliceOp::create(b, loc, range, tensor, offset, size,
                                       stride);
}

static Value loadIndex(OpBuilder &b, Location loc, Value tensor, Value at) {
  return arith::IndexCastOp::create(
      b, loc, b.getIndexType(), tensor::ExtractOp::create(b, loc, tensor, at));
}

SequenceBounds::SequenceBounds(OpBuilder &b, Location loc, Value x,
                               Value cuSeqlens)
    : tokens(b.createOrFold<tensor::DimOp>(loc, x, 1)) {
  if (!cuSeqlens)
    return;
  OpFoldResult size = tensor::getMixedSize(b, loc, x, 1);
  Value empty = tensor::EmptyOp::create(b, loc, size, b.getIndexType());
  Value zero = constantIndex(b, loc, 0), one = constantIndex(b, loc, 1);
  Value count = arith::SubIOp::create(
      b, loc, b.createOrFold<tensor::DimOp>(loc, cuSeqlens, 0), one);
  auto loop = scf::ForOp::create(
      b, loc, zero, count, one, ValueRange{empty, empty},
      [&](OpBuilder &b, Location loc, Value n, ValueRange bounds) {
        Value begin = loadIndex(b, loc, cuSeqlens, n);
        Value end =
            loadIndex(b, loc, cuSeqlens, arith::AddIOp::create(b, loc, n, one));
        Value length = arith::SubIOp::create(b, loc, end, begin);
        scf::YieldOp::create(
            b, loc,
            ValueRange{fillRange(b, loc, bounds[0], begin, length, begin),
                       fillRange(b, loc, bounds[1], begin, length, end)});
      });
  begins = loop.getResult(0);
  ends = loop.getResult(1);
}

Value SequenceBounds::begin(OpBuilder &b, Location loc, Value token) const {
  if (!begins)
    return constantIndex(b, loc, 0);
  return tensor::ExtractOp::create(b, loc, begins, token);
}

Value SequenceBounds::end(OpBuilder &b, Location loc, Value token) const {
  if (!ends)
    return tokens;
  return tensor::ExtractOp::create(b, loc, ends, token);
}
