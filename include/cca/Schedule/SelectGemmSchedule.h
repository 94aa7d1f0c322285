//===- SelectGemmSchedule.h - The schedule of a projection ------*- C++ -*-===//

#ifndef CCA_SCHEDULE_SELECTGEMMSCHEDULE_H
#define CCA_SCHEDULE_SELECTGEMMSCHEDULE_H

#include "cca/Schedule/GemmSchedule.h"
#include "cca/Target/HopperTarget.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>

namespace mlir::cca {

/// The schedules worth a try, never none: those that kernels were measured
/// with. Of two that take the same time the one that comes first is to be
/// taken.
llvm::ArrayRef<GemmSchedule> gemmScheduleSpace();

/// Seconds of one product: what the tensor cores and copies from L2 take, what
/// of stores they do not hide, and how evenly the tiles fall on the
/// multiprocessors. Unknown tokens are 4096 and 16384, of which the mean for
/// 16384 is taken. The schedule must be legal.
double estimateSeconds(const GemmProblem &problem, const GemmSchedule &schedule,
                       const HopperTarget &target);

/// The legal schedule of that space that takes the least time, or none if none
/// is legal.
std::optional<GemmSchedule> selectSchedule(const GemmProblem &problem,
                                           const HopperTarget &target);

} // namespace mlir::cca

#endif // CCA_SCHEDULE_SELECTGEMMSCHEDULE_H
