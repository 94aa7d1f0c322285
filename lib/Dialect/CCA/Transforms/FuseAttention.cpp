//===- FuseAttention.cpp - Kernels to cca.attention -----------------------===//

#include "FuseMatchers.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/CCA/Utils/Tensors.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::fuse;

namespace {

/// Lets what asks for B or S of `value` ask `like`, which has the same, so that
/// the question alone does not keep `value` alive.
void replaceTokenDims(Value value, Value like, PatternRewriter &rewriter) {
  for (Operation *user : llvm::make_early_inc_range(value.getUsers())) {
    auto dim = dyn_cast<tensor::DimOp>(user);
    std::optional<int64_t> index = dim ? dim.getConstantIndex() : std::nullopt;
    if (index == 0 || index == 1)
      rewriter.modifyOpInPlace(dim,
                               [&] { dim.getSourceMutable().assign(like); });
  }
}

/// `value` as a `type` that differs in what is known of its sizes.
Value castTo(OpBuilder &b, Location loc, Value value, Type type) {
  if (value.getType() == type)
    return value;
  return tensor::CastOp::create(b, loc, type, value);
}

//===----------------------------------------------------------------------===//
// Prologue and flash attention
//===----------------------------------------------------------------------===//

/// The op result behind casts of static sizes.
OpResult uncastResult(Value value) {
  while (auto cast = value.getDefiningOp<tensor::CastOp>())
    value = cast.getSource();
  return dyn_cast<OpResult>(value);
}

/// The prologue whose results are query, key and value of `op`, in this order.
PrologueOp prologueOf(FlashAttentionOp op) {
  PrologueOp prologue;
  Value operands[] = {op.getQuery(), op.getKey(), op.getValue()};
  for (auto [i, operand] : llvm::enumerate(operands)) {
    OpResult result = uncastResult(operand);
    if (!result || result.getResultNumber() != i)
      return {};
    auto owner = dyn_cast<PrologueOp>(result.getOwner());
    if (!owner || (prologue && owner != prologue))
      return {};
    prologue = owner;
  }
  return prologue;
}

/// Whether only `attention` reads `value`, save for its sizes.
bool isOnlyReadBy(Value value, Operation *attention) {
  return llvm::all_of(value.getUsers(), [&](Operation *user) {
    if (auto cast = dyn_cast<tensor::CastOp>(user))
      return isOnlyReadBy(cast.getResult(), attention);
    return user == attention || isa<tensor::DimOp>(user);
  });
}

/// Whether `op` merges the heads of `out`, B x S x Hq x D, for each token.
bool mergesHeads(Operation *op) {
  auto collapse = dyn_cast<tensor::CollapseShapeOp>(op);
  return collapse && SmallVector<ReassociationIndices>(
                         collapse.getReassociationIndices()) ==
                         SmallVector<ReassociationIndices>{{0}, {1}, {2, 3}};
}

/// cca.prologue, cca.flash_attention  →  cca.attention without w_o
///
/// The result is B x S x (Hq * D): where it was collapsed to that, the collapse
/// goes; elsewhere heads are split again.
struct FuseFlashAttention : OpRewritePattern<FlashAttentionOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(FlashAttentionOp op,
                                PatternRewriter &rewriter) const override {
    auto refuse = [&](const Twine &reason) {
      return rewriter.notifyMatchFailure(op, reason);
    };
    if (op.getLse())
      return refuse("cca.attention does not return the log-sum-exp");
    if (op.getSchedule())
      return refuse("cca.attention has no schedule");
    PrologueOp prologue = prologueOf(op);
    if (!prologue)
      return refuse("query, key and value are not those of one cca.prologue");
    if (!sameValue(op.getCuSeqlens(), prologue.getCuSeqlens()))
      return refuse("attention and prologue are packed differently");
    // In a loop the prologue would run again and again.
    if (op->getBlock() != prologue->getBlock())
      return refuse("attention and prologue are in different blocks");
    if (!llvm::all_of(prologue.getResults(),
                      [&](Value v) { return isOnlyReadBy(v, op); }))
      return refuse("queries, keys or values have other uses, for which the "
                    "prologue would run twice");

    Location loc = rewriter.getFusedLoc({prologue.getLoc(), op.getLoc()});
    Staging staging(rewriter.getContext());
    OpBuilder &b = staging.builder();
    Value merged = build(b, loc, prologue, op).getOut();
    // The sizes that are known of the result, with heads and without.
    auto type = cast<RankedTensorType>(merged.getType());
    merged = castTo(b, loc, merged,
                    RankedTensorType::get({op.getOut().getType().getDimSize(0),
                                           op.getOut().getType().getDimSize(1),
                                           type.getDimSize(2)},
                                          type.getElementType()));
    if (failed(staging.verify(refuse)))
      return failure();
    staging.insert(rewriter);

    for (Value value : prologue.getResults())
      replaceTokenDims(value, prologue.getHidden(), rewriter);
    replaceTokenDims(op.getOut(), prologue.getHidden(), rewriter);
    replaceOut(op, merged, rewriter);
    return success();
  }

private:
  static AttentionOp build(OpBuilder &b, Location loc, PrologueOp op,
                           FlashAttentionOp flash) {
    return AttentionOp::create(
        b, loc, op.getHidden(), op.getWQ(), op.getWK(), op.getWVCurrent(),
        op.getWVDelayed(), op.getDepthwiseWeight(), op.getDepthwiseBias(),
        op.getGroupedWeight(), op.getGroupedBias(), op.getTemperature(),
        op.getCos(), op.getSin(), /*w_o=*/Value(), op.getBQ(), op.getBK(),
        op.getBVCurrent(), op.getBVDelayed(), /*b_o=*/Value(),
        op.getCuSeqlens(), op.getNormAttr(), op.getEpsAttr(),
        op.getTemperatureModeAttr(), op.getRopeLayoutAttr(),
        op.getPerStagePaddingAttr(), flash.getCausalAttr(),
        flash.getWindowAttr(), flash.getSoftmaxScaleAttr());
  }

