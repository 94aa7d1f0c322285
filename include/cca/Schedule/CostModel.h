//===- CostModel.h - How long a schedule takes ------------------*- C++ -*-===//

#ifndef CCA_SCHEDULE_COSTMODEL_H
#define CCA_SCHEDULE_COSTMODEL_H

#include "cca/Schedule/AttentionSchedule.h"
#include "cca/Target/HopperTarget.h"

namespace mlir::cca {

/// Seconds of one forward pass: what the tensor cores take, what of the softmax
/// is not hidden under them, and how evenly the tiles fall on the
/// multiprocessors; not less than it takes to move every operand once.
///
/// Made to rank the schedules of one problem. Unknown sizes count as one long
/// sequence whose tiles fall evenly. The schedule must be legal.
double estimateSeconds(const AttentionProblem &problem,
                       const AttentionSchedule &schedule,
                       const HopperTarget &target);

} // namespace mlir::cca

#endif // CCA_SCHEDULE_COSTMODEL_H
