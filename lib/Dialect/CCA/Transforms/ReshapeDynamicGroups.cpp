//===- ReshapeDynamicGroups.cpp - cca-reshape-dynamic-groups --------------===//

#include "cca/Dialect/CCA/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::cca {
#define GEN_PASS_DEF_CCARESHAPEDYNAMICGROUPS
#include "cca/Dialect/CCA/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;

namespace {

/// tensor.expand_shape %x [[0, 1]] output_shape [%b, %s]  →  tensor.reshape
struct ReshapeDynamicGroup : OpRewritePattern<tensor::ExpandShapeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::ExpandShapeOp op,
                                PatternRewriter &rewriter) const override {
    RankedTensorType type = op.getResultType();
    auto isAmbiguous = [&](const ReassociationIndices &group) {
      return llvm::count_if(group, [&](int64_t dim) {
               return type.isDynamicDim(dim);
             }) > 1;
    };
    if (llvm::none_of(op.getReassociationIndices(), isAmbiguous))
      return rewriter.notifyMatchFailure(op,
                                         "each size follows from its group");

    Location loc = op.getLoc();
    SmallVector<Value> sizes = getValueOrCreateConstantIndexOp(
        rewriter, loc, op.getMixedOutputShape());
    Value shape = tensor::FromElementsOp::create(rewriter, loc, sizes);
    rewriter.replaceOpWithNewOp<tensor::ReshapeOp>(op, type, op.getSrc(),
                                                   shape);
    return success();
  }
};

struct ReshapeDynamicGroupsPass
    : cca::impl::CCAReshapeDynamicGroupsBase<ReshapeDynamicGroupsPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ReshapeDynamicGroup>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
