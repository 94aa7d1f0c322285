//===- DeferRowSums.cpp - The pass hopper-defer-row-sums ------------------===//

#include "cca/Dialect/Hopper/IR/Hopper.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERDEFERROWSUMS
#include "cca/Dialect/Hopper/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::hopper;

/// The partial sums that `value` is combined from.
static Value partialSums(Value value) {
  auto combine = value.getDefiningOp<CombineRowsOp>();
  return combine && combine.getCombiner() == Combiner::Add
             ? combine.getPartial()
             : Value();
}

static Value combineSums(OpBuilder &builder, Location loc, Value partial,
                         Type rows) {
  return CombineRowsOp::create(builder, loc, rows, Combiner::Add, partial);
}

static RankedTensorType partialType(Type rows) {
  auto type = cast<RankedTensorType>(rows);
  return RankedTensorType::get(type.getShape(), type.getElementType(),
                               RowsAttr::get(type.getContext(), true));
}

namespace {

/// combine(a) + combine(b) = combine(a + b)
struct DeferAddition : OpRewritePattern<arith::AddFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::AddFOp op,
                                PatternRewriter &rewriter) const override {
    Value a = partialSums(op.getLhs()), b = partialSums(op.getRhs());
    if (!a || !b)
      return rewriter.notifyMatchFailure(op, "no addition of two sums");
    Value sum = arith::AddFOp::create(rewriter, op.getLoc(), a, b);
    rewriter.replaceOp(op,
                       combineSums(rewriter, op.getLoc(), sum, op.getType()));
    return success();
  }
};

/// combine(a) * f = combine(a * f): all lanes of a row have the same f.
struct DeferProduct : OpRewritePattern<arith::MulFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::MulFOp op,
                                PatternRewriter &rewriter) const override {
    Value sums = partialSums(op.getLhs()), factor = op.getRhs();
    if (!sums) {
      sums = partialSums(op.getRhs());
      factor = op.getLhs();
    }
    if (!sums || !isRows(op.getType()))
      return rewriter.notifyMatchFailure(op, "no product with a sum");
    Value spread =
        SpreadRowsOp::create(rewriter, op.getLoc(), sums.getType(), factor);
    Value product = arith::MulFOp::create(rewriter, op.getLoc(), sums, spread);
    rewriter.replaceOp(
        op, combineSums(rewriter, op.getLoc(), product, op.getType()));
    return success();
  }
};

/// A loop that carries combined sums carries partial ones instead.
struct DeferCarriedSum : OpRewritePattern<scf::ForOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(scf::ForOp loop,
                                PatternRewriter &rewriter) const override {
    for (auto [position, yielded] : llvm::enumerate(loop.getYieldedValues())) {
      Value init = loop.getInitArgs()[position];
      if (!isRows(yielded.getType()) || isPartialRows(yielded.getType()))
        continue;
      // It pays if what is added up inside is partial, too.
      if (!partialSums(init) || !isSumInside(loop, position))
        continue;
      defer(loop, position, rewriter);
      return success();
    }
    return rewriter.notifyMatchFailure(loop, "carries no combined sum");
  }

private:
  /// Whether the carried sum is only scaled, and a combined sum added to it.
  static bool isSumInside(scf::ForOp loop, unsigned position) {
    Value sum = loop.getRegionIterArg(position);
    auto add = loop.getYieldedValues()[position].getDefiningOp<arith::AddFOp>();
    if (!add || !sum.hasOneUse())
      return false;
    auto isCarried = [&](Value value) {
      if (value == sum)
        return true;
      auto product = value.getDefiningOp<arith::MulFOp>();
      return product && value.hasOneUse() &&
             (product.getLhs() == sum || product.getRhs() == sum);
    };
    return (isCarried(add.getLhs()) && partialSums(add.getRhs())) ||
           (isCarried(add.getRhs()) && partialSums(add.getLhs()));
  }

  static void defer(scf::ForOp loop, unsigned position,
                    PatternRewriter &rewriter) {
    Location loc = loop.getLoc();
    BlockArgument carried = loop.getRegionIterArg(position);
    Type rows = carried.getType(), partial = partialType(rows);
    rewriter.modifyOpInPlace(loop, [&] {
      loop.getInitArgsMutable()[position].assign(
          partialSums(loop.getInitArgs()[position]));
      carried.setType(partial);
      loop.getResult(position).setType(partial);
    });
    rewriter.setInsertionPointToStart(loop.getBody());
    Value combined = combineSums(rewriter, loc, carried, rows);
    rewriter.replaceAllUsesExcept(carried, combined, combined.getDefiningOp());
    // The yielded sum becomes partial: its parts are, once patterns have run.
    auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
    rewriter.setInsertionPoint(yield);
    auto add = yield.getOperand(position).getDefiningOp<arith::AddFOp>();
    auto part = [&](Value value) -> Value {
      if (Value sums = partialSums(value))
        return sums;
      auto product = value.getDefiningOp<arith::MulFOp>();
      bool left = static_cast<bool>(partialSums(product.getLhs()));
      Value sums = partialSums(left ? product.getLhs() : product.getRhs());
      Value factor = left ? product.getRhs() : product.getLhs();
      Value spread = SpreadRowsOp::create(rewriter, loc, partial, factor);
      return arith::MulFOp::create(rewriter, loc, sums, spread);
    };
    Value lhs = part(add.getLhs()), rhs = part(add.getRhs());
    Value sum = arith::AddFOp::create(rewriter, loc, lhs, rhs);
    rewriter.modifyOpInPlace(yield, [&] { yield.setOperand(position, sum); });
    rewriter.setInsertionPointAfter(loop);
    Value result = loop.getResult(position);
    Value after = combineSums(rewriter, loc, result, rows);
    rewriter.replaceAllUsesExcept(result, after, after.getDefiningOp());
  }
};

struct HopperDeferRowSums
    : cca::impl::HopperDeferRowSumsBase<HopperDeferRowSums> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<DeferAddition, DeferCarriedSum, DeferProduct>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
