//===- Rope.cpp - cca.rope to linalg --------------------------------------===//

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

/// The channel that forms a pair with `channel`, and whether `channel` is the
/// first of the two.
std::pair<Value, Value> partnerOf(OpBuilder &b, Location loc, Value channel,
                                  int64_t rotary, RopeLayout layout) {
  if (layout == RopeLayout::Half) {
    Value half = constantIndex(b, loc, rotary / 2);
    Value first =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, channel, half);
    Value above = arith::AddIOp::create(b, loc, channel, half);
    Value below = arith::SubIOp::create(b, loc, channel, half);
    Value partner = arith::SelectOp::create(b, loc, first, above, below);
    return {partner, first};
  }
  Value one = constantIndex(b, loc, 1);
  Value odd = arith::AndIOp::create(b, loc, channel, one);
  Value first =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, odd, one);
  return {arith::XOrIOp::create(b, loc, channel, one), first};
}

struct LowerRope : OpRewritePattern<RopeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RopeOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value x = op.getX();
    int64_t rotary = op.getCos().getType().getShape().back();
    SequenceBounds bounds(rewriter, loc, x, op.getCuSeqlens());

    // The first R channels of each head.
    SmallVector<OpFoldResult> offsets(4, rewriter.getIndexAttr(0));
    SmallVector<OpFoldResult> strides(4, rewriter.getIndexAttr(1));
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(rewriter, loc, x);
    sizes[3] = rewriter.getIndexAttr(rotary);
    Value slice = tensor::ExtractSliceOp::create(rewriter, loc, x, offsets,
                                                 sizes, strides);

    Value rotated = generate(
        rewriter, loc, sizes, op.getX().getType().getElementType(), slice,
        [&](OpBuilder &b, Location loc, ValueRange own) -> Value {
          Value batch = indexOf(b, loc, 0), token = indexOf(b, loc, 1);
          Value head = indexOf(b, loc, 2), channel = indexOf(b, loc, 3);
          Value position =
              arith::SubIOp::create(b, loc, token, bounds.begin(b, loc, token));
          auto load = [&](Value tensor, ValueRange at) {
            return castElements(b, loc,
                                tensor::ExtractOp::create(b, loc, tensor, at),
                                b.getF32Type());
          };
          auto angle = [&](Value table) {
            if (op.getCos().getType().getRank() == 2)
              return load(table, {position, channel});
            return load(table, {batch, position, channel});
          };
          auto [partner, first] =
              partnerOf(b, loc, channel, rotary, op.getRopeLayout());
          Value other = load(slice, {batch, token, head, partner});
          Value turned = arith::SelectOp::create(
              b, loc, first, arith::NegFOp::create(b, loc, other), other);
          Value cosine =
              arith::MulFOp::create(b, loc, own[0], angle(op.getCos()));
          Value sine =
              arith::MulFOp::create(b, loc, turned, angle(op.getSin()));
          return arith::AddFOp::create(b, loc, cosine, sine);
        });
    rewriter.replaceOpWithNewOp<tensor::InsertSliceOp>(op, rotated, x, offsets,
                                                       sizes, strides);
    return success();
  }
};

} // namespace

void cca::populateRopePatterns(RewritePatternSet &patterns) {
  patterns.add<LowerRope>(patterns.getContext());
}