  /// Replaces the result of `op` by `merged`, which has its heads side by side.
  static void replaceOut(FlashAttentionOp op, Value merged,
                         PatternRewriter &rewriter) {
    for (Operation *user : llvm::make_early_inc_range(op.getOut().getUsers()))
      if (mergesHeads(user))
        rewriter.replaceOp(user, merged);
    if (op.getOut().use_empty())
      rewriter.eraseOp(op);
    else
      rewriter.replaceOp(op,
                         splitHeads(rewriter, op.getLoc(), merged, /*dim=*/2,
                                    op.getOut().getType().getDimSize(3)));
  }
};

//===----------------------------------------------------------------------===//
// Output projection
//===----------------------------------------------------------------------===//

/// The one op that reads `value`, save for its sizes, or null.
Operation *onlyReader(Value value) {
  Operation *reader = nullptr;
  for (Operation *user : value.getUsers()) {
    if (isa<tensor::DimOp>(user) || user == reader)
      continue;
    if (reader)
      return nullptr;
    reader = user;
  }
  return reader;
}

/// cca.attention without w_o, linalg contraction  →  cca.attention
struct FuseOutputProjection : OpRewritePattern<AttentionOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AttentionOp op,
                                PatternRewriter &rewriter) const override {
    auto refuse = [&](const Twine &reason) {
      return rewriter.notifyMatchFailure(op, reason);
    };
    if (op.getWO())
      return refuse("has an output projection");
    if (auto projection =
            dyn_cast_or_null<ProjectionOp>(onlyReader(op.getOut())))
      return fuse(op, projection, rewriter);
    FailureOr<std::pair<Value, Projection>> found = findProjection(op, refuse);
    if (failed(found))
      return failure();
    auto &[out, projection] = *found;

    Location loc = rewriter.getFusedLoc({op.getLoc(), out.getLoc()});
    Staging staging(rewriter.getContext());
    OpBuilder &b = staging.builder();
    Type elementType = op.getHidden().getType().getElementType();
    FailureOr<Value> weight =
        buildWeight(b, loc, projection, elementType, refuse);
    FailureOr<Value> bias =
        buildBias(b, loc, projection.bias, elementType, refuse);
    if (failed(weight) || failed(bias))
      return failure();
    Value result = castTo(b, loc, build(b, loc, op, *weight, *bias).getOut(),
                          out.getType());
    if (failed(staging.verify(refuse)))
      return failure();

    rewriter.setInsertionPoint(out.getDefiningOp());
    staging.insert(rewriter);
    replaceTokenDims(op.getOut(), op.getHidden(), rewriter);
    rewriter.replaceOp(out.getDefiningOp(), result);
    return success();
  }

