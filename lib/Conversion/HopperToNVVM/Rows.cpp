//===- Rows.cpp - Rows of a fragment --------------------------------------===//

#include "Patterns.h"
#include "Thread.h"

#include "cca/Layout/Fragment.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace mlir::cca;

/// Which of a thread's row values register `index` of a fragment with
/// `perBlock` registers per 64 rows belongs to.
static int64_t rowOfRegister(int64_t index, int64_t perBlock) {
  return index / perBlock * Fragment::rowsPerThread + index % perBlock / 2 % 2;
}

static Value combine(OpBuilder &builder, Location loc,
                     hopper::Combiner combiner, Value a, Value b,
                     arith::FastMathFlags flags = arith::FastMathFlags::none) {
  bool isFloat = isa<FloatType>(a.getType());
  switch (combiner) {
  case hopper::Combiner::Add:
    if (isFloat)
      return arith::AddFOp::create(builder, loc, a, b, flags);
    return arith::AddIOp::create(builder, loc, a, b);
  case hopper::Combiner::Max:
    if (isFloat)
      return LLVM::MaxNumOp::create(builder, loc, a, b);
    return arith::MaxSIOp::create(builder, loc, a, b);
  }
  llvm_unreachable("a combiner that is none");
}

namespace {

/// Two chains per row, so that an addition does not wait for the one before.
struct ReduceRowsPattern : OpConversionPattern<hopper::ReduceRowsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::ReduceRowsOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ValueRange tile = adaptor.getTile();
    auto type = cast<RankedTensorType>(op.getTile().getType());
    if (!hopper::isFragment(type) || type.getElementTypeBitWidth() != 32 ||
        !hopper::isPartialRows(op.getRows().getType()))
      return rewriter.notifyMatchFailure(op,
                                         "not 32-bit fragment to partial rows");
    int64_t perBlock = Fragment{type.getDimSize(1)}.elementsPerThread();
    // Products that need not be rounded are added without.
    auto product = op.getTile().getDefiningOp<arith::MulFOp>();
    auto flags = product ? product.getFastmath() : arith::FastMathFlags::none;
    SmallVector<std::array<Value, 2>> chains(
        type.getDimSize(0) / Fragment::rows * Fragment::rowsPerThread);
    for (auto [index, value] : llvm::enumerate(tile)) {
      Value &chain = chains[rowOfRegister(index, perBlock)][index % 2];
      chain = chain ? combine(rewriter, op.getLoc(), op.getCombiner(), chain,
                              value, flags)
                    : value;
    }
    SmallVector<Value> rows;
    for (auto [even, odd] : chains)
      rows.push_back(
          combine(rewriter, op.getLoc(), op.getCombiner(), even, odd));
    rewriter.replaceOpWithMultiple(op, {rows});
    return success();
  }
};

/// Four lanes share a row: two butterfly steps.
struct CombineRowsPattern : OpConversionPattern<hopper::CombineRowsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::CombineRowsOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    ThreadBuilder thread(rewriter, loc);
    Value all = thread.constant(-1), clamp = thread.constant(31);
    SmallVector<Value> rows;
    for (Value value : adaptor.getPartial()) {
      if (value.getType().getIntOrFloatBitWidth() != 32)
        return rewriter.notifyMatchFailure(op, "not 32-bit rows");
      for (int64_t lanes = 1; lanes < Fragment::lanesPerRow; lanes *= 2) {
        Value offset = thread.constant(lanes);
        Value other = NVVM::ShflOp::create(rewriter, loc, value.getType(), all,
                                           value, offset, clamp,
                                           NVVM::ShflKind::bfly, UnitAttr());
        value = combine(rewriter, loc, op.getCombiner(), value, other);
      }
      rows.push_back(value);
    }
    rewriter.replaceOpWithMultiple(op, {rows});
    return success();
  }
};

struct BroadcastRowsPattern : OpConversionPattern<hopper::BroadcastRowsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::BroadcastRowsOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getTile().getType());
    if (!hopper::isFragment(type) || type.getElementTypeBitWidth() != 32)
      return rewriter.notifyMatchFailure(op, "no 32-bit fragment");
    int64_t perBlock = Fragment{type.getDimSize(1)}.elementsPerThread();
    int64_t count = type.getNumElements() / HopperTarget::threadsPerWarpgroup;
    SmallVector<Value> tile;
    for (int64_t i = 0; i < count; ++i)
      tile.push_back(adaptor.getRows()[rowOfRegister(i, perBlock)]);
    rewriter.replaceOpWithMultiple(op, {tile});
    return success();
  }
};

