//===- Gather.cpp - hopper.gather to loads of each thread -----------------===//

#include "Patterns.h"
#include "Thread.h"

#include "cca/Layout/Fragment.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::cca;

namespace {

/// The loads of one op.
class GatherLowering {
public:
  GatherLowering(hopper::GatherOp op,
                 hopper::GatherOp::GenericAdaptor<ArrayRef<ValueRange>> adaptor,
                 OpBuilder &builder)
      : op(op), thread(builder, op.getLoc()),
        buffer(adaptor.getBuffer().front()), rows(adaptor.getRows()) {
    for (ValueRange index : adaptor.getIndices())
      indices.push_back(index.front());
  }

  SmallVector<Value> lowerRows() {
    SmallVector<Value> results;
    for (Value row : rows)
      results.push_back(memref::LoadOp::create(thread.get(), thread.getLoc(),
                                               buffer, indicesOfRow(row)));
    return results;
  }

  /// All pairs of a row, then those of the row 8 further, for each 64 rows; in
  /// the order of `Fragment`.
  SmallVector<Value> lowerTile(RankedTensorType type) {
    Value firstColumn = thread.mul(thread.bitAnd(thread.lane(), 3), 2);
    int64_t pairsPerRow = type.getDimSize(1) / 8;
    int64_t rowCount =
        type.getDimSize(0) / Fragment::rows * Fragment::rowsPerThread;
    SmallVector<SmallVector<Value>> pairs;
    for (int64_t r = 0; r < (rows.empty() ? 1 : rowCount); ++r)
      pairs.push_back(
          loadRow(rows.empty() ? Value() : rows[r], firstColumn, pairsPerRow));
    SmallVector<Value> results;
    for (int64_t r = 0; r < rowCount; r += Fragment::rowsPerThread)
      for (int64_t i = 0; i < pairsPerRow; ++i)
        for (int64_t half : {0, 1})
          append(results, pairs[rows.empty() ? 0 : r + half][i]);
    return results;
  }

private:
  SmallVector<Value> indicesOfRow(Value row) {
    SmallVector<Value> at = indices;
    if (row)
      at[*op.getAlong()] = addIndex(at[*op.getAlong()], row);
    return at;
  }

  Value addIndex(Value index, Value i32) {
    OpBuilder &b = thread.get();
    Location loc = thread.getLoc();
    Value offset = arith::IndexCastOp::create(b, loc, b.getIndexType(), i32);
    return arith::AddIOp::create(b, loc, index, offset);
  }

  SmallVector<Value> loadRow(Value row, Value firstColumn, int64_t count) {
    OpBuilder &b = thread.get();
    Type element = getElementTypeOrSelf(op.getResult().getType());
    llvm::MaybeAlign alignment(element.getIntOrFloatBitWidth() / 8 * 2);
    SmallVector<Value> at = indicesOfRow(row), pairs;
    Value column = addIndex(at.back(), firstColumn);
    for (int64_t i = 0; i < count; ++i) {
      at.back() = addIndex(column, thread.constant(8 * i));
      pairs.push_back(vector::LoadOp::create(b, thread.getLoc(),
                                             VectorType::get(2, element),
                                             buffer, at, false, alignment));
    }
    return pairs;
  }

  /// 16-bit elements share a register, others have one each.
  void append(SmallVector<Value> &registers, Value pair) {
    if (cast<VectorType>(pair.getType()).getElementTypeBitWidth() == 16) {
      registers.push_back(pair);
      return;
    }
    for (int64_t i : {0, 1})
      registers.push_back(
          vector::ExtractOp::create(thread.get(), thread.getLoc(), pair, i));
  }

  hopper::GatherOp op;
  ThreadBuilder thread;
  Value buffer;
  SmallVector<Value> indices;
  ValueRange rows;
};

struct GatherPattern : OpConversionPattern<hopper::GatherOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::GatherOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getResult().getType());
    if (!hopper::isFragment(type) && !hopper::isRows(type))
      return rewriter.notifyMatchFailure(op, "a tile without a layout");
    GatherLowering lowering(op, adaptor, rewriter);
    SmallVector<Value> results =
        hopper::isRows(type) ? lowering.lowerRows() : lowering.lowerTile(type);
    rewriter.replaceOpWithMultiple(op, {results});
    return success();
  }
};

} // namespace

void cca::populateGatherPatterns(const TypeConverter &converter,
                                 RewritePatternSet &patterns) {
  patterns.add<GatherPattern>(converter, patterns.getContext());
}