private:
  /// The projection as an op of the dialect.
  static LogicalResult fuse(AttentionOp op, ProjectionOp projection,
                            PatternRewriter &rewriter) {
    auto refuse = [&](const Twine &reason) {
      return rewriter.notifyMatchFailure(op, reason);
    };
    if (projection.getSchedule())
      return refuse("cca.attention has no schedule");
    if (projection.getX() != op.getOut() ||
        projection->getBlock() != op->getBlock())
      return refuse("the projection is not one of the result, or in another "
                    "block");
    if (projection.getBias() && !op.getBQ())
      return refuse(
          "the output projection has a bias, but the others have none");
    Location loc = rewriter.getFusedLoc({op.getLoc(), projection.getLoc()});
    Staging staging(rewriter.getContext());
    OpBuilder &b = staging.builder();
    Value result = castTo(
        b, loc,
        build(b, loc, op, projection.getW(), projection.getBias()).getOut(),
        projection.getOut().getType());
    if (failed(staging.verify(refuse)))
      return failure();
    rewriter.setInsertionPoint(projection);
    staging.insert(rewriter);
    replaceTokenDims(op.getOut(), op.getHidden(), rewriter);
    rewriter.replaceOp(projection, result);
    return success();
  }

  /// The last value B x S x E, rounded to the element type of the hidden
  /// states, that is a projection of the result of `op`, and that projection.
  static FailureOr<std::pair<Value, Projection>> findProjection(AttentionOp op,
                                                                Refuse refuse) {
    RankedTensorType hidden = op.getHidden().getType();
    std::optional<std::pair<Value, Projection>> found;
    std::string reason;
    auto note = [&](const Twine &text) {
      if (reason.empty())
        reason = text.str();
      return failure();
    };
    Value value = op.getOut();
    // Reshape, contraction, rounding, bias, reshape, with casts in between.
    for (int i = 0; i < 8; ++i) {
      Operation *reader = onlyReader(value);
      if (!reader || reader->getNumResults() != 1 ||
          reader->getBlock() != op->getBlock())
        break;
      value = reader->getResult(0);
      auto type = dyn_cast<RankedTensorType>(value.getType());
      if (!type || type.getRank() != 3 ||
          type.getElementType() != hidden.getElementType())
        continue;
      FailureOr<Projection> p = matchProjectionOf(op, value, note);
      if (succeeded(p))
        found = std::pair(value, *p);
      else if (found)
        break;
    }
    if (found)
      return *found;
    return refuse(reason.empty()
                      ? "no output projection follows, rounded to the "
                        "element type of the hidden states"
                      : reason);
  }

  /// The projection of the result of `op` that ends in `value`.
  static FailureOr<Projection> matchProjectionOf(AttentionOp op, Value value,
                                                 Refuse refuse) {
    FailureOr<Projection> p = matchProjection({value}, refuse);
    if (failed(p))
      return failure();
    if (llvm::none_of(p->inputs(), [&](const TokenView &view) {
          return view.value == op.getOut() && !view.isFlat();
        }))
      return refuse("what follows is not a projection of the heads of a token");
    if (p->bias && !op.getBQ())
      return refuse(
          "the output projection has a bias, but the others have none");
    return p;
  }

  static AttentionOp build(OpBuilder &b, Location loc, AttentionOp op, Value wO,
                           Value bO) {
    return AttentionOp::create(
        b, loc, op.getHidden(), op.getWQ(), op.getWK(), op.getWVCurrent(),
        op.getWVDelayed(), op.getDepthwiseWeight(), op.getDepthwiseBias(),
        op.getGroupedWeight(), op.getGroupedBias(), op.getTemperature(),
        op.getCos(), op.getSin(), wO, op.getBQ(), op.getBK(), op.getBVCurrent(),
        op.getBVDelayed(), bO, op.getCuSeqlens(), op.getNormAttr(),
        op.getEpsAttr(), op.getTemperatureModeAttr(), op.getRopeLayoutAttr(),
        op.getPerStagePaddingAttr(), op.getCausalAttr(), op.getWindowAttr(),
        op.getSoftmaxScaleAttr());
  }
};

} // namespace

void cca::populateFuseAttentionPatterns(RewritePatternSet &patterns) {
  patterns.add<FuseFlashAttention, FuseOutputProjection>(patterns.getContext());
}
