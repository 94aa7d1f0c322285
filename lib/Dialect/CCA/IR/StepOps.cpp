//===- StepOps.cpp - The steps of the prologue ----------------------------===//
//
// Result types, verifiers and result shapes.
//
//===----------------------------------------------------------------------===//

#include "Constraints.h"
#include "ReifyShapes.h"
#include "cca/Dialect/CCA/IR/CCA.h"

using namespace mlir;
using namespace mlir::cca;

//===----------------------------------------------------------------------===//
// cca.conv
//===----------------------------------------------------------------------===//

LogicalResult ConvOp::verify() {
  if (failed(verifyRequiredOperands(
          *this, {"x", "", "", "grouped_weight", "grouped_bias"})))
    return failure();

  RankedTensorType x = getX().getType();
  RankedTensorType grouped = getGroupedWeight().getType();

  // (C1) sizes of the weights are static.
  if (failed(verifyStatic(*this, "x", getX(), /*dynamicDims=*/2)) ||
      failed(verifyStatic(*this, "depthwise_weight", getDepthwiseWeight())) ||
      failed(verifyStatic(*this, "depthwise_bias", getDepthwiseBias())) ||
      failed(verifyStatic(*this, "grouped_weight", getGroupedWeight())) ||
      failed(verifyStatic(*this, "grouped_bias", getGroupedBias())))
    return failure();

  // (C18) the depthwise stage is there as a whole.
  if (bool(getDepthwiseWeight()) != bool(getDepthwiseBias()))
    return emitOpError("expects depthwise weight and bias together, but got "
                       "only the ")
           << (getDepthwiseWeight() ? "weight" : "bias");
  if (getPerStagePadding() && !getDepthwiseWeight())
    return emitOpError("expects per_stage_padding only with a depthwise stage, "
                       "but got none");

  // (C4) channels are whole heads.
  int64_t channels = x.getDimSize(2), headDim = grouped.getDimSize(1);
  if (headDim < 1 || channels % headDim != 0)
    return emitOpError("expects the head dimension to be at least 1 and to "
                       "divide the channels ")
           << channels << ", but got " << headDim;

  // (C8) taps.
  int64_t maxTaps = getDepthwiseWeight() ? 4 : 7;
  if (int64_t taps = grouped.getDimSize(2); taps < 1 || taps > maxTaps)
    return emitOpError("expects grouped_weight to have 1 to ")
           << maxTaps << " taps, but got " << taps;
  if (TensorValue depthwise = getDepthwiseWeight())
    if (int64_t taps = depthwise.getType().getDimSize(1); taps < 1 || taps > 4)
      return emitOpError(
                 "expects depthwise_weight to have 1 to 4 taps, but got ")
             << taps;

  // (C7) rows.
  if (failed(verifyShape(*this, "depthwise_weight", getDepthwiseWeight(),
                         {channels, ShapedType::kDynamic}, "C x t0")) ||
      failed(verifyShape(*this, "depthwise_bias", getDepthwiseBias(),
                         {channels}, "C")) ||
      failed(verifyShape(*this, "grouped_weight", getGroupedWeight(),
                         {channels, headDim, grouped.getDimSize(2)},
                         "C x D x t1")) ||
      failed(verifyShape(*this, "grouped_bias", getGroupedBias(), {channels},
                         "C")))
    return failure();
  return verifyPacked(*this, getCuSeqlens(), x.getDimSize(0));
}

LogicalResult ConvOp::reifyResultShapes(OpBuilder &builder,
                                        ReifiedRankedShapedTypeDims &shapes) {
  shapes.push_back(reifyLeadingDims(builder, getLoc(), getZ(), getX()));
  return success();
}

//===----------------------------------------------------------------------===//
// cca.qk_mean
//===----------------------------------------------------------------------===//

LogicalResult QKMeanOp::verify() {
  RankedTensorType q = getQ0().getType(), k = getK0().getType();
  // (C1), (C2), (C4), (C5).
  if (failed(verifyStatic(*this, "q0", getQ0(), /*dynamicDims=*/2)) ||
      failed(verifyStatic(*this, "k0", getK0(), /*dynamicDims=*/2)) ||
      failed(verifyElementType(*this, "k0", getK0(), q.getElementType())) ||
      failed(verifyShape(
          *this, "k0", getK0(),
          {q.getDimSize(0), q.getDimSize(1), k.getDimSize(2), q.getDimSize(3)},
          "B x S x Hk x D")))
    return failure();
  return verifyHeads(*this, q.getDimSize(2), k.getDimSize(2));
}

