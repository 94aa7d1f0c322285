//===- ValueShift.cpp - cca.value_shift to linalg -------------------------===//

#include "Elementwise.h"
#include "Patterns.h"
#include "SequenceBounds.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/CCA/Utils/Tensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

namespace {

struct LowerValueShift : OpRewritePattern<ValueShiftOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ValueShiftOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value delayed = op.getDelayed();
    SequenceBounds bounds(rewriter, loc, delayed, op.getCuSeqlens());

    SmallVector<Value> initial;
    SmallVector<SmallVector<int64_t>> dims;
    if (op.getInitial()) {
      initial.push_back(op.getInitial());
      dims.push_back({2});
    }
    Value shifted = generate(
        rewriter, loc, tensor::getMixedSizes(rewriter, loc, delayed),
        op.getV().getType().getElementType(), initial, dims,
        [&](OpBuilder &b, Location loc, ValueRange initial) -> Value {
          Value token = indexOf(b, loc, 1);
          Value hasPrevious =
              arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sgt, token,
                                    bounds.begin(b, loc, token));
          // Reads the token itself, to no effect, where there is none before
          // it.
          Value previous =
              arith::SubIOp::create(b, loc, token,
                                    arith::IndexCastUIOp::create(
                                        b, loc, b.getIndexType(), hasPrevious));
          Value value = tensor::ExtractOp::create(
              b, loc, delayed,
              ValueRange{indexOf(b, loc, 0), previous, indexOf(b, loc, 2)});
          value = castElements(b, loc, value, b.getF32Type());
          Value first = initial.empty() ? constantF32(b, loc, 0.0) : initial[0];
          return arith::SelectOp::create(b, loc, hasPrevious, value, first);
        });
    rewriter.replaceOpWithNewOp<tensor::ConcatOp>(
        op, /*dim=*/2, ValueRange{op.getCurrent(), shifted});
    return success();
  }
};

} // namespace

void cca::populateValueShiftPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerValueShift>(patterns.getContext());
}
