//===- Columns.cpp - Columns of a fragment --------------------------------===//
//
// Every eight columns of a block of 64 rows are four elements of each thread:
// neighbours in columns and rows 8 apart. What moves whole groups of eight
// chooses among registers.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "cca/Layout/Fragment.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::cca;

namespace {

struct ConcatColumnsPattern : OpConversionPattern<hopper::ConcatColumnsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::ConcatColumnsOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getResult().getType());
    if (!hopper::isFragment(type))
      return rewriter.notifyMatchFailure(op, "no fragment");
    int64_t blocks = type.getDimSize(0) / Fragment::rows;
    SmallVector<Value> results;
    for (int64_t block = 0; block < blocks; ++block)
      for (ValueRange tile : adaptor.getTiles()) {
        int64_t perBlock = tile.size() / blocks;
        llvm::append_range(results, tile.slice(block * perBlock, perBlock));
      }
    rewriter.replaceOpWithMultiple(op, {results});
    return success();
  }
};

struct RotatePairsPattern : OpConversionPattern<hopper::RotatePairsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::RotatePairsOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!hopper::isFragment(op.getType()))
      return rewriter.notifyMatchFailure(op, "no fragment");
    ValueRange tile = adaptor.getTile();
    SmallVector<Value> results;
    for (size_t i = 0; i < tile.size(); i += 2) {
      results.push_back(
          arith::NegFOp::create(rewriter, op.getLoc(), tile[i + 1]));
      results.push_back(tile[i]);
    }
    rewriter.replaceOpWithMultiple(op, {results});
    return success();
  }
};

} // namespace

void cca::populateColumnPatterns(const TypeConverter &converter,
                                 RewritePatternSet &patterns) {
  patterns.add<ConcatColumnsPattern, RotatePairsPattern>(converter,
                                                         patterns.getContext());
}
