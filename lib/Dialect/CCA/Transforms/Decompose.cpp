//===- Decompose.cpp - cca-decompose --------------------------------------===//

#include "DecomposeMix.h"
#include "cca/Dialect/CCA/IR/BlockSizes.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/CCA/Transforms/Passes.h"
#include "cca/Dialect/CCA/Utils/Tensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mlir::cca {
#define GEN_PASS_DEF_CCADECOMPOSE
#include "cca/Dialect/CCA/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::cca;

namespace {

/// cca.attention  →  cca.prologue, cca.flash_attention, cca.projection
struct DecomposeAttention : OpRewritePattern<AttentionOp> {
  DecomposeAttention(MLIRContext *context, Grain grain)
      : OpRewritePattern(context), grain(grain) {}

  LogicalResult matchAndRewrite(AttentionOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto prologue = PrologueOp::create(
        rewriter, loc, op.getHidden(), op.getWQ(), op.getWK(),
        op.getWVCurrent(), op.getWVDelayed(), op.getDepthwiseWeight(),
        op.getDepthwiseBias(), op.getGroupedWeight(), op.getGroupedBias(),
        op.getTemperature(), op.getCos(), op.getSin(), op.getBQ(), op.getBK(),
        op.getBVCurrent(), op.getBVDelayed(), op.getCuSeqlens(),
        op.getNormAttr(), op.getEpsAttr(), op.getTemperatureModeAttr(),
        op.getRopeLayoutAttr(), op.getPerStagePaddingAttr());
    auto attention = FlashAttentionOp::create(
        rewriter, loc, prologue.getQuery().getType(), /*lse=*/Type(),
        prologue.getQuery(), prologue.getKey(), prologue.getValue(),
        grain == Grain::Kernels ? bound(op, rewriter) : Value(),
        op.getCuSeqlens(), op.getCausalAttr(), op.getWindowAttr(),
        op.getSoftmaxScaleAttr(), /*schedule=*/nullptr);
    Value out = mergeHeads(rewriter, loc, attention.getOut(), /*dim=*/2);
    if (op.getWO() && grain == Grain::Kernels) {
      out = ProjectionOp::create(rewriter, loc, out, op.getWO(), op.getBO(),
                                 /*schedule=*/nullptr);
    } else if (op.getWO()) {
      out = project(rewriter, loc, out, op.getWO(), op.getBO());
      out = castElements(rewriter, loc, out,
                         op.getOut().getType().getElementType());
    }
    rewriter.replaceOp(op, out);
    return success();
  }

private:
  /// What keys of length sqrt(D) were multiplied by. Both norms give at most
  /// that length: `clamp` divides by no less than ||x||, `rsqrt` by no less
  /// than sqrt(||x||^2 + eps).
  static Value bound(AttentionOp op, OpBuilder &b) {
    if (op.getTemperatureMode() == TemperatureMode::Linear)
      return op.getTemperature();
    return math::ExpOp::create(b, op.getLoc(), op.getTemperature());
  }

  Grain grain;
};

} // namespace

Value cca::sliceHeads(OpBuilder &b, Location loc, Value x, int64_t begin,
                      int64_t count, int64_t headDim) {
  SmallVector<OpFoldResult> offsets(3, b.getIndexAttr(0));
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, x);
  SmallVector<OpFoldResult> strides(3, b.getIndexAttr(1));
  offsets[2] = b.getIndexAttr(begin);
  sizes[2] = b.getIndexAttr(count);
  Value slice =
      tensor::ExtractSliceOp::create(b, loc, x, offsets, sizes, strides);
  return splitHeads(b, loc, slice, /*dim=*/2, headDim);
}

namespace {

/// cca.prologue  →  projections and the steps, in f32
struct DecomposePrologue : OpRewritePattern<PrologueOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PrologueOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    BlockSizes sizes = BlockSizes::of(op);
    int64_t D = sizes.headDim;
    Value cuSeqlens = op.getCuSeqlens();

    // Down-projections.
    Value hidden = op.getHidden();
    Value q0 = project(rewriter, loc, hidden, op.getWQ(), op.getBQ());
    Value k0 = project(rewriter, loc, hidden, op.getWK(), op.getBK());
    Value current =
        project(rewriter, loc, hidden, op.getWVCurrent(), op.getBVCurrent());
    Value delayed =
        project(rewriter, loc, hidden, op.getWVDelayed(), op.getBVDelayed());

