//===- FoldConvs.cpp - cca-fold-convs -------------------------------------===//

#include "FoldConvs.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/CCA/Transforms/Passes.h"
#include "cca/Dialect/CCA/Utils/Tensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::cca {
#define GEN_PASS_DEF_CCAFOLDCONVS
#include "cca/Dialect/CCA/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::cca;

/// `weight` (C x t0) with `zeros` zero taps before and after.
static Value padTaps(OpBuilder &b, Location loc, Value weight, int64_t zeros) {
  auto type = cast<RankedTensorType>(weight.getType());
  SmallVector<OpFoldResult> pad{b.getIndexAttr(0), b.getIndexAttr(zeros)};
  Value zero =
      arith::ConstantOp::create(b, loc, b.getZeroAttr(type.getElementType()));
  auto padded =
      type.clone({type.getDimSize(0), type.getDimSize(1) + 2 * zeros});
  return tensor::PadOp::create(b, loc, padded, weight, pad, pad, zero);
}

// A[h,o,d,m] = sum over j of w1[h,o,d,j] w0[h,d,m-j]
Value cca::foldWeights(OpBuilder &b, Location loc, Value w0, Value w1) {
  auto type = cast<RankedTensorType>(w1.getType());
  int64_t headDim = type.getDimSize(1), taps1 = type.getDimSize(2);
  int64_t taps = cast<RankedTensorType>(w0.getType()).getDimSize(1) + taps1 - 1;
  int64_t heads = type.getDimSize(0) / headDim;

  // Zero taps on both sides keep m - j in range: it moves up by t1 - 1.
  Value lhs = splitHeads(b, loc, w1, /*dim=*/0, headDim);
  Value rhs =
      splitHeads(b, loc, padTaps(b, loc, w0, taps1 - 1), /*dim=*/0, headDim);
  SmallVector<OpFoldResult> shape = getAsIndexOpFoldResult(
      b.getContext(), ArrayRef<int64_t>{heads, headDim, headDim, taps});
  Value init = zeros(b, loc, shape, b.getF32Type());

  AffineExpr h, o, d, m, j;
  bindDims(b.getContext(), h, o, d, m, j);
  Value folded =
      sumOfProducts(b, loc, lhs, rhs, init,
                    {{h, o, d, j}, {h, d, m - j + (taps1 - 1)}, {h, o, d, m}},
                    /*reductions=*/1);
  return mergeHeads(b, loc, folded, /*dim=*/0);
}

// b1[h,o] + sum over d and j of w1[h,o,d,j] b0[h,d]
Value cca::foldBias(OpBuilder &b, Location loc, Value b0, Value w1, Value b1) {
  int64_t headDim = cast<RankedTensorType>(w1.getType()).getDimSize(1);
  Value init =
      castElements(b, loc, splitHeads(b, loc, b1, 0, headDim), b.getF32Type());
  AffineExpr h, o, d, j;
  bindDims(b.getContext(), h, o, d, j);
  Value lhs = splitHeads(b, loc, w1, /*dim=*/0, headDim);
  Value rhs = splitHeads(b, loc, b0, /*dim=*/0, headDim);
  Value folded =
      sumOfProducts(b, loc, lhs, rhs, init, {{h, o, d, j}, {h, d}, {h, o}},
                    /*reductions=*/2);
  return mergeHeads(b, loc, folded, /*dim=*/0);
}

bool cca::isFoldable(Value depthwiseBias, bool perStagePadding) {
  return !perStagePadding || matchPattern(depthwiseBias, m_AnyZeroFloat());
}

namespace {

/// cca.conv depthwise grouped  →  cca.conv grouped
struct FoldConv : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConvOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getDepthwiseWeight())
      return rewriter.notifyMatchFailure(op, "already one convolution");
    if (!isFoldable(op.getDepthwiseBias(), op.getPerStagePadding()))
      return rewriter.notifyMatchFailure(
          op, "a zero before the sequence is not the depthwise bias");

    Location loc = op.getLoc();
    Value weight = foldWeights(rewriter, loc, op.getDepthwiseWeight(),
                               op.getGroupedWeight());
    Value bias = foldBias(rewriter, loc, op.getDepthwiseBias(),
                          op.getGroupedWeight(), op.getGroupedBias());
    rewriter.replaceOpWithNewOp<ConvOp>(
        op, op.getX(), /*depthwise_weight=*/Value(), /*depthwise_bias=*/Value(),
        weight, bias, op.getCuSeqlens(), /*per_stage_padding=*/nullptr);
    return success();
  }
};

struct FoldConvsPass : cca::impl::CCAFoldConvsBase<FoldConvsPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateFoldConvsPatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

void cca::populateFoldConvsPatterns(RewritePatternSet &patterns) {
  patterns.add<FoldConv>(patterns.getContext());
}
