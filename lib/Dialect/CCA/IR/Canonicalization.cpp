//===- Canonicalization.cpp - Canonical forms of the cca ops --------------===//

#include "cca/Dialect/CCA/IR/BlockSizes.h"
#include "cca/Dialect/CCA/IR/CCA.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

#include <thread>

using namespace mlir;
using namespace mlir::cca;

namespace {

/// A window that reaches over the whole sequence hides nothing.
///
///   cca.flash_attention … window 128 : tensor<?x64x…>  →  no window
template <typename OpT>
struct DropWideWindow : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    if (!op.getWindow())
      return rewriter.notifyMatchFailure(op, "no window");
    int64_t tokens =
        cast<RankedTensorType>(op->getOperand(0).getType()).getDimSize(1);
    if (ShapedType::isDynamic(tokens) ||
        static_cast<int64_t>(*op.getWindow()) < tokens)
      return rewriter.notifyMatchFailure(op, "window may hide tokens");
    rewriter.modifyOpInPlace(op, [&] { op.removeWindowAttr(); });
    return success();
  }
};

/// `softmax_scale` that is D^-1/2 is the default.
template <typename OpT>
struct DropDefaultScale : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;

  static int64_t headDim(AttentionOp op) { return BlockSizes::of(op).headDim; }
  static int64_t headDim(FlashAttentionOp op) {
    return op.getQuery().getType().getShape().back();
  }

  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    std::optional<APFloat> scale = op.getSoftmaxScale();
    if (!scale || scale->convertToDouble() !=
                      1.0 / std::sqrt(static_cast<double>(headDim(op))))
      return rewriter.notifyMatchFailure(op, "not the default scale");
    rewriter.modifyOpInPlace(op, [&] { op.removeSoftmaxScaleAttr(); });
    return success();
  }
};

/// With one tap the grouped convolution reads no padding of the first stage.
template <typename OpT>
struct DropPerStagePadding : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    if (!op.getPerStagePadding() ||
        op.getGroupedWeight().getType().getDimSize(2) != 1)
      return rewriter.notifyMatchFailure(op, "padding may be read");
    rewriter.modifyOpInPlace(op, [&] { op.removePerStagePaddingAttr(); });
    return success();
  }
};

/// Takes over static sizes that a `tensor.cast` had erased.
///
///   %h = tensor.cast %x : tensor<1x64x…> to tensor<?x?x…>
///   %o = cca.prologue %h …
/// becomes an op on %x whose results are cast back.
template <typename OpT>
struct AbsorbCasts : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Value> operands(op->getOperands());
    bool changed = false;
    for (Value &operand : operands) {
      auto castOp = operand.getDefiningOp<tensor::CastOp>();
      if (!castOp || !tensor::canFoldIntoConsumerOp(castOp))
        continue;
      operand = castOp.getSource();
      changed = true;
    }
    if (!changed)
      return rewriter.notifyMatchFailure(op, "no operand with erased sizes");

    // Operands that the erased sizes did not agree with must not end in an
    // invalid op: try the new types before anything is built.
    SmallVector<Type> types;
    OperationState state(op.getLoc(), op->getName());
    state.addOperands(operands);
    state.propertiesAttr = op->getPropertiesAsAttribute();
    state.addAttributes(llvm::to_vector(op->getDiscardableAttrs()));
    if (failed(OpT::inferReturnTypes(op.getContext(), std::nullopt, operands,
                                     op->getAttrDictionary(),
                                     op->getPropertiesStorage(), {}, types)))
      return rewriter.notifyMatchFailure(op, "result types cannot be inferred");
    state.addTypes(types);
    Operation *refined = Operation::create(state);
    {
      // Errors of this thread only: others may verify ops of theirs.
      auto self = std::this_thread::get_id();
      ScopedDiagnosticHandler quiet(op.getContext(), [self](Diagnostic &) {
        return success(std::this_thread::get_id() == self);
      });
      if (failed(refined->getName().verifyInvariants(refined))) {
        refined->destroy();
        return rewriter.notifyMatchFailure(op, "sizes do not agree");
      }
    }
    rewriter.insert(refined);
    SmallVector<Value> results;
    for (auto [result, old] :
         llvm::zip_equal(refined->getResults(), op->getResults()))
      results.push_back(rewriter.createOrFold<tensor::CastOp>(
          op.getLoc(), old.getType(), result));
    rewriter.replaceOp(op, results);
    return success();
  }
};

/// No tokens, no elements, nothing to compute.
///
///   %o = cca.flash_attention query(%q : tensor<1x0x8x64xf32>) …
/// becomes
///   %o = tensor.empty() : tensor<1x0x8x64xf32>
struct ReplaceEmptyResults : RewritePattern {
  ReplaceEmptyResults(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/2, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!isa_and_nonnull<CCADialect>(op->getDialect()))
      return rewriter.notifyMatchFailure(op, "not a cca op");
    auto hasNoElements = [](Type type) {
      return llvm::is_contained(cast<RankedTensorType>(type).getShape(), 0);
    };
    if (!llvm::all_of(op->getResultTypes(), hasNoElements))
      return rewriter.notifyMatchFailure(op, "results may have elements");

    ReifiedRankedShapedTypeDims shapes;
    if (failed(reifyResultShapes(rewriter, op, shapes)))
      return rewriter.notifyMatchFailure(op, "unknown result shapes");
    SmallVector<Value> empty;
    for (auto [shape, type] : llvm::zip_equal(shapes, op->getResultTypes()))
      empty.push_back(tensor::EmptyOp::create(rewriter, op->getLoc(), shape,
                                              getElementTypeOrSelf(type)));
    rewriter.replaceOp(op, empty);
    return success();
  }
};

} // namespace

void cca::populateEmptyResultPatterns(RewritePatternSet &patterns) {
  patterns.add<ReplaceEmptyResults>(patterns.getContext());
}

void CCADialect::getCanonicalizationPatterns(
    RewritePatternSet &patterns) const {
  populateEmptyResultPatterns(patterns);
}

void AttentionOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                              MLIRContext *context) {
  patterns.add<AbsorbCasts<AttentionOp>, DropWideWindow<AttentionOp>,
               DropDefaultScale<AttentionOp>, DropPerStagePadding<AttentionOp>>(
      context);
}

void PrologueOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                             MLIRContext *context) {
  patterns.add<AbsorbCasts<PrologueOp>, DropPerStagePadding<PrologueOp>>(
      context);
}

void MixOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                        MLIRContext *context) {
  patterns.add<AbsorbCasts<MixOp>>(context);
}

void FusedPrologueOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                                  MLIRContext *context) {
  patterns.add<AbsorbCasts<FusedPrologueOp>>(context);
}

void FlashAttentionOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                                   MLIRContext *context) {
  patterns.add<DropWideWindow<FlashAttentionOp>,
               DropDefaultScale<FlashAttentionOp>>(context);
}

void QKMeanOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *context) {
  patterns.add<AbsorbCasts<QKMeanOp>>(context);
}

void QKNormOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *context) {
  patterns.add<AbsorbCasts<QKNormOp>>(context);
}

void RopeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                         MLIRContext *context) {
  patterns.add<AbsorbCasts<RopeOp>>(context);
}

void ValueShiftOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                               MLIRContext *context) {
  patterns.add<AbsorbCasts<ValueShiftOp>>(context);
}

void ConvOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                         MLIRContext *context) {
  patterns.add<AbsorbCasts<ConvOp>, DropPerStagePadding<ConvOp>>(context);
}
