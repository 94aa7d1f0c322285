//===- QKMean.cpp - cca.qk_mean to linalg ---------------------------------===//

#include "Elementwise.h"
#include "Patterns.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/CCA/Utils/Tensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

namespace {

/// z + half of the sum of two.
Value addMean(OpBuilder &b, Location loc, ValueRange zAndTwo) {
  Value sum = arith::AddFOp::create(b, loc, zAndTwo[1], zAndTwo[2]);
  Value mean = arith::MulFOp::create(b, loc, sum, constantF32(b, loc, 0.5));
  return arith::AddFOp::create(b, loc, zAndTwo[0], mean);
}

struct LowerQKMean : OpRewritePattern<QKMeanOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QKMeanOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type elementType = op.getQ().getType().getElementType();
    int64_t group =
        op.getQ0().getType().getDimSize(2) / op.getK0().getType().getDimSize(2);

    // Query heads as (key head, member of its group).
    Value q0 = splitHeads(rewriter, loc, op.getQ0(), /*dim=*/2, group);
    Value zq = splitHeads(rewriter, loc, op.getZq(), /*dim=*/2, group);
    Value q =
        generate(rewriter, loc, tensor::getMixedSizes(rewriter, loc, q0),
                 elementType, {zq, q0, op.getK0()},
                 {{0, 1, 2, 3, 4}, {0, 1, 2, 3, 4}, {0, 1, 2, 4}}, addMean);

    Value sum =
        reduce(rewriter, loc, q0, /*dim=*/3, 0.0,
               [](OpBuilder &b, Location loc, ValueRange args) -> Value {
                 return arith::AddFOp::create(b, loc, args[0], args[1]);
               });
    Value k = generate(
        rewriter, loc, tensor::getMixedSizes(rewriter, loc, op.getK0()),
        elementType, {op.getZk(), sum, op.getK0()},
        [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
          Value mean = arith::MulFOp::create(b, loc, args[1],
                                             constantF32(b, loc, 1.0 / group));
          return addMean(b, loc, {args[0], mean, args[2]});
        });
    rewriter.replaceOp(op, {mergeHeads(rewriter, loc, q, /*dim=*/2), k});
    return success();
  }
};

} // namespace

void cca::populateQKMeanPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerQKMean>(patterns.getContext());
}
