//===- SelectSchedule.h - The schedule that a kernel gets -------*- C++ -*-===//

#ifndef CCA_SCHEDULE_SELECTSCHEDULE_H
#define CCA_SCHEDULE_SELECTSCHEDULE_H

#include "cca/Schedule/AttentionSchedule.h"
#include "cca/Target/HopperTarget.h"

#include <optional>
#include <vector>

namespace mlir::cca {

/// The schedules worth a try for `problem`, legal or not, never none. Smaller
/// ones first: where the first is not legal, none is. Of two that take the same
/// time the one that comes first is to be taken.
std::vector<AttentionSchedule> scheduleSpace(const AttentionProblem &problem);

/// The legal schedule of that space that takes the least time by the cost
/// model, or none if none is legal.
std::optional<AttentionSchedule> selectSchedule(const AttentionProblem &problem,
                                                const HopperTarget &target);

} // namespace mlir::cca

#endif // CCA_SCHEDULE_SELECTSCHEDULE_H
