//===- FusedPrologueOp.cpp - cca.fused_prologue and its schedule ----------===//

#include "MixConstraints.h"
#include "ReifyShapes.h"

using namespace mlir;
using namespace mlir::cca;

//===----------------------------------------------------------------------===//
// cca.fused_prologue
//===----------------------------------------------------------------------===//

double FusedPrologueOp::getEffectiveQueryFactor() {
  std::optional<APFloat> factor = getQueryFactor();
  return factor ? factor->convertToDouble() : 1.0;
}

FusedProblem FusedPrologueOp::getProblem() {
  return {getHidden().getType().getDimSize(2), mixProblemOf(*this)};
}

LogicalResult FusedPrologueOp::inferReturnTypes(
    MLIRContext *, std::optional<Location> location, ValueRange operands,
    DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
    SmallVectorImpl<Type> &results) {
  Adaptor op(operands, attributes, properties, regions);
  // Types are inferred before operands are verified.
  auto hidden = dyn_cast<RankedTensorType>(op.getHidden().getType());
  auto taps = dyn_cast<RankedTensorType>(op.getTaps().getType());
  auto temperature = dyn_cast<RankedTensorType>(op.getTemperature().getType());
  if (!hidden || hidden.getRank() != 3 || !taps || taps.getRank() != 3 ||
      taps.isDynamicDim(1) || taps.isDynamicDim(2) || taps.getDimSize(2) < 1 ||
      !temperature || temperature.getRank() != 1 || temperature.isDynamicDim(0))
    return emitOptionalError(
        location, "expects hidden to be B x S x E, taps to be T x C x D and "
                  "temperature to have Hk elements, with static sizes of the "
                  "latter and D at least 1");
  int64_t headDim = taps.getDimSize(2), keyHeads = temperature.getDimSize(0);
  int64_t heads = taps.getDimSize(1) / headDim;
  results.push_back(
      headsOf(hidden, std::max<int64_t>(heads - keyHeads, 0), headDim));
  results.append(2, headsOf(hidden, keyHeads, headDim));
  return success();
}

LogicalResult FusedPrologueOp::verify() {
  if (failed(verifyRequiredOperands(*this, {"hidden", "w", "", "taps", "bias",
                                            "temperature", "cos", "sin"})))
    return failure();
  RankedTensorType hidden = getHidden().getType(), w = getW().getType();
  // (C1)
  if (failed(verifyStatic(*this, "hidden", getHidden(), /*dynamicDims=*/2)) ||
      failed(verifyStatic(*this, "w", getW())) ||
      failed(verifyStatic(*this, "projection_bias", getProjectionBias())))
    return failure();
  // (C2)
  Type elementType = hidden.getElementType();
  Value bias = getProjectionBias();
  if (failed(verifyElementType(*this, "w", getW(), elementType)) ||
      (bias && !getElementTypeOrSelf(bias).isF32() &&
       failed(verifyElementType(*this, "projection_bias", bias, elementType))))
    return failure();
  int64_t channels = getTaps().getType().getDimSize(1);
  auto x = RankedTensorType::get(
      {hidden.getDimSize(0), hidden.getDimSize(1), channels}, elementType);
  if (failed(verifyMix(*this, x)))
    return failure();
  // (C6)
  RankedTensorType value = getValue().getType();
  int64_t values = value.getDimSize(2) * value.getDimSize(3);
  if (values % 2)
    return emitOpError("expects an even number of value channels, but got ")
           << values;
  // (C3), (C7), (C11)
  return failure(failed(verifyShape(*this, "w", getW(),
                                    {channels + values, hidden.getDimSize(2)},
                                    "(C + Hk * D) x E")) ||
                 failed(verifyShape(*this, "projection_bias", bias,
                                    {w.getDimSize(0)}, "C + Hk * D")));
}

LogicalResult
FusedPrologueOp::reifyResultShapes(OpBuilder &builder,
                                   ReifiedRankedShapedTypeDims &shapes) {
  for (Value result : getResults())
    shapes.push_back(reifyLeadingDims(builder, getLoc(), result, getHidden()));
  return success();
}

//===----------------------------------------------------------------------===//
// #cca.fused_schedule
//===----------------------------------------------------------------------===//

FusedSchedule FusedScheduleAttr::getValue() const {
  return {getBlockM(), getStages(), getTapStages(), getConsumers()};
}

KernelSchedule FusedScheduleAttr::getKernelSchedule() const {
  return {getStages(), getConsumers(), /*overlap=*/false, /*pingPong=*/false,
          /*blocksPerMultiprocessor=*/1};
}

LogicalResult
FusedScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                          int64_t blockM, int64_t stages, int64_t tapStages,
                          int64_t consumers) {
  // (C1) to (C4) are those of the plain data, too.
  if (std::optional<ScheduleProblem> violated =
          checkConstraints(FusedSchedule{blockM, stages, tapStages, consumers}))
    return emitError() << violated->message;
  return success();
}
