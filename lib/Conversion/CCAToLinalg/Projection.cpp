//===- Projection.cpp - cca.projection and cca.latents to linalg ----------===//

#include "Patterns.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/CCA/Utils/Tensors.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

namespace {

struct LowerProjection : OpRewritePattern<ProjectionOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ProjectionOp op,
                                PatternRewriter &rewriter) const override {
    Value out =
        project(rewriter, op.getLoc(), op.getX(), op.getW(), op.getBias());
    rewriter.replaceOp(op,
                       castElements(rewriter, op.getLoc(), out,
                                    op.getOut().getType().getElementType()));
    return success();
  }
};

/// Elements `begin` to `begin + count` of the last dimension of `value`.
Value sliceInner(OpBuilder &b, Location loc, Value value, int64_t begin,
                 int64_t count) {
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, value);
  SmallVector<OpFoldResult> offsets(sizes.size(), b.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(sizes.size(), b.getIndexAttr(1));
  offsets.back() = b.getIndexAttr(begin);
  sizes.back() = b.getIndexAttr(count);
  return tensor::ExtractSliceOp::create(b, loc, value, offsets, sizes, strides);
}

/// One product, then its parts; values of the token before by cca.value_shift.
struct LowerLatents : OpRewritePattern<LatentsOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(LatentsOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = op.getV().getType();
    int64_t channels = op.getX().getType().getDimSize(2);
    int64_t half = type.getDimSize(2) * type.getDimSize(3) / 2;

    Value all = project(rewriter, loc, op.getHidden(), op.getW(), op.getBias());
    Value x = sliceInner(rewriter, loc, all, 0, channels);
    Value current = sliceInner(rewriter, loc, all, channels, half);
    Value delayed = sliceInner(rewriter, loc, all, channels + half, half);
    // A sequence's first token sees the delayed projection of a zero token.
    Value initial = op.getBias();
    if (initial)
      initial = castElements(
          rewriter, loc,
          sliceInner(rewriter, loc, initial, channels + half, half),
          rewriter.getF32Type());
    Value v = ValueShiftOp::create(rewriter, loc, current, delayed, initial,
                                   op.getCuSeqlens());
    v = splitHeads(rewriter, loc, v, /*dim=*/2, type.getDimSize(3));
    rewriter.replaceOp(op,
                       {castElements(rewriter, loc, x, type.getElementType()),
                        castElements(rewriter, loc, v, type.getElementType())});
    return success();
  }
};

} // namespace

void cca::populateProjectionPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerLatents, LowerProjection>(patterns.getContext());
}
