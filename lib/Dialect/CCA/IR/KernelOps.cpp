//===- KernelOps.cpp - cca.attention, cca.prologue, cca.flash_attention ---===//
//
// Result types, verifiers and result shapes.
//
//===----------------------------------------------------------------------===//

#include "Constraints.h"
#include "ReifyShapes.h"
#include "cca/Dialect/CCA/IR/BlockSizes.h"
#include "cca/Dialect/CCA/IR/CCA.h"

using namespace mlir;
using namespace mlir::cca;

//===----------------------------------------------------------------------===//
// What cca.attention and cca.prologue share
//===----------------------------------------------------------------------===//

/// (C1) to (C13).
template <typename OpT>
static LogicalResult verifyPrologue(OpT op) {
  if (failed(verifyRequiredOperands(
          op, {"hidden", "w_q", "w_k", "w_v_current", "w_v_delayed",
               "depthwise_weight", "depthwise_bias", "grouped_weight",
               "grouped_bias", "temperature", "cos", "sin"})))
    return failure();

  // Named operands, in the order of the documentation.
  std::pair<StringRef, Value> weights[] = {
      {"w_q", op.getWQ()},
      {"w_k", op.getWK()},
      {"w_v_current", op.getWVCurrent()},
      {"w_v_delayed", op.getWVDelayed()},
      {"depthwise_weight", op.getDepthwiseWeight()},
      {"depthwise_bias", op.getDepthwiseBias()},
      {"grouped_weight", op.getGroupedWeight()},
      {"grouped_bias", op.getGroupedBias()}};
  std::pair<StringRef, Value> biases[] = {{"b_q", op.getBQ()},
                                          {"b_k", op.getBK()},
                                          {"b_v_current", op.getBVCurrent()},
                                          {"b_v_delayed", op.getBVDelayed()}};

  // (C1) all sizes but B and S are static.
  if (failed(verifyStatic(op, "hidden", op.getHidden(), /*dynamicDims=*/2)) ||
      failed(verifyStatic(op, "temperature", op.getTemperature())))
    return failure();
  for (auto [name, value] : llvm::concat<std::pair<StringRef, Value>>(
           MutableArrayRef(weights), MutableArrayRef(biases)))
    if (failed(verifyStatic(op, name, value)))
      return failure();

  // (C2) one element type; cos and sin may be f32.
  Type elementType = op.getHidden().getType().getElementType();
  for (auto [name, value] : llvm::concat<std::pair<StringRef, Value>>(
           MutableArrayRef(weights), MutableArrayRef(biases)))
    if (failed(verifyElementType(op, name, value, elementType)))
      return failure();
  if (!op.getCos().getType().getElementType().isF32() &&
      failed(verifyElementType(op, "cos", op.getCos(), elementType)))
    return failure();

  // (C4) heads are made of whole D channels.
  int64_t headDim = op.getGroupedWeight().getType().getDimSize(1);
  if (headDim < 1)
    return op.emitOpError("expects a head dimension of at least 1, but got ")
           << headDim;
  for (auto [name, value] : ArrayRef(weights).take_front(2)) {
    int64_t rows = cast<RankedTensorType>(value.getType()).getDimSize(0);
    if (rows % headDim != 0)
      return op.emitOpError("expects the rows of ")
             << name << " to be a multiple of the head dimension " << headDim
             << ", but got " << rows;
  }

  // (C5) groups of query heads share a key head.
  BlockSizes sizes = BlockSizes::of(op);
  if (failed(verifyHeads(op, sizes.queryHeads, sizes.keyHeads)))
    return failure();

  // (C6) half of the value channels are current, half delayed.
  if (sizes.keyChannels() % 2 != 0)
    return op.emitOpError("expects an even number of value channels, but got ")
           << sizes.keyHeads << " heads of " << sizes.headDim;

  // (C8) taps.
  for (auto [name, taps] :
       {std::pair<StringRef, int64_t>("depthwise_weight", sizes.taps0),
        {"grouped_weight", sizes.taps1}})
    if (taps < 1 || taps > 4)
      return op.emitOpError("expects ")
             << name << " to have 1 to 4 taps, but got " << taps;

  // (C3), (C6), (C7), (C9), (C11) shapes that follow from those sizes.
  int64_t E = sizes.hidden, C = sizes.channels(), D = sizes.headDim;
  int64_t QD = sizes.queryChannels(), KD = sizes.keyChannels();
  int64_t V = KD / 2;
  if (failed(verifyShape(op, "w_q", op.getWQ(), {QD, E}, "(Hq * D) x E")) ||
      failed(verifyShape(op, "w_k", op.getWK(), {KD, E}, "(Hk * D) x E")) ||
      failed(verifyShape(op, "w_v_current", op.getWVCurrent(), {V, E},
                         "(Hk * D / 2) x E")) ||
      failed(verifyShape(op, "w_v_delayed", op.getWVDelayed(), {V, E},
                         "(Hk * D / 2) x E")) ||
      failed(verifyShape(op, "depthwise_weight", op.getDepthwiseWeight(),
                         {C, sizes.taps0}, "C x t0")) ||
      failed(
          verifyShape(op, "depthwise_bias", op.getDepthwiseBias(), {C}, "C")) ||
      failed(verifyShape(op, "grouped_weight", op.getGroupedWeight(),
                         {C, D, sizes.taps1}, "C x D x t1")) ||
      failed(verifyShape(op, "grouped_bias", op.getGroupedBias(), {C}, "C")) ||
      failed(verifyShape(op, "temperature", op.getTemperature(),
                         {sizes.keyHeads}, "Hk")) ||
      failed(verifyShape(op, "b_q", op.getBQ(), {QD}, "Hq * D")) ||
      failed(verifyShape(op, "b_k", op.getBK(), {KD}, "Hk * D")) ||
      failed(verifyShape(op, "b_v_current", op.getBVCurrent(), {V},
                         "Hk * D / 2")) ||
      failed(
          verifyShape(op, "b_v_delayed", op.getBVDelayed(), {V}, "Hk * D / 2")))
    return failure();

  // (C11) all projection biases or none.
  auto given = [](auto &named) { return static_cast<bool>(named.second); };
  if (llvm::any_of(biases, given) && !llvm::all_of(biases, given))
    return op.emitOpError("expects the projection biases b_q, b_k, b_v_current "
                          "and b_v_delayed together, but got only ")
           << llvm::find_if(biases, given)->first;

  return success(
      succeeded(verifyRope(op, op.getCos(), op.getSin(), sizes.batch,
                           sizes.tokens, D, bool(op.getCuSeqlens()))) &&
      succeeded(verifyEps(op, op.getEps())) &&
      succeeded(verifyPacked(op, op.getCuSeqlens(), sizes.batch)));
}

