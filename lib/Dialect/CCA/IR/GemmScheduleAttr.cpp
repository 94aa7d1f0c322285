//===- GemmScheduleAttr.cpp - #cca.gemm_schedule --------------------------===//

#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Schedule/GemmLimits.h"

using namespace mlir;
using namespace mlir::cca;

GemmSchedule GemmScheduleAttr::getValue() const {
  return {getBlockM(),     getBlockN(),    getBlockK(),
          getStages(),     getConsumers(), getBlocksPerMultiprocessor(),
          getCooperative()};
}

KernelSchedule GemmScheduleAttr::getKernelSchedule() const {
  return {getStages(),
          getConsumers(),
          /*overlap=*/false,
          /*pingPong=*/false,
          getBlocksPerMultiprocessor(),
          getCooperative(),
          stagingTiles(getValue()),
          /*takesTurns=*/!getCooperative()};
}

LogicalResult
GemmScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                         int64_t blockM, int64_t blockN, int64_t blockK,
                         int64_t stages, int64_t consumers,
                         int64_t blocksPerMultiprocessor, bool cooperative) {
  // (C1) to (C7) are those of the plain data, too.
  if (std::optional<ScheduleProblem> violated = checkConstraints(
          GemmSchedule{blockM, blockN, blockK, stages, consumers,
                       blocksPerMultiprocessor, cooperative}))
    return emitError() << violated->message;
  return success();
}
