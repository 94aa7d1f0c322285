//===- FuseSteps.cpp - Finding the steps of one prologue ------------------===//

#include "FuseSteps.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::fuse;

//===----------------------------------------------------------------------===//
// Forwards from the mean: norm and RoPE
//===----------------------------------------------------------------------===//

/// The OpT ops that take `value` as `x`, as it is or cast.
template <typename OpT>
static void collectSteps(Value value, SmallVectorImpl<OpT> &steps) {
  for (Operation *user : value.getUsers()) {
    if (auto step = dyn_cast<OpT>(user)) {
      if (step.getX() == value)
        steps.push_back(step);
    } else if (user->getNumResults() == 1 &&
               castSource(user->getResult(0), Casts::Rounding) == value) {
      collectSteps(user->getResult(0), steps);
    }
  }
}

/// The norm and RoPE of `heads`, a result of the mean.
static FailureOr<HeadSteps> matchHeadSteps(Value heads, StringRef name,
                                           Refuse refuse) {
  SmallVector<QKNormOp> norms;
  collectSteps(heads, norms);
  if (norms.size() != 1)
    return refuse("expects one norm of the " + name + ", but got " +
                  Twine(norms.size()));
  SmallVector<RopeOp> ropes;
  collectSteps(norms.front().getY(), ropes);
  if (ropes.size() > 1)
    return refuse("expects at most one RoPE of the " + name + ", but got " +
                  Twine(ropes.size()));
  return HeadSteps{norms.front(), ropes.empty() ? RopeOp() : ropes.front()};
}

/// Queries and keys go through the same norm and RoPE; keys have a temperature.
static LogicalResult checkHeadSteps(HeadSteps query, HeadSteps key,
                                    Refuse refuse) {
  if (query.norm.getNorm() != key.norm.getNorm() ||
      query.norm.getEpsAttr() != key.norm.getEpsAttr())
    return refuse("queries and keys have different norms");
  if (query.norm.getTemperature())
    return refuse("the queries have a temperature");
  if (!key.norm.getTemperature())
    return refuse("the keys have no temperature");
  if (bool(query.rope) != bool(key.rope))
    return refuse("only one of queries and keys has RoPE");
  if (!query.rope)
    return success();
  if (query.rope.getRopeLayout() != key.rope.getRopeLayout())
    return refuse("queries and keys have different RoPE layouts");
  if (!sameValue(query.rope.getCos(), key.rope.getCos()) ||
      !sameValue(query.rope.getSin(), key.rope.getSin()))
    return refuse("queries and keys have different RoPE tables");
  return success();
}

//===----------------------------------------------------------------------===//
// Backwards from the mean: convolutions and projections
//===----------------------------------------------------------------------===//

/// The first channel that `slice` takes out of its source, if it takes whole
/// tokens and channels that lie side by side.
///
/// How many tokens is not checked: a slice begins with the first one, and the
/// q/k mean, where all slices go, has no meaning unless they are as many as the
/// tokens of the projections.
static std::optional<int64_t> firstChannel(tensor::ExtractSliceOp slice,
                                           unsigned tokenDims) {
  RankedTensorType source = slice.getSourceType();
  if (slice.getType().getRank() != source.getRank() || !slice.hasUnitStride())
    return std::nullopt;
  SmallVector<OpFoldResult> offsets = slice.getMixedOffsets();
  int64_t inner = 1;
  for (int64_t dim = 0; dim < source.getRank(); ++dim) {
    if (dim == tokenDims)
      continue;
    if (getConstantIntValue(offsets[dim]) != 0)
      return std::nullopt;
    if (dim < tokenDims)
      continue;
    int64_t size = source.getDimSize(dim);
    if (ShapedType::isDynamic(size) || slice.getType().getDimSize(dim) != size)
      return std::nullopt;
    inner *= size;
  }
  std::optional<int64_t> offset = getConstantIntValue(offsets[tokenDims]);
  return offset ? std::optional(*offset * inner) : std::nullopt;
}

/// Channels `begin` and following of a convolution.
struct ConvChannels {
  ConvOp conv;
  int64_t begin;
};