    // Convolutions over all query and key channels.
    Value x =
        tensor::ConcatOp::create(rewriter, loc, /*dim=*/2, ValueRange{q0, k0});
    Value z = ConvOp::create(rewriter, loc, x, op.getDepthwiseWeight(),
                             op.getDepthwiseBias(), op.getGroupedWeight(),
                             op.getGroupedBias(), cuSeqlens,
                             op.getPerStagePaddingAttr());
    Value zq = sliceHeads(rewriter, loc, z, 0, sizes.queryChannels(), D);
    Value zk = sliceHeads(rewriter, loc, z, sizes.queryChannels(),
                          sizes.keyChannels(), D);

    // Mean, norm, temperature and RoPE per head.
    q0 = splitHeads(rewriter, loc, q0, 2, D);
    k0 = splitHeads(rewriter, loc, k0, 2, D);
    auto mean = QKMeanOp::create(rewriter, loc, q0, k0, zq, zk);
    Value q = QKNormOp::create(rewriter, loc, mean.getQ(),
                               /*temperature=*/Value(), op.getNormAttr(),
                               op.getEpsAttr(), /*temperature_mode=*/nullptr);
    Value k = QKNormOp::create(rewriter, loc, mean.getK(), op.getTemperature(),
                               op.getNormAttr(), op.getEpsAttr(),
                               op.getTemperatureModeAttr());
    q = RopeOp::create(rewriter, loc, q, op.getCos(), op.getSin(), cuSeqlens,
                       op.getRopeLayoutAttr());
    k = RopeOp::create(rewriter, loc, k, op.getCos(), op.getSin(), cuSeqlens,
                       op.getRopeLayoutAttr());

    // A sequence's first token sees the delayed projection of a zero token.
    Value v = ValueShiftOp::create(rewriter, loc, current, delayed,
                                   op.getBVDelayed(), cuSeqlens);
    v = splitHeads(rewriter, loc, v, 2, D);

    // Queries, keys and values are rounded once, here.
    SmallVector<Value> results;
    for (Value result : {q, k, v})
      results.push_back(castElements(
          rewriter, loc, result, op.getHidden().getType().getElementType()));
    rewriter.replaceOp(op, results);
    return success();
  }
};

/// cca.fused_prologue  →  cca.latents, cca.mix
struct DecomposeFusedPrologue : OpRewritePattern<FusedPrologueOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(FusedPrologueOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType hidden = op.getHidden().getType();
    auto x = RankedTensorType::get({hidden.getDimSize(0), hidden.getDimSize(1),
                                    op.getTaps().getType().getDimSize(1)},
                                   hidden.getElementType());
    auto latents = LatentsOp::create(
        rewriter, loc, x, op.getValue().getType(), op.getHidden(), op.getW(),
        op.getProjectionBias(), op.getCuSeqlens(), /*schedule=*/nullptr);
    auto mix = MixOp::create(
        rewriter, loc, op.getQuery().getType(), op.getKey().getType(),
        latents.getX(), /*depthwise=*/Value(), op.getTaps(), op.getBias(),
        op.getTemperature(), op.getCos(), op.getSin(), op.getCuSeqlens(),
        op.getNormAttr(), op.getEpsAttr(), op.getTemperatureModeAttr(),
        op.getRopeLayoutAttr(), op.getQueryFactorAttr(), /*schedule=*/nullptr);
    rewriter.replaceOp(op, {mix.getQuery(), mix.getKey(), latents.getV()});
    return success();
  }
};

struct DecomposePass : cca::impl::CCADecomposeBase<DecomposePass> {
  using CCADecomposeBase::CCADecomposeBase;

  void runOnOperation() override {
    ConversionTarget target(getContext());
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    target.addIllegalOp<AttentionOp>();
    if (into == Grain::Steps)
      target.addIllegalOp<FusedPrologueOp, MixOp, PrologueOp>();

    RewritePatternSet patterns(&getContext());
    populateEmptyResultPatterns(patterns);
    populateDecomposePatterns(patterns, into);
    if (failed(applyPartialConversion(getOperation(), target,
                                      std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

void cca::populateDecomposePatterns(RewritePatternSet &patterns, Grain grain) {
  patterns.add<DecomposeAttention>(patterns.getContext(), grain);
  if (grain == Grain::Steps) {
    patterns.add<DecomposePrologue, DecomposeFusedPrologue>(
        patterns.getContext());
    populateDecomposeMixPatterns(patterns);
  }
}