/// The tensor type of `like`'s batch, tokens and element type with `inner`
/// sizes.
static RankedTensorType withInner(RankedTensorType like,
                                  ArrayRef<int64_t> inner) {
  SmallVector<int64_t> shape(like.getShape().take_front(2));
  llvm::append_range(shape, inner);
  return RankedTensorType::get(shape, like.getElementType());
}

/// A ranked tensor type of the given rank, or null. Types are inferred before
/// operands are verified.
static RankedTensorType ranked(Value value, int64_t rank) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getRank() == rank ? type : RankedTensorType();
}

//===----------------------------------------------------------------------===//
// cca.attention
//===----------------------------------------------------------------------===//

LogicalResult
AttentionOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                              ValueRange operands, DictionaryAttr attributes,
                              OpaqueProperties properties, RegionRange regions,
                              SmallVectorImpl<Type> &results) {
  Adaptor op(operands, attributes, properties, regions);
  RankedTensorType hidden = ranked(op.getHidden(), 3);
  RankedTensorType wQ = ranked(op.getWQ(), 2);
  if (!hidden || !wQ)
    return emitOptionalError(location, "expects hidden to be B x S x E and w_q "
                                       "to be (Hq * D) x E");
  int64_t width = op.getWO() ? hidden.getDimSize(2) : wQ.getDimSize(0);
  results.push_back(withInner(hidden, width));
  return success();
}

LogicalResult AttentionOp::verify() {
  if (failed(verifyPrologue(*this)) ||
      failed(verifySoftmax(*this, getWindow(), getSoftmaxScale())))
    return failure();

  // (C15), (C16) the output projection.
  BlockSizes sizes = BlockSizes::of(*this);
  Type elementType = getHidden().getType().getElementType();
  if (getBO() && !(getWO() && getBQ()))
    return emitOpError("expects b_o only with w_o and the projection biases, "
                       "but got no ")
           << (getWO() ? "projection biases" : "w_o");
  if (failed(verifyElementType(*this, "w_o", getWO(), elementType)) ||
      failed(verifyElementType(*this, "b_o", getBO(), elementType)) ||
      failed(verifyStatic(*this, "w_o", getWO())) ||
      failed(verifyStatic(*this, "b_o", getBO())) ||
      failed(verifyShape(*this, "w_o", getWO(),
                         {sizes.hidden, sizes.queryChannels()},
                         "E x (Hq * D)")) ||
      failed(verifyShape(*this, "b_o", getBO(), {sizes.hidden}, "E")))
    return failure();
  return success();
}

LogicalResult
AttentionOp::reifyResultShapes(OpBuilder &builder,
                               ReifiedRankedShapedTypeDims &shapes) {
  shapes.push_back(reifyLeadingDims(builder, getLoc(), getOut(), getHidden()));
  return success();
}

//===----------------------------------------------------------------------===//
// cca.prologue
//===----------------------------------------------------------------------===//

