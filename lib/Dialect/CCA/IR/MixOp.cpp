//===- MixOp.cpp - cca.mix and its schedule -------------------------------===//

#include "MixConstraints.h"
#include "ReifyShapes.h"

using namespace mlir;
using namespace mlir::cca;

//===----------------------------------------------------------------------===//
// cca.mix
//===----------------------------------------------------------------------===//

double MixOp::getEffectiveQueryFactor() {
  std::optional<APFloat> factor = getQueryFactor();
  return factor ? factor->convertToDouble() : 1.0;
}

MixProblem MixOp::getProblem() {
  MixProblem problem = mixProblemOf(*this);
  if (getDepthwise())
    problem.depthwiseTaps = getDepthwise().getType().getDimSize(0);
  return problem;
}

LogicalResult
MixOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                        ValueRange operands, DictionaryAttr attributes,
                        OpaqueProperties properties, RegionRange regions,
                        SmallVectorImpl<Type> &results) {
  Adaptor op(operands, attributes, properties, regions);
  // Types are inferred before operands are verified.
  auto x = dyn_cast<RankedTensorType>(op.getX().getType());
  auto taps = dyn_cast<RankedTensorType>(op.getTaps().getType());
  auto temperature = dyn_cast<RankedTensorType>(op.getTemperature().getType());
  if (!x || x.getRank() != 3 || x.isDynamicDim(2) || !taps ||
      taps.getRank() != 3 || taps.isDynamicDim(2) || taps.getDimSize(2) < 1 ||
      !temperature || temperature.getRank() != 1 || temperature.isDynamicDim(0))
    return emitOptionalError(
        location, "expects x to be B x S x C, taps to be T x C x D and "
                  "temperature to have Hk elements, with static sizes and D at "
                  "least 1");
  int64_t headDim = taps.getDimSize(2), keyHeads = temperature.getDimSize(0);
  int64_t heads = x.getDimSize(2) / headDim;
  results.push_back(
      headsOf(x, std::max<int64_t>(heads - keyHeads, 0), headDim));
  results.push_back(headsOf(x, keyHeads, headDim));
  return success();
}

LogicalResult MixOp::verify() {
  if (failed(verifyRequiredOperands(
          *this, {"x", "", "taps", "bias", "temperature", "cos", "sin"})))
    return failure();
  // (C1)
  if (failed(verifyStatic(*this, "x", getX(), /*dynamicDims=*/2)))
    return failure();
  RankedTensorType x = getX().getType();
  int64_t before = 0;
  if (Value depthwise = getDepthwise()) {
    // (C1), (C2), (C7), (C8)
    int64_t taps = getDepthwise().getType().getDimSize(0);
    if (failed(verifyStatic(*this, "depthwise", depthwise)) ||
        failed(verifyElementType(*this, "depthwise", depthwise,
                                 x.getElementType())) ||
        failed(verifyShape(*this, "depthwise", depthwise,
                           {taps, x.getDimSize(2)}, "T0 x C")))
      return failure();
    if (taps < 1)
      return emitOpError("expects at least 1 tap of depthwise, but got ")
             << taps;
    before = taps - 1;
  }
  return verifyMix(*this, x, before);
}

LogicalResult MixOp::reifyResultShapes(OpBuilder &builder,
                                       ReifiedRankedShapedTypeDims &shapes) {
  for (Value result : getResults())
    shapes.push_back(reifyLeadingDims(builder, getLoc(), result, getX()));
  return success();
}

//===----------------------------------------------------------------------===//
// #cca.mix_schedule
//===----------------------------------------------------------------------===//

MixSchedule MixScheduleAttr::getValue() const {
  return {getBlockM(), getStages(), getConsumers(), getCooperative(),
          getStaging()};
}

KernelSchedule MixScheduleAttr::getKernelSchedule() const {
  return {getStages(),
          getConsumers(),
          /*overlap=*/false,
          /*pingPong=*/false,
          /*blocksPerMultiprocessor=*/1,
          getCooperative(),
          getStaging()};
}

LogicalResult
MixScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                        int64_t blockM, int64_t stages, int64_t consumers,
                        bool cooperative, int64_t staging) {
  // (C1) to (C4) are those of the plain data, too.
  if (std::optional<ScheduleProblem> violated = checkConstraints(
          MixSchedule{blockM, stages, consumers, cooperative, staging}))
    return emitError() << violated->message;
  return success();
}
