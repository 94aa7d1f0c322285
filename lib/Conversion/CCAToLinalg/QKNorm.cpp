//===- QKNorm.cpp - cca.qk_norm to linalg ---------------------------------===//

#include "Elementwise.h"
#include "Patterns.h"
#include "cca/Dialect/CCA/IR/CCA.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

namespace {

/// The factor of a head whose squares add up to `sum`.
Value lengthFactor(OpBuilder &b, Location loc, QKNormOp op, Value sum) {
  int64_t headDim = op.getX().getType().getDimSize(3);
  Value length = constantF32(b, loc, std::sqrt(static_cast<double>(headDim)));
  Value eps = constantF32(b, loc, op.getEps().convertToDouble());
  if (op.getNorm() == NormMode::Clamp) {
    Value norm = arith::MaximumFOp::create(
        b, loc, math::SqrtOp::create(b, loc, sum), eps);
    return arith::DivFOp::create(b, loc, length, norm);
  }
  Value inverse =
      math::RsqrtOp::create(b, loc, arith::AddFOp::create(b, loc, sum, eps));
  return arith::MulFOp::create(b, loc, length, inverse);
}

struct LowerQKNorm : OpRewritePattern<QKNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QKNormOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value x = op.getX();
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(rewriter, loc, x);

    Value squares = reduce(
        rewriter, loc, x, /*dim=*/3, 0.0,
        [](OpBuilder &b, Location loc, ValueRange args) -> Value {
          return arith::AddFOp::create(
              b, loc, args[1], arith::MulFOp::create(b, loc, args[0], args[0]));
        });

    // One factor per head: norm and temperature.
    SmallVector<Value> inputs{squares};
    SmallVector<SmallVector<int64_t>> dims{{0, 1, 2}};
    if (op.getTemperature()) {
      inputs.push_back(op.getTemperature());
      dims.push_back({2});
    }
    Value factors =
        generate(rewriter, loc, ArrayRef(sizes).take_front(3),
                 rewriter.getF32Type(), inputs, dims,
                 [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
                   Value factor = lengthFactor(b, loc, op, args[0]);
                   if (!op.getTemperature())
                     return factor;
                   Value temperature = args[1];
                   if (op.getTemperatureMode() == TemperatureMode::Exp)
                     temperature = math::ExpOp::create(b, loc, temperature);
                   return arith::MulFOp::create(b, loc, factor, temperature);
                 });

    rewriter.replaceOp(
        op, generate(rewriter, loc, sizes, op.getX().getType().getElementType(),
                     {x, factors}, {{0, 1, 2, 3}, {0, 1, 2}},
                     [](OpBuilder &b, Location loc, ValueRange args) -> Value {
                       return arith::MulFOp::create(b, loc, args[0], args[1]);
                     }));
    return success();
  }
};

} // namespace

void cca::populateQKNormPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerQKNorm>(patterns.getContext());
}
