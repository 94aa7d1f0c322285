//===- LowerPrologue.cpp - cca-lower-prologue -----------------------------===//

#include "FoldConvs.h"
#include "cca/Dialect/CCA/IR/BlockSizes.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/CCA/Transforms/Passes.h"
#include "cca/Dialect/CCA/Utils/Tensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::cca {
#define GEN_PASS_DEF_CCALOWERPROLOGUE
#include "cca/Dialect/CCA/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::cca;

static Value concat(OpBuilder &b, Location loc, ValueRange parts) {
  return tensor::ConcatOp::create(b, loc, /*dim=*/0, parts);
}

/// The attention that takes the queries of `op`, and nobody else does.
static FlashAttentionOp onlyAttention(PrologueOp op) {
  if (!op.getQuery().hasOneUse())
    return {};
  OpOperand &use = *op.getQuery().use_begin();
  auto attention = dyn_cast<FlashAttentionOp>(use.getOwner());
  return attention && &use == &attention.getQueryMutable() ? attention
                                                           : FlashAttentionOp();
}

/// What `cca-outline-packing` looks for.
static void markPacking(Value value) {
  if (Operation *op = value ? value.getDefiningOp() : nullptr)
    op->setAttr(packingAttrName, UnitAttr::get(op->getContext()));
}

/// Takes the softmax scale out of `attention`, whose queries have it: what is
/// left is a softmax to the base 2. The bound on scores shrinks with it.
static double takeScale(OpBuilder &b, FlashAttentionOp attention) {
  double factor = attention.getEffectiveSoftmaxScale() * llvm::numbers::log2e;
  b.setInsertionPoint(attention);
  attention.setSoftmaxScaleAttr(b.getF64FloatAttr(llvm::numbers::ln2));
  if (Value temperature = attention.getTemperature()) {
    auto type = cast<RankedTensorType>(temperature.getType());
    Value factors = arith::ConstantOp::create(
        b, attention.getLoc(),
        SplatElementsAttr::get(type, b.getF32FloatAttr(std::abs(factor))));
    Value scaled =
        arith::MulFOp::create(b, attention.getLoc(), temperature, factors);
    markPacking(scaled);
    attention.getTemperatureMutable().assign(scaled);
  }
  return factor;
}

/// cca.prologue  →  cca.latents, cca.mix  or  cca.fused_prologue
static void lower(PrologueOp op, PrologueStructure structure) {
  IRRewriter rewriter(op.getContext());
  Location loc = op.getLoc();
  FloatAttr queryFactor;
  if (FlashAttentionOp attention = onlyAttention(op))
    queryFactor = rewriter.getF64FloatAttr(takeScale(rewriter, attention));

  // What depends on weights only.
  rewriter.setInsertionPoint(op);
  Type elementType = op.getHidden().getType().getElementType();
  Value w =
      concat(rewriter, loc,
             {op.getWQ(), op.getWK(), op.getWVCurrent(), op.getWVDelayed()});
  Value b;
  if (op.getBQ())
    b = concat(rewriter, loc,
               {op.getBQ(), op.getBK(), op.getBVCurrent(), op.getBVDelayed()});
  // Factors of two taps fit into registers beside a tile. One kernel for all
  // has none to spare.
  bool folds = structure == PrologueStructure::Fused ||
               op.getDepthwiseWeight().getType().getDimSize(1) != 2;
  Value depthwise, grouped = op.getGroupedWeight();
  if (folds)
    grouped = foldWeights(rewriter, loc, op.getDepthwiseWeight(), grouped);
  else
    depthwise = tapsFirst(rewriter, loc, op.getDepthwiseWeight(), elementType);
  Value taps = tapsFirst(rewriter, loc, grouped, elementType);
  Value bias = foldBias(rewriter, loc, op.getDepthwiseBias(),
                        op.getGroupedWeight(), op.getGroupedBias());

  for (Value packed : {w, b, depthwise, taps, bias})
    markPacking(packed);

  if (structure == PrologueStructure::Fused) {
    auto fused = FusedPrologueOp::create(
        rewriter, loc, op.getHidden(), w, b, taps, bias, op.getTemperature(),
        op.getCos(), op.getSin(), op.getCuSeqlens(), op.getNormAttr(),
        op.getEpsAttr(), op.getTemperatureModeAttr(), op.getRopeLayoutAttr(),
        queryFactor, /*schedule=*/nullptr);
    rewriter.replaceOp(op, fused);
    return;
  }
  auto x = op.getHidden().getType().clone(
      {op.getHidden().getType().getDimSize(0),
       op.getHidden().getType().getDimSize(1), BlockSizes::of(op).channels()});
  auto latents = LatentsOp::create(rewriter, loc, x, op.getValue().getType(),
                                   op.getHidden(), w, b, op.getCuSeqlens(),
                                   /*schedule=*/nullptr);
  auto mix = MixOp::create(
      rewriter, loc, op.getQuery().getType(), op.getKey().getType(),
      latents.getX(), depthwise, taps, bias, op.getTemperature(), op.getCos(),
      op.getSin(), op.getCuSeqlens(), op.getNormAttr(), op.getEpsAttr(),
      op.getTemperatureModeAttr(), op.getRopeLayoutAttr(), queryFactor,
      /*schedule=*/nullptr);
  rewriter.replaceOp(op, {mix.getQuery(), mix.getKey(), latents.getV()});
}

namespace {

struct LowerProloguePass : cca::impl::CCALowerPrologueBase<LowerProloguePass> {
  using CCALowerPrologueBase::CCALowerPrologueBase;

  void runOnOperation() override {
    SmallVector<PrologueOp> ops;
    bool failed = false;
    getOperation()->walk([&](PrologueOp op) {
      ops.push_back(op);
      if (isFoldable(op.getDepthwiseBias(), op.getPerStagePadding()))
        return;
      op.emitOpError("expects no per_stage_padding, which one convolution "
                     "cannot do unless depthwise_bias is zero");
      failed = true;
    });
    if (failed)
      return signalPassFailure();
    for (PrologueOp op : ops)
      lower(op, structure);
  }
};

} // namespace