LogicalResult
PrologueOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                             ValueRange operands, DictionaryAttr attributes,
                             OpaqueProperties properties, RegionRange regions,
                             SmallVectorImpl<Type> &results) {
  Adaptor op(operands, attributes, properties, regions);
  RankedTensorType hidden = ranked(op.getHidden(), 3);
  RankedTensorType wQ = ranked(op.getWQ(), 2);
  RankedTensorType wK = ranked(op.getWK(), 2);
  RankedTensorType grouped = ranked(op.getGroupedWeight(), 3);
  if (!hidden || !wQ || !wK || !grouped || wQ.isDynamicDim(0) ||
      wK.isDynamicDim(0) || grouped.isDynamicDim(1) ||
      grouped.getDimSize(1) < 1)
    return emitOptionalError(
        location, "expects hidden to be B x S x E, w_q and w_k to be "
                  "(heads * D) x E and grouped_weight to be "
                  "C x D x t1 with static sizes and D at least 1");
  int64_t headDim = grouped.getDimSize(1);
  Type query = withInner(hidden, {wQ.getDimSize(0) / headDim, headDim});
  Type key = withInner(hidden, {wK.getDimSize(0) / headDim, headDim});
  results.assign({query, key, key});
  return success();
}

LogicalResult PrologueOp::verify() { return verifyPrologue(*this); }

LogicalResult
PrologueOp::reifyResultShapes(OpBuilder &builder,
                              ReifiedRankedShapedTypeDims &shapes) {
  for (Value result : getResults())
    shapes.push_back(reifyLeadingDims(builder, getLoc(), result, getHidden()));
  return success();
}

//===----------------------------------------------------------------------===//
// cca.flash_attention
//===----------------------------------------------------------------------===//

double FlashAttentionOp::getEffectiveSoftmaxScale() {
  if (std::optional<APFloat> scale = getSoftmaxScale())
    return scale->convertToDouble();
  return 1.0 /
         std::sqrt(static_cast<double>(getQuery().getType().getShape().back()));
}

AttentionProblem FlashAttentionOp::getProblem() {
  RankedTensorType query = getQuery().getType();
  auto known = [&](unsigned dim) {
    return query.isDynamicDim(dim) ? std::nullopt
                                   : std::optional(query.getDimSize(dim));
  };
  AttentionProblem problem;
  problem.headDim = query.getDimSize(3);
  problem.queryHeads = query.getDimSize(2);
  problem.keyHeads = getKey().getType().getDimSize(2);
  problem.elementBytes = query.getElementTypeBitWidth() / CHAR_BIT;
  problem.causal = getCausal();
  if (std::optional<uint64_t> window = getWindow())
    problem.window = *window;
  problem.packed = static_cast<bool>(getCuSeqlens());
  problem.normalized = static_cast<bool>(getTemperature());
  problem.batch = known(0);
  problem.tokens = known(1);
  return problem;
}

LogicalResult FlashAttentionOp::verify() {
  if (failed(verifyRequiredOperands(*this, {"query", "key", "value"})))
    return failure();
  RankedTensorType query = getQuery().getType(), key = getKey().getType();

  // (C1) heads and head dimension are static.
  if (failed(verifyStatic(*this, "query", getQuery(), /*dynamicDims=*/2)) ||
      failed(verifyStatic(*this, "key", getKey(), /*dynamicDims=*/2)) ||
      failed(verifyStatic(*this, "temperature", getTemperature())))
    return failure();

  // (C2), (C6) one element type; value as key.
  if (failed(verifyElementType(*this, "key", getKey(), query.getElementType())))
    return failure();
  if (getValue().getType() != key)
    return emitOpError("expects value to have the type of key, ")
           << key << ", but got " << getValue().getType();

  // (C4), (C5) heads.
  int64_t headDim = query.getDimSize(3);
  if (headDim < 1)
    return emitOpError("expects a head dimension of at least 1, but got ")
           << headDim;
  if (failed(verifyShape(*this, "key", getKey(),
                         {query.getDimSize(0), query.getDimSize(1),
                          key.getDimSize(2), headDim},
                         "B x S x Hk x D")) ||
      failed(verifyHeads(*this, query.getDimSize(2), key.getDimSize(2))))
    return failure();

  // (C9), (C13), (C14) bound and modes.
  if (failed(verifyShape(*this, "temperature", getTemperature(),
                         {key.getDimSize(2)}, "Hk")) ||
      failed(verifyPacked(*this, getCuSeqlens(), query.getDimSize(0))) ||
      failed(verifySoftmax(*this, getWindow(), getSoftmaxScale())))
    return failure();

  // (C17) results.
  if (getOut().getType() != query)
    return emitOpError("expects out to have the type of query, ")
           << query << ", but got " << getOut().getType();
  if (Value lse = getLse()) {
    auto expected = RankedTensorType::get(
        {query.getDimSize(0), query.getDimSize(2), query.getDimSize(1)},
        Float32Type::get(getContext()));
    if (lse.getType() != expected)
      return emitOpError("expects lse to be B x Hq x S, ")
             << expected << ", but got " << lse.getType();
  }
  return success();
}

LogicalResult
FlashAttentionOp::reifyResultShapes(OpBuilder &builder,
                                    ReifiedRankedShapedTypeDims &shapes) {
  shapes.push_back(reifyLeadingDims(builder, getLoc(), getOut(), getQuery()));
  if (getLse()) {
    ArrayRef<OpFoldResult> out = shapes.front();
    shapes.push_back({out[0], out[2], out[1]});
  }
  return success();
}