static std::optional<ConvChannels> matchConvChannels(Value z) {
  TokenView view{z};
  int64_t begin = 0;
  while (true) {
    if (auto conv = view.value.getDefiningOp<ConvOp>())
      return view.isFlat() ? std::nullopt
                           : std::optional(ConvChannels{conv, begin});
    if (auto slice = view.value.getDefiningOp<tensor::ExtractSliceOp>()) {
      std::optional<int64_t> first = firstChannel(slice, view.tokenDims());
      if (!first)
        return std::nullopt;
      begin += *first;
      view.value = slice.getSource();
    } else if (auto source = view.source(Casts::Rounding)) {
      view = *source;
    } else {
      return std::nullopt;
    }
  }
}

/// The convolution that the mean adds to, channels in order.
static FailureOr<ConvOp> matchConv(QKMeanOp mean, Refuse refuse) {
  RankedTensorType q = mean.getQ0().getType();
  std::optional<ConvChannels> zq = matchConvChannels(mean.getZq());
  std::optional<ConvChannels> zk = matchConvChannels(mean.getZk());
  if (!zq || !zk || zq->conv != zk->conv)
    return refuse("the mean is not onto slices of one convolution");
  if (zq->begin != 0 || zk->begin != q.getDimSize(2) * q.getDimSize(3))
    return refuse("the convolution does not have query channels, then key "
                  "channels");
  ConvOp conv = zq->conv;
  if (!conv.getDepthwiseWeight())
    return refuse("the convolutions have been folded into one");
  if (conv.getGroupedWeight().getType().getDimSize(1) != q.getDimSize(3))
    return refuse("the blocks of the grouped convolution are not the heads");
  return conv;
}

/// The two parts of [q0; k0].
static std::optional<std::pair<TokenView, TokenView>> matchConcat(Value x) {
  std::optional<TokenView> view = TokenView{x};
  while (view && !view->value.getDefiningOp<tensor::ConcatOp>())
    view = view->source(Casts::Rounding);
  if (!view)
    return std::nullopt;
  auto concat = view->value.getDefiningOp<tensor::ConcatOp>();
  if (concat.getInputs().size() != 2 || concat.getDim() != view->tokenDims())
    return std::nullopt;
  return std::pair(TokenView{concat.getInputs()[0], view->flattened},
                   TokenView{concat.getInputs()[1], view->flattened});
}

/// Fills in the projections that both the mean and the convolution read.
static LogicalResult matchQueryKeyProjections(PrologueSteps &steps,
                                              Refuse refuse) {
  FailureOr<Projection> q0 = matchProjection({steps.mean.getQ0()}, refuse);
  FailureOr<Projection> k0 = matchProjection({steps.mean.getK0()}, refuse);
  if (failed(q0) || failed(k0))
    return failure();
  auto parts = matchConcat(steps.conv.getX());
  if (!parts)
    return refuse("the input of the convolution is not a concatenation of two "
                  "tensors");
  FailureOr<Projection> first = matchProjection(parts->first, refuse);
  FailureOr<Projection> second = matchProjection(parts->second, refuse);
  if (failed(first) || failed(second))
    return failure();
  auto same = [](const Projection &a, const Projection &b) {
    return a.contraction == b.contraction && sameValue(a.bias, b.bias);
  };
  if (!same(*q0, *first) || !same(*k0, *second))
    return refuse("the input of the convolution is not the queries, then the "
                  "keys of the mean");
  steps.q0 = *q0;
  steps.k0 = *k0;
  return success();
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// The attention ops that take `value`, cast or reshaped.
static void collectAttentions(Value value,
                              SmallPtrSetImpl<Operation *> &found) {
  for (Operation *user : value.getUsers()) {
    if (isa<FlashAttentionOp>(user))
      found.insert(user);
    else if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(user) ||
             (user->getNumResults() == 1 &&
              castSource(user->getResult(0), Casts::Rounding) == value))
      collectAttentions(user->getResult(0), found);
  }
}