struct SpreadRowsPattern : OpConversionPattern<hopper::SpreadRowsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::SpreadRowsOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithMultiple(op, {adaptor.getRows()});
    return success();
  }
};

struct RowIndexPattern : OpConversionPattern<hopper::RowIndexOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::RowIndexOp op, OneToNOpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!hopper::isRows(op.getType()))
      return rewriter.notifyMatchFailure(op, "no rows of a fragment");
    ThreadBuilder thread(rewriter, op.getLoc());
    // Fragment::rowOf: 16 rows per warp, one per quad of lanes, then 8 more.
    Value warp = thread.shiftRight(thread.threadInWarpgroup(), 5);
    Value quad = thread.shiftRight(thread.lane(), 2);
    Value first = thread.add(thread.mul(warp, 16), quad);
    SmallVector<Value> rows;
    for (int64_t block = 0; block < op.getType().getNumElements();
         block += Fragment::rows)
      for (int64_t half : {0, 8})
        rows.push_back(thread.add(first, block + half));
    rewriter.replaceOpWithMultiple(op, {rows});
    return success();
  }
};

/// A thread's columns are `2 (lane mod 4)` and a constant: with the former
/// taken off the bounds, each element compares with a constant.
struct MaskColumnsPattern : OpConversionPattern<hopper::MaskColumnsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::MaskColumnsOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type = cast<RankedTensorType>(op.getTile().getType());
    if (!hopper::isFragment(type))
      return rewriter.notifyMatchFailure(op, "no fragment");
    ThreadBuilder thread(rewriter, loc);
    Value firstColumn = thread.mul(thread.bitAnd(thread.lane(), 3), 2);
    auto relative = [&](ValueRange bounds) {
      SmallVector<Value> values;
      for (Value bound : bounds)
        values.push_back(thread.sub(bound, firstColumn));
      return values;
    };
    SmallVector<Value> begin = relative(adaptor.getBegin()),
                       end = relative(adaptor.getEnd()), results;
    Value masked = arith::ConstantOp::create(
        rewriter, loc,
        rewriter.getF32FloatAttr(-std::numeric_limits<float>::infinity()));
    int64_t perBlock = Fragment{type.getDimSize(1)}.elementsPerThread();
    for (auto [index, value] : llvm::enumerate(adaptor.getTile())) {
      int64_t row = rowOfRegister(index, perBlock);
      Value column =
          thread.constant(Fragment::element(0, index % perBlock).col);
      Value inside = arith::CmpIOp::create(
          rewriter, loc, arith::CmpIPredicate::sgt, end[row], column);
      Value result =
          arith::SelectOp::create(rewriter, loc, inside, value, masked);
      if (!begin.empty()) {
        inside = arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::sle,
                                       begin[row], column);
        result = arith::SelectOp::create(rewriter, loc, inside, result, masked);
      }
      results.push_back(result);
    }
    rewriter.replaceOpWithMultiple(op, {results});
    return success();
  }
};

/// Whole registers: pairs of 16 bits as much as single elements.
struct MaskRowsPattern : OpConversionPattern<hopper::MaskRowsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::MaskRowsOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getTile().getType());
    if (!hopper::isFragment(type))
      return rewriter.notifyMatchFailure(op, "no fragment");
    int64_t perBlock = Fragment{type.getDimSize(1)}.elementsPerThread();
    int64_t perRegister =
        isa<VectorType>(adaptor.getTile().front().getType()) ? 2 : 1;
    Value zero = arith::ConstantOp::create(
        rewriter, op.getLoc(),
        rewriter.getZeroAttr(adaptor.getTile().front().getType()));
    SmallVector<Value> results;
    for (auto [index, value] : llvm::enumerate(adaptor.getTile())) {
      int64_t row = rowOfRegister(index * perRegister, perBlock);
      results.push_back(arith::SelectOp::create(
          rewriter, op.getLoc(), adaptor.getCondition()[row], value, zero));
    }
    rewriter.replaceOpWithMultiple(op, {results});
    return success();
  }
};

} // namespace

void cca::populateRowPatterns(const TypeConverter &converter,
                              RewritePatternSet &patterns) {
  patterns.add<BroadcastRowsPattern, CombineRowsPattern, MaskColumnsPattern,
               MaskRowsPattern, ReduceRowsPattern, RowIndexPattern,
               SpreadRowsPattern>(converter, patterns.getContext());
}
