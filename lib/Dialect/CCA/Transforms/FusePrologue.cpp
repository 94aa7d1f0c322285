//===- FusePrologue.cpp - Steps around projections to cca.prologue --------===//

#include "FuseMatchers.h"
#include "FuseSteps.h"
#include "cca/Dialect/CCA/Utils/Tensors.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::fuse;

namespace {

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// Builds the operands of a prologue with one element type, and the prologue.
struct PrologueBuilder {
  OpBuilder &b;
  Location loc;
  PrologueSteps &steps;
  Type elementType;
  Refuse refuse;

  FailureOr<PrologueOp> build();

private:
  FailureOr<Value> hidden();
  FailureOr<Value> exact(Value value, StringRef name);
  FailureOr<SmallVector<Value, 4>> biases();
  std::pair<Value, Value> ropeTables(Value hidden);

  SmallVector<const Projection *, 4> projections() {
    return {&steps.q0, &steps.k0, &steps.current, &steps.delayed};
  }
};

/// The nearest tensor B x S x E, or S x E of a batch of one, that is the input
/// of all projections.
FailureOr<Value> PrologueBuilder::hidden() {
  auto isHidden = [&](const TokenView &view) {
    auto type = cast<RankedTensorType>(view.value.getType());
    return type.getElementType() == elementType &&
           type.getRank() == view.tokenDims() + 1 &&
           (!view.isFlat() || getConstantIntValue(view.flattened[0]) == 1);
  };
  for (bool flat : {false, true}) {
    for (const TokenView &view : steps.q0.inputs()) {
      auto matches = [&](const TokenView &other) {
        return other.isFlat() == flat && other.value == view.value &&
               isHidden(other);
      };
      if (!llvm::all_of(projections(), [&](const Projection *p) {
            return llvm::any_of(p->inputs(), matches);
          }))
        continue;
      if (!flat)
        return view.value;
      SmallVector<OpFoldResult> sizes =
          tensor::getMixedSizes(b, loc, view.value);
      sizes.insert(sizes.begin(), b.getIndexAttr(1));
      SmallVector<int64_t> shape = decomposeMixedValues(sizes).first;
      auto type = RankedTensorType::get(shape, elementType);
      return tensor::ExpandShapeOp::create(
                 b, loc, type, view.value,
                 SmallVector<ReassociationIndices>{{0, 1}, {2}}, sizes)
          .getResult();
    }
  }
  return refuse("the projections are not of one tensor of hidden states");
}

/// `value` before extensions from the element type.
FailureOr<Value> PrologueBuilder::exact(Value value, StringRef name) {
  while (value && elementTypeOf(value) != elementType)
    value = castSource(value, Casts::Exact);
  if (!value)
    return refuse("the " + name +
                  " does not have the element type of the hidden states");
  return value;
}

/// The four projection biases, all null if there are none.
FailureOr<SmallVector<Value, 4>> PrologueBuilder::biases() {
  SmallVector<Value, 4> biases;
  for (const Projection *p : projections()) {
    FailureOr<Value> bias = buildBias(b, loc, p->bias, elementType, refuse);
    if (failed(bias))
      return failure();
    biases.push_back(*bias);
  }
  unsigned given = llvm::count_if(biases, [](Value v) { return bool(v); });
  if (given != 0 && given != biases.size())
    return refuse("only some projections have a bias");

  // A sequence's first token sees the delayed projection of a zero token.
  FailureOr<Value> initial =
      buildBias(b, loc, steps.shift.getInitial(), elementType, refuse);
  if (failed(initial))
    return failure();
  if (!sameValue(*initial, biases[3]))
    return refuse("the initial delayed value is not the bias of the delayed "
                  "projection");
  return biases;
}

/// cos and sin; without RoPE, tables of no channels.
std::pair<Value, Value> PrologueBuilder::ropeTables(Value hidden) {
  if (RopeOp rope = steps.query.rope)
    return {rope.getCos(), rope.getSin()};
  SmallVector<OpFoldResult> shape{tensor::getMixedSize(b, loc, hidden, 1),
                                  b.getIndexAttr(0)};
  Value none = tensor::EmptyOp::create(b, loc, shape, b.getF32Type());
  return {none, none};
}

FailureOr<PrologueOp> PrologueBuilder::build() {
  FailureOr<Value> h = hidden();
  if (failed(h))
    return failure();
  SmallVector<Value, 4> weights;
  for (const Projection *p : projections()) {
    FailureOr<Value> weight = buildWeight(b, loc, *p, elementType, refuse);
    if (failed(weight))
      return failure();
    weights.push_back(*weight);
  }
  FailureOr<SmallVector<Value, 4>> bias = biases();
  ConvOp conv = steps.conv;
  FailureOr<Value> w0 = exact(conv.getDepthwiseWeight(), "depthwise weight");
  FailureOr<Value> b0 = exact(conv.getDepthwiseBias(), "depthwise bias");
  FailureOr<Value> w1 = exact(conv.getGroupedWeight(), "grouped weight");
  FailureOr<Value> b1 = exact(conv.getGroupedBias(), "grouped bias");
  if (failed(bias) || failed(w0) || failed(b0) || failed(w1) || failed(b1))
    return failure();
  auto [cos, sin] = ropeTables(*h);
  auto layout = RopeLayoutAttr::get(b.getContext(), RopeLayout::Half);
  if (RopeOp rope = steps.query.rope)
    layout = rope.getRopeLayoutAttr();

  QKNormOp norm = steps.key.norm;
  return PrologueOp::create(
      b, loc, *h, weights[0], weights[1], weights[2], weights[3], *w0, *b0, *w1,
      *b1, norm.getTemperature(), cos, sin, (*bias)[0], (*bias)[1], (*bias)[2],
      (*bias)[3], conv.getCuSeqlens(), norm.getNormAttr(), norm.getEpsAttr(),
      norm.getTemperatureModeAttr(), layout, conv.getPerStagePaddingAttr());
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

/// A value that result `result` of the prologue takes the place of.
struct Replacement {
  Value old;
  unsigned result;
};

/// Collects the values that hold `step` as the prologue returns it, rounded to
/// `elementType`. Fails if something reads it before that: the prologue would
/// round what was not rounded.
LogicalResult collectRounded(Value step, unsigned result, Type elementType,
                             int64_t headDim,
                             SmallVectorImpl<Replacement> &found) {
  bool rounded = elementTypeOf(step) == elementType || elementType.isF32();
  bool hasOtherUses = false;
  for (Operation *user : step.getUsers()) {
    // Values become heads before or after they are rounded.
    auto expand = dyn_cast<tensor::ExpandShapeOp>(user);
    bool isSplit = expand && expand.getType().getRank() == 4 &&
                   expand.getType().getDimSize(3) == headDim;
    bool isCast = user->getNumResults() == 1 &&
                  castSource(user->getResult(0), Casts::Rounding) == step;
    if (user->getBlock() == step.getParentBlock() &&
        (isSplit || (isCast && !rounded))) {
      if (failed(collectRounded(user->getResult(0), result, elementType,
                                headDim, found)))
        return failure();
    } else if (rounded || !isa<tensor::DimOp>(user)) {
      hasOtherUses = true;
    }
  }
  if (hasOtherUses && !rounded)
    return failure();
  if (hasOtherUses)
    found.push_back({step, result});
  return success();
}

/// `value` (B x S x heads x D) as a `type` of the same elements, maybe rounded.
Value adapt(OpBuilder &b, Location loc, Value value, RankedTensorType type) {
  value = castElements(b, loc, value, type.getElementType());
  if (type.getRank() == 3)
    value = mergeHeads(b, loc, value, /*dim=*/2);
  if (value.getType() != type)
    value = tensor::CastOp::create(b, loc, type, value);
  return value;
}

/// The last place where the prologue can stand: before the first use of any
/// value that it replaces.
Operation *findInsertionPoint(ArrayRef<Replacement> replacements) {
  Operation *point = nullptr;
  for (const Replacement &r : replacements)
    if (Operation *op = r.old.getDefiningOp();
        !point || point->isBeforeInBlock(op))
      point = op;
  for (const Replacement &r : replacements)
    for (Operation *user : r.old.getUsers())
      if (Operation *op = point->getBlock()->findAncestorOpInBlock(*user);
          op && op->isBeforeInBlock(point))
        point = op;
  return point;
}

//===----------------------------------------------------------------------===//
// The pattern
//===----------------------------------------------------------------------===//

/// Four projections, cca.conv, cca.qk_mean, cca.qk_norm, cca.rope,
/// cca.value_shift  →  cca.prologue
struct FusePrologue : OpRewritePattern<QKMeanOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QKMeanOp mean,
                                PatternRewriter &rewriter) const override {
    auto refuse = [&](const Twine &reason) {
      return rewriter.notifyMatchFailure(mean, reason);
    };
    FailureOr<PrologueSteps> steps = matchPrologue(mean, refuse);
    if (failed(steps))
      return failure();

    // The narrowest element type in which all operands can be seen, and to
    // which all results are rounded. Reports why the first one does not do.
    SmallVector<TokenView> views = steps->q0.inputs();
    SetVector<Type> types;
    for (const TokenView &view : llvm::reverse(views))
      types.insert(elementTypeOf(view.value));
    std::string reason;
    auto note = [&](const Twine &text) {
      if (reason.empty())
        reason = text.str();
      return failure();
    };
    for (Type type : types)
      if (succeeded(raise(*steps, type, rewriter, note)))
        return success();
    return refuse(reason);
  }

private:
  static LogicalResult raise(PrologueSteps &steps, Type elementType,
                             PatternRewriter &rewriter, Refuse refuse) {
    SmallVector<Replacement> replacements;
    Value results[] = {steps.query.result(), steps.key.result(),
                       steps.shift.getV()};
    for (auto [i, step] : llvm::enumerate(results))
      if (failed(collectRounded(step, i, elementType, steps.headDim(),
                                replacements)))
        return refuse("queries, keys or values are used before they are "
                      "rounded to the element type of the hidden states");
    if (replacements.empty())
      return refuse("queries, keys and values are not used");

    Location loc =
        rewriter.getFusedLoc({steps.mean.getLoc(), steps.shift.getLoc()});
    Staging staging(rewriter.getContext());
    FailureOr<PrologueOp> prologue =
        PrologueBuilder{staging.builder(), loc, steps, elementType, refuse}
            .build();
    if (failed(prologue))
      return failure();
    SmallVector<Value> values;
    for (const Replacement &r : replacements)
      values.push_back(adapt(staging.builder(), loc,
                             prologue->getResult(r.result),
                             cast<RankedTensorType>(r.old.getType())));
    if (failed(staging.verify(refuse)))
      return failure();
    Operation *point = findInsertionPoint(replacements);
    if (!staging.isAvailableAt(point))
      return refuse("a result is used before all operands are there");

    rewriter.setInsertionPoint(point);
    staging.insert(rewriter);
    for (auto [r, value] : llvm::zip_equal(replacements, values))
      rewriter.replaceOp(r.old.getDefiningOp(), value);
    return success();
  }
};

} // namespace

void cca::populateFuseProloguePatterns(RewritePatternSet &patterns) {
  patterns.add<FusePrologue>(patterns.getContext());
}