/// Whether keys and values meet in an attention, or neither is seen to reach
/// one.
static bool belongTogether(Value keys, Value values) {
  SmallPtrSet<Operation *, 4> ofKeys, ofValues;
  collectAttentions(keys, ofKeys);
  collectAttentions(values, ofValues);
  if (ofKeys.empty() && ofValues.empty())
    return true;
  return llvm::any_of(ofKeys,
                      [&](Operation *op) { return ofValues.contains(op); });
}

/// Fills in `shift` and its projections, if they fit to queries and keys.
static LogicalResult matchValueShift(PrologueSteps &steps, ValueShiftOp shift,
                                     Refuse refuse) {
  if (!belongTogether(steps.key.result(), shift.getV()))
    return refuse("keys and values go to different attentions");
  if (shift.getV().getType().getDimSize(2) !=
      steps.keyHeads() * steps.headDim())
    return refuse("there are not as many value channels as key channels");
  FailureOr<Projection> current = matchProjection({shift.getCurrent()}, refuse);
  FailureOr<Projection> delayed = matchProjection({shift.getDelayed()}, refuse);
  if (failed(current) || failed(delayed))
    return failure();
  Value hidden = steps.q0.inputs().back().value;
  for (const Projection &p : {*current, *delayed})
    if (p.inputs().back().value != hidden)
      return refuse("queries and values are projections of different hidden "
                    "states");
  steps.shift = shift;
  steps.current = *current;
  steps.delayed = *delayed;
  return success();
}

/// Values share nothing with queries and keys but the hidden states: looks
/// through the block. Any match computes the same; the first that fits it is.
static LogicalResult findValueShift(PrologueSteps &steps, Refuse refuse) {
  std::string reason;
  for (auto shift : steps.mean->getBlock()->getOps<ValueShiftOp>()) {
    auto note = [&](const Twine &text) {
      if (reason.empty())
        reason = text.str();
      return failure();
    };
    if (succeeded(matchValueShift(steps, shift, note)))
      return success();
  }
  return refuse(reason.empty() ? "no cca.value_shift in this block" : reason);
}

//===----------------------------------------------------------------------===//
// All steps
//===----------------------------------------------------------------------===//

/// The steps agree on packing, and run equally often.
static LogicalResult checkAgreement(PrologueSteps &steps, Refuse refuse) {
  Value cuSeqlens = steps.conv.getCuSeqlens();
  bool samePacking = sameValue(cuSeqlens, steps.shift.getCuSeqlens());
  for (RopeOp rope : {steps.query.rope, steps.key.rope})
    samePacking &= !rope || sameValue(cuSeqlens, rope.getCuSeqlens());
  if (!samePacking)
    return refuse("the steps are packed differently");

  // In a loop, projections may have been moved out for good reason.
  SmallVector<Operation *> ops{steps.conv, steps.query.norm, steps.key.norm,
                               steps.shift};
  for (const Projection &p : {steps.q0, steps.k0, steps.current, steps.delayed})
    ops.push_back(p.contraction);
  for (RopeOp rope : {steps.query.rope, steps.key.rope})
    if (rope)
      ops.push_back(rope);
  if (llvm::any_of(ops, [&](Operation *op) {
        return op->getBlock() != steps.mean->getBlock();
      }))
    return refuse("the steps are in different blocks");
  return success();
}

FailureOr<PrologueSteps> fuse::matchPrologue(QKMeanOp mean, Refuse refuse) {
  PrologueSteps steps;
  steps.mean = mean;
  FailureOr<HeadSteps> query = matchHeadSteps(mean.getQ(), "queries", refuse);
  FailureOr<HeadSteps> key = matchHeadSteps(mean.getK(), "keys", refuse);
  if (failed(query) || failed(key) ||
      failed(checkHeadSteps(*query, *key, refuse)))
    return failure();
  steps.query = *query;
  steps.key = *key;
  FailureOr<ConvOp> conv = matchConv(mean, refuse);
  if (failed(conv))
    return failure();
  steps.conv = *conv;
  if (failed(matchQueryKeyProjections(steps, refuse)) ||
      failed(findValueShift(steps, refuse)) ||
      failed(checkAgreement(steps, refuse)))
    return failure();
  return steps;
}
