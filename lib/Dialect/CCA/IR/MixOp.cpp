//===- MixOp.cpp - cca.mix and its schedule -------------------------------===//

#include "Constraints.h"
#include "ReifyShapes.h"
#include "cca/Dialect/CCA/IR/CCA.h"

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
  RankedTensorType query = getQuery().getType();
  auto known = [&](unsigned dim) {
    return query.isDynamicDim(dim) ? std::nullopt
                                   : std::optional(query.getDimSize(dim));
  };
  MixProblem problem;
  problem.headDim = query.getDimSize(3);
  problem.queryHeads = query.getDimSize(2);
  problem.keyHeads = getKey().getType().getDimSize(2);
  problem.taps = getTaps().getType().getDimSize(0);
  problem.rotary = getCos().getType().getShape().back();
  problem.rotatesHalves = getRopeLayout() == RopeLayout::Half;
  problem.elementBytes = query.getElementTypeBitWidth() / CHAR_BIT;
  problem.tableBytes = getCos().getType().getElementTypeBitWidth() / CHAR_BIT;
  problem.batch = known(0);
  problem.tokens = known(1);
  return problem;
}

/// The type of `heads` heads, for each token of `x`.
static RankedTensorType headsOf(RankedTensorType x, int64_t heads,
                                int64_t headDim) {
  return RankedTensorType::get(
      {x.getDimSize(0), x.getDimSize(1), heads, headDim}, x.getElementType());
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
          *this, {"x", "taps", "bias", "temperature", "cos", "sin"})))
    return failure();
  RankedTensorType x = getX().getType(), taps = getTaps().getType();
  // (C1)
  if (failed(verifyStatic(*this, "x", getX(), /*dynamicDims=*/2)) ||
      failed(verifyStatic(*this, "taps", getTaps())) ||
      failed(verifyStatic(*this, "bias", getBias())) ||
      failed(verifyStatic(*this, "temperature", getTemperature())))
    return failure();
  // (C2)
  if (failed(verifyElementType(*this, "taps", getTaps(), x.getElementType())) ||
      (!getCos().getType().getElementType().isF32() &&
       failed(verifyElementType(*this, "cos", getCos(), x.getElementType()))))
    return failure();
  // (C4), (C5)
  int64_t channels = x.getDimSize(2), headDim = taps.getDimSize(2);
  if (headDim < 1)
    return emitOpError("expects a head dimension of at least 1, but got ")
           << headDim;
  if (channels % headDim != 0)
    return emitOpError("expects the channels of x to be a multiple of the head "
                       "dimension ")
           << headDim << ", but got " << channels;
  int64_t keyHeads = getTemperature().getType().getDimSize(0);
  if (failed(verifyHeads(*this, channels / headDim - keyHeads, keyHeads)))
    return failure();
  // (C7), (C8)
  int64_t count = taps.getDimSize(0);
  if (failed(verifyShape(*this, "taps", getTaps(), {count, channels, headDim},
                         "T x C x D")) ||
      failed(verifyShape(*this, "bias", getBias(), {channels}, "C")))
    return failure();
  if (count < 1 || count > 7)
    return emitOpError("expects 1 to 7 taps, but got ") << count;
  // (C10), (C12), (C13), (C14)
  return success(
      succeeded(verifyRope(*this, getCos(), getSin(), x.getDimSize(0),
                           x.getDimSize(1), headDim, bool(getCuSeqlens()))) &&
      succeeded(verifyEps(*this, getEps())) &&
      succeeded(verifyPacked(*this, getCuSeqlens(), x.getDimSize(0))) &&
      succeeded(verifyFactor(*this, "query_factor", getQueryFactor())));
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
  return {getBlockM(), getStages(), getConsumers(), getCooperative()};
}

KernelSchedule MixScheduleAttr::getKernelSchedule() const {
  return {getStages(),
          getConsumers(),
          /*overlap=*/false,
          /*pingPong=*/false,
          /*blocksPerMultiprocessor=*/1,
          getCooperative()};
}

LogicalResult
MixScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                        int64_t blockM, int64_t stages, int64_t consumers,
                        bool cooperative) {
  // (C1) to (C3) are those of the plain data, too.
  if (std::optional<ScheduleProblem> violated =
          checkConstraints(MixSchedule{blockM, stages, consumers, cooperative}))
    return emitError() << violated->message;
  return success();
}
