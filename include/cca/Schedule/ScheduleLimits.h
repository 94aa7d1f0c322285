//===- ScheduleLimits.h - Whether a kernel fits a GPU -----------*- C++ -*-===//

#ifndef CCA_SCHEDULE_SCHEDULELIMITS_H
#define CCA_SCHEDULE_SCHEDULELIMITS_H

#include "cca/Schedule/AttentionSchedule.h"
#include "cca/Schedule/KernelSchedule.h"
#include "cca/Target/HopperTarget.h"

#include <optional>
#include <string>

namespace mlir::cca {

/// Whether queries stay in registers for all of their keys. That saves a read
/// of shared memory for each product, but wide heads leave no registers for it.
bool keepsQueriesInRegisters(const AttentionProblem &problem);

/// Shared memory of a block: a tile of queries, `stages` tiles of keys and of
/// values, a tile that outputs leave through, the barriers of these rings, and
/// what it takes to align the first tile.
int64_t sharedMemoryBytes(const AttentionProblem &problem,
                          const AttentionSchedule &schedule);

/// An estimate of what a thread of a consumer needs. ptxas has the last word.
int64_t registersPerThread(const AttentionProblem &problem,
                           const AttentionSchedule &schedule);

/// Why no kernel can run a problem with a schedule.
struct ScheduleProblem {
  enum class Limit {
    ElementBytes, ///< wgmma on 16-bit types only
    HeadDim,      ///< 64, 128 or 256
    Channels,     ///< of a projection: whole 16 bytes
    Taps,         ///< of a folded convolution
    Rotary,       ///< channels, whole registers of a thread
    Constraints,  ///< the numbered ones of the schedule
    SoftmaxForm,  ///< nothing bounds the scores
    SharedMemory, ///< bytes of a block
    Registers,    ///< of a thread of a consumer
  };
  Limit limit;
  /// The most there is, and what the schedule takes, where these are amounts.
  int64_t most = 0, taken = 0;
  /// "expects …, but …"
  std::string message;
};

/// The first numbered constraint of #cca.schedule that `schedule` violates, if
/// any. They hold whatever there is to compute.
std::optional<ScheduleProblem>
checkConstraints(const AttentionSchedule &schedule);

/// The first limit that `schedule` exceeds, if any.
std::optional<ScheduleProblem> checkSchedule(const AttentionProblem &problem,
                                             const AttentionSchedule &schedule,
                                             const HopperTarget &target);

} // namespace mlir::cca

#endif // CCA_SCHEDULE_SCHEDULELIMITS_H
