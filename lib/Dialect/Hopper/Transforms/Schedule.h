//===- Schedule.h - The schedule of a kernel --------------------*- C++ -*-===//

#ifndef CCA_LIB_DIALECT_HOPPER_TRANSFORMS_SCHEDULE_H
#define CCA_LIB_DIALECT_HOPPER_TRANSFORMS_SCHEDULE_H

#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlir::cca {

/// The schedule that `kernel` carries, if it carries one.
inline std::optional<AttentionSchedule> getSchedule(gpu::GPUFuncOp kernel) {
  if (auto schedule = kernel->getAttrOfType<ScheduleAttr>(scheduleAttrName))
    return schedule.getValue();
  return std::nullopt;
}

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_HOPPER_TRANSFORMS_SCHEDULE_H
