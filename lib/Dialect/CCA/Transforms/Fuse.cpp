//===- Fuse.cpp - cca-fuse ------------------------------------------------===//

#include "FuseMatchers.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/CCA/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Iterators.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::cca {
#define GEN_PASS_DEF_CCAFUSE
#include "cca/Dialect/CCA/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::cca;

namespace {

/// Turns the reasons that patterns give into remarks.
struct RemarkListener : RewriterBase::Listener {
  void notifyMatchFailure(Location loc,
                          function_ref<void(Diagnostic &)> reason) override {
    Diagnostic diagnostic(loc, DiagnosticSeverity::Remark);
    reason(diagnostic);
    emitRemark(loc) << "not fused: " << diagnostic.str();
  }
};

struct FusePass : cca::impl::CCAFuseBase<FusePass> {
  using CCAFuseBase::CCAFuseBase;

  void runOnOperation() override {
    // What is dead is no other use.
    getOperation()->walk<WalkOrder::PostOrder, ReverseIterator>(
        [](Operation *op) {
          if (isOpTriviallyDead(op))
            op->erase();
        });

    RewritePatternSet set(&getContext());
    populateFusePatterns(set);
    FrozenRewritePatternSet patterns(std::move(set));

    // Rewrites nothing but what the patterns ask for, and erases what they
    // leave.
    GreedyRewriteConfig config;
    config.enableFolding(false)
        .enableConstantCSE(false)
        .setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
    if (failed(applyPatternsGreedily(getOperation(), patterns, config)))
      return signalPassFailure();
    if (!explain)
      return;

    // Nothing matches any more: once more, to hear why.
    SmallVector<Operation *> left;
    getOperation()->walk([&](Operation *op) {
      auto attention = dyn_cast<AttentionOp>(op);
      if (isa<QKMeanOp, FlashAttentionOp>(op) ||
          (attention && !attention.getWO()))
        left.push_back(op);
    });
    RemarkListener listener;
    config.setListener(&listener);
    (void)applyOpPatternsGreedily(left, patterns, config);
  }
};

} // namespace

void cca::populateFusePatterns(RewritePatternSet &patterns) {
  populateFuseProloguePatterns(patterns);
  populateFuseAttentionPatterns(patterns);
}
