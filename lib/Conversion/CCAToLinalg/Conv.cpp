//===- Conv.cpp - cca.conv to linalg --------------------------------------===//
//
// With T = t0 + t1 - 1 taps in all, z of token t reads x of the T tokens up to
// t:
//
//   window[t,m] = x[t - (T-1) + m], or 0 before the sequence      m = 0 … T-1
//   y[t,j]      = b0 + sum over i of w0[i] window[t, i+j]         j = 0 … t1-1
//   z[t]        = b1 + sum over j of w1[j] y[t,j]
//
// y[t,j] is the depthwise output of token t - (t1-1) + j *as token t sees it*:
// at the begin of a packed sequence its neighbour's tokens are zeros.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Patterns.h"
#include "SequenceBounds.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/CCA/Utils/Tensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

namespace {

/// Lowers one cca.conv.
class ConvLowering {
public:
  ConvLowering(ConvOp op, OpBuilder &b)
      : op(op), b(b), loc(op.getLoc()),
        sizes(tensor::getMixedSizes(b, loc, op.getX())),
        bounds(b, loc, op.getX(), op.getCuSeqlens()) {
    RankedTensorType grouped = op.getGroupedWeight().getType();
    headDim = grouped.getDimSize(1);
    taps1 = grouped.getDimSize(2);
    taps0 = op.getDepthwiseWeight()
                ? op.getDepthwiseWeight().getType().getDimSize(1)
                : 1;
  }

  Value lower() {
    Value y = gatherWindows();
    if (op.getDepthwiseWeight())
      y = convolveDepthwise(y);
    if (op.getPerStagePadding())
      y = zeroBeforeSequence(y);
    return castElements(b, loc, convolveGrouped(y),
                        op.getX().getType().getElementType());
  }

private:
  SmallVector<OpFoldResult> withTaps(int64_t taps) {
    return {sizes[0], sizes[1], b.getIndexAttr(taps), sizes[2]};
  }

  /// Whether the token `ahead` places before the one of the current element,
  /// plus its index along `tapDim`, is in the sequence; its position, at least
  /// 0.
  std::pair<Value, Value> tokenOfTap(OpBuilder &b, Location loc, int64_t ahead,
                                     int64_t tapDim) {
    Value token = indexOf(b, loc, 1);
    Value offset = indexOf(b, loc, tapDim);
    Value position = arith::AddIOp::create(b, loc, token, offset);
    position =
        arith::SubIOp::create(b, loc, position, constantIndex(b, loc, ahead));
    Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge,
                                         position, bounds.begin(b, loc, token));
    return {inside,
            arith::MaxSIOp::create(b, loc, position, constantIndex(b, loc, 0))};
  }

  /// B x S x T x C.
  Value gatherWindows() {
    int64_t taps = taps0 + taps1 - 1;
    Value x = op.getX();
    return generate(
        b, loc, withTaps(taps), b.getF32Type(), {},
        [&](OpBuilder &b, Location loc, ValueRange) -> Value {
          auto [inside, position] = tokenOfTap(b, loc, taps - 1, 2);
          Value value = tensor::ExtractOp::create(
              b, loc, x,
              ValueRange{indexOf(b, loc, 0), position, indexOf(b, loc, 3)});
          value = castElements(b, loc, value, b.getF32Type());
          return arith::SelectOp::create(b, loc, inside, value,
                                         constantF32(b, loc, 0.0));
        });
  }

  /// B x S x T x C to B x S x t1 x C.
  Value convolveDepthwise(Value windows) {
    Value empty =
        tensor::EmptyOp::create(b, loc, withTaps(taps1), b.getF32Type());
    Value bias = castElements(b, loc, op.getDepthwiseBias(), b.getF32Type());
    Value init = linalg::BroadcastOp::create(b, loc, bias, empty,
                                             ArrayRef<int64_t>{0, 1, 2})
                     ->getResult(0);
    AffineExpr batch, token, j, c, i;
    bindDims(b.getContext(), batch, token, j, c, i);
    return sumOfProducts(
        b, loc, windows, op.getDepthwiseWeight(), init,
        {{batch, token, i + j, c}, {c, i}, {batch, token, j, c}},
        /*reductions=*/1);
  }

  /// per_stage_padding: the second convolution reads zeros before the sequence.
  Value zeroBeforeSequence(Value y) {
    return generate(b, loc, withTaps(taps1), b.getF32Type(), y,
                    [&](OpBuilder &b, Location loc, ValueRange y) -> Value {
                      Value inside = tokenOfTap(b, loc, taps1 - 1, 2).first;
                      return arith::SelectOp::create(b, loc, inside, y[0],
                                                     constantF32(b, loc, 0.0));
                    });
  }

  /// B x S x t1 x C to B x S x C: a dense D x D block per head and tap.
  Value convolveGrouped(Value y) {
    Value bias = castElements(
        b, loc, splitHeads(b, loc, op.getGroupedBias(), /*dim=*/0, headDim),
        b.getF32Type());
    SmallVector<OpFoldResult> shape = tensor::getMixedSizes(b, loc, bias);
    shape.insert(shape.begin(), {sizes[0], sizes[1]});
    Value empty = tensor::EmptyOp::create(b, loc, shape, b.getF32Type());
    Value init = linalg::BroadcastOp::create(b, loc, bias, empty,
                                             ArrayRef<int64_t>{0, 1})
                     ->getResult(0);
    AffineExpr batch, token, h, o, j, d;
    bindDims(b.getContext(), batch, token, h, o, j, d);
    Value windows = splitHeads(b, loc, y, /*dim=*/3, headDim);
    Value weight =
        splitHeads(b, loc, op.getGroupedWeight(), /*dim=*/0, headDim);
    Value z =
        contract(b, loc, windows, weight, init,
                 {{batch, token, j, h, d}, {h, o, d, j}, {batch, token, h, o}});
    return mergeHeads(b, loc, z, /*dim=*/2);
  }

  ConvOp op;
  OpBuilder &b;
  Location loc;
  SmallVector<OpFoldResult> sizes; // B, S, C
  SequenceBounds bounds;
  int64_t headDim, taps0, taps1;
};

struct LowerConv : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConvOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, ConvLowering(op, rewriter).lower());
    return success();
  }
};

} // namespace

void cca::populateConvPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerConv>(patterns.getContext());
}
