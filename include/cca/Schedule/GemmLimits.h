//===- GemmLimits.h - Whether a projection fits a GPU -----------*- C++ -*-===//

#ifndef CCA_SCHEDULE_GEMMLIMITS_H
#define CCA_SCHEDULE_GEMMLIMITS_H

#include "cca/Schedule/GemmSchedule.h"
#include "cca/Schedule/ScheduleLimits.h"

namespace mlir::cca {

/// Shared memory of a block: `stages` tiles of tokens and of weights, a panel
/// that the result leaves through, and the barriers of two rings.
int64_t sharedMemoryBytes(const GemmSchedule &schedule);

/// Panels of a tile that may leave at a time: as many as the shared memory that
/// is left has room for, and a divisor of all, so that each has its turn in
/// every tile.
int64_t stagingTiles(const GemmSchedule &schedule);

/// An estimate of what a thread of a consumer needs. ptxas has the last word.
int64_t registersPerThread(const GemmSchedule &schedule);

/// The first numbered constraint of #cca.gemm_schedule that `schedule`
/// violates, if any.
std::optional<ScheduleProblem> checkConstraints(const GemmSchedule &schedule);

/// The first limit that `schedule` exceeds, if any.
std::optional<ScheduleProblem> checkSchedule(const GemmProblem &problem,
                                             const GemmSchedule &schedule,
                                             const HopperTarget &target);

} // namespace mlir::cca

#endif // CCA_SCHEDULE_GEMMLIMITS_H
