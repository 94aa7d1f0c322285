//===- DecomposeMix.cpp - cca.mix to its steps ----------------------------===//

#include "DecomposeMix.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/CCA/Utils/Tensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

/// `value` times a constant.
static Value scale(OpBuilder &b, Location loc, Value value, double factor) {
  if (factor == 1)
    return value;
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, value);
  Value empty = tensor::EmptyOp::create(b, loc, sizes, b.getF32Type());
  Value constant = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(factor));
  Value factors = linalg::FillOp::create(b, loc, constant, empty).getResult(0);
  return arith::MulFOp::create(b, loc, value, factors);
}

namespace {

/// cca.mix  →  cca.conv, cca.qk_mean, cca.qk_norm, cca.rope, in f32
struct DecomposeMix : OpRewritePattern<MixOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MixOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType queryType = op.getQuery().getType();
    int64_t headDim = queryType.getDimSize(3);
    int64_t queryChannels = queryType.getDimSize(2) * headDim,
            channels = op.getX().getType().getDimSize(2);
    Value x = castElements(rewriter, loc, op.getX(), rewriter.getF32Type());
    Value depthwise, noBias;
    if (op.getDepthwise()) {
      depthwise = tapsLast(rewriter, loc, op.getDepthwise());
      noBias = arith::ConstantOp::create(
          rewriter, loc,
          rewriter.getZeroAttr(RankedTensorType::get(
              {channels}, op.getX().getType().getElementType())));
    }
    Value z = ConvOp::create(rewriter, loc, x, depthwise, noBias,
                             tapsLast(rewriter, loc, op.getTaps()),
                             op.getBias(), op.getCuSeqlens(),
                             /*per_stage_padding=*/nullptr);
    auto queriesOf = [&](Value of) {
      return sliceHeads(rewriter, loc, of, 0, queryChannels, headDim);
    };
    auto keysOf = [&](Value of) {
      return sliceHeads(rewriter, loc, of, queryChannels,
                        channels - queryChannels, headDim);
    };
    auto mean = QKMeanOp::create(rewriter, loc, queriesOf(x), keysOf(x),
                                 queriesOf(z), keysOf(z));
    Value q = QKNormOp::create(rewriter, loc, mean.getQ(),
                               /*temperature=*/Value(), op.getNormAttr(),
                               op.getEpsAttr(), /*temperature_mode=*/nullptr);
    Value k = QKNormOp::create(rewriter, loc, mean.getK(), op.getTemperature(),
                               op.getNormAttr(), op.getEpsAttr(),
                               op.getTemperatureModeAttr());
    auto rotate = [&](Value of) -> Value {
      return RopeOp::create(rewriter, loc, of, op.getCos(), op.getSin(),
                            op.getCuSeqlens(), op.getRopeLayoutAttr());
    };
    q = scale(rewriter, loc, rotate(q), op.getEffectiveQueryFactor());
    k = rotate(k);
    Type elementType = queryType.getElementType();
    rewriter.replaceOp(op, {castElements(rewriter, loc, q, elementType),
                            castElements(rewriter, loc, k, elementType)});
    return success();
  }
};

} // namespace

void cca::populateDecomposeMixPatterns(RewritePatternSet &patterns) {
  patterns.add<DecomposeMix>(patterns.getContext());
}