LogicalResult QKMeanOp::reifyResultShapes(OpBuilder &builder,
                                          ReifiedRankedShapedTypeDims &shapes) {
  shapes.push_back(reifyLeadingDims(builder, getLoc(), getQ(), getQ0()));
  shapes.push_back(reifyLeadingDims(builder, getLoc(), getK(), getK0()));
  return success();
}

//===----------------------------------------------------------------------===//
// cca.qk_norm
//===----------------------------------------------------------------------===//

LogicalResult QKNormOp::verify() {
  // (C1), (C12).
  if (failed(verifyStatic(*this, "x", getX(), /*dynamicDims=*/2)) ||
      failed(verifyEps(*this, getEps())))
    return failure();
  // (C9) a temperature for each head.
  if (bool(getTemperature()) != getTemperatureMode().has_value())
    return emitOpError("expects a temperature and its mode together, but got "
                       "only the ")
           << (getTemperature() ? "temperature" : "mode");
  return success(
      succeeded(verifyStatic(*this, "temperature", getTemperature())) &&
      succeeded(verifyShape(*this, "temperature", getTemperature(),
                            {getX().getType().getDimSize(2)}, "heads")));
}

LogicalResult QKNormOp::reifyResultShapes(OpBuilder &builder,
                                          ReifiedRankedShapedTypeDims &shapes) {
  shapes.push_back(reifyLeadingDims(builder, getLoc(), getY(), getX()));
  return success();
}

//===----------------------------------------------------------------------===//
// cca.rope
//===----------------------------------------------------------------------===//

LogicalResult RopeOp::verify() {
  RankedTensorType x = getX().getType();
  // (C1), (C10), (C13).
  if (failed(verifyStatic(*this, "x", getX(), /*dynamicDims=*/2)) ||
      failed(verifyRope(*this, getCos(), getSin(), x.getDimSize(0),
                        x.getDimSize(1), x.getDimSize(3),
                        bool(getCuSeqlens()))))
    return failure();
  return verifyPacked(*this, getCuSeqlens(), x.getDimSize(0));
}

LogicalResult RopeOp::reifyResultShapes(OpBuilder &builder,
                                        ReifiedRankedShapedTypeDims &shapes) {
  shapes.push_back(reifyLeadingDims(builder, getLoc(), getY(), getX()));
  return success();
}

// No rotary channels: nothing to rotate.
OpFoldResult RopeOp::fold(FoldAdaptor) {
  if (getCos().getType().getShape().back() == 0)
    return getX();
  return {};
}

//===----------------------------------------------------------------------===//
// cca.value_shift
//===----------------------------------------------------------------------===//

LogicalResult ValueShiftOp::inferReturnTypes(MLIRContext *,
                                             std::optional<Location> location,
                                             ValueRange operands,
                                             DictionaryAttr, OpaqueProperties,
                                             RegionRange,
                                             SmallVectorImpl<Type> &results) {
  auto half = dyn_cast<RankedTensorType>(operands.front().getType());
  if (!half || half.getRank() != 3 || half.isDynamicDim(2))
    return emitOptionalError(location,
                             "expects current to be B x S x V with a "
                             "static V, but got ",
                             operands.front().getType());
  // 2 V has to fit; the verifier, which says the same, comes too late.
  if (half.getDimSize(2) >= int64_t(1) << 31)
    return emitOptionalError(
        location, "expects current to have a size 2 below 2^31, but got ",
        half);
  results.push_back(half.clone(
      {half.getDimSize(0), half.getDimSize(1), 2 * half.getDimSize(2)}));
  return success();
}

LogicalResult ValueShiftOp::verify() {
  if (failed(verifyRequiredOperands(*this, {"current", "delayed"})))
    return failure();

  RankedTensorType half = getCurrent().getType();
  // (C1) V is static.
  if (failed(verifyStatic(*this, "current", getCurrent(), /*dynamicDims=*/2)))
    return failure();
  // (C6) two halves alike.
  if (getDelayed().getType() != half)
    return emitOpError("expects delayed to have the type of current, ")
           << half << ", but got " << getDelayed().getType();
  // (C11), (C13).
  return success(
      succeeded(verifyShape(*this, "initial", getInitial(),
                            {half.getDimSize(2)}, "V")) &&
      succeeded(verifyStatic(*this, "initial", getInitial())) &&
      succeeded(verifyPacked(*this, getCuSeqlens(), half.getDimSize(0))));
}

LogicalResult
ValueShiftOp::reifyResultShapes(OpBuilder &builder,
                                ReifiedRankedShapedTypeDims &shapes) {
  shapes.push_back(reifyLeadingDims(builder, getLoc(), getV(), getCurrent()));
  return success();
}
