//===- Schedule.h - The schedule of a kernel --------------------*- C++ -*-===//

#ifndef CCA_LIB_DIALECT_HOPPER_TRANSFORMS_SCHEDULE_H
#define CCA_LIB_DIALECT_HOPPER_TRANSFORMS_SCHEDULE_H

#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlir::cca {

/// What passes ask of the schedule that `kernel` carries, of any kind.
inline KernelSchedule getSchedule(gpu::GPUFuncOp kernel) {
  if (auto schedule =
          kernel->getAttrOfType<KernelScheduleInterface>(scheduleAttrName))
    return schedule.getKernelSchedule();
  return {};
}

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_HOPPER_TRANSFORMS_SCHEDULE_H
