//===- FusedSchedule.h - How a kernel runs cca.fused_prologue ---*- C++ -*-===//
//
// Plain data: what #cca.fused_schedule says, its limits, and which one a
// problem gets.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_SCHEDULE_FUSEDSCHEDULE_H
#define CCA_SCHEDULE_FUSEDSCHEDULE_H

#include "cca/Schedule/MixSchedule.h"

#include "llvm/ADT/ArrayRef.h"

namespace mlir::cca {

/// What there is to compute: the sizes and modes of one cca.fused_prologue.
struct FusedProblem {
  int64_t inputs; ///< channels of the hidden states
  MixProblem mix; ///< what becomes of the latents
};

/// Tiles and pipeline of one kernel. Its block is one producer warpgroup, which
/// loads, and `consumers` warpgroups, which compute.
struct FusedSchedule {
  /// One consumer has no rows left for the tokens before a tile.
  static constexpr int64_t minConsumers = 2, maxConsumers = 3;
  /// Of either kind: a step is loaded while the product of another one runs.
  static constexpr int64_t minStages = 2, maxStages = 8;
  /// Channels of the input, and of a tap, in a step: 128 bytes of a row.
  static constexpr int64_t blockK = 64;

  int64_t blockM;    ///< latents of a tile, the tokens before it included
  int64_t stages;    ///< steps of the products in shared memory
  int64_t tapStages; ///< steps of the convolution in shared memory
  int64_t consumers; ///< warpgroups that share the tokens of a tile

  /// Tokens of a tile whose queries and keys it has: its first latents are the
  /// tokens before them.
  int64_t tokens(int64_t taps) const { return blockM - (taps - 1); }
};

bool operator==(const FusedSchedule &a, const FusedSchedule &b);

/// Shared memory of a block: steps, latents of a key head and of a query head,
/// tiles that results leave through, barriers, and what it takes to align the
/// first tile.
int64_t sharedMemoryBytes(const FusedProblem &problem,
                          const FusedSchedule &schedule);

/// Whether cosines and sines are loaded before the last product is waited for,
/// beside the latents that it reads.
bool loadsTablesAhead(const FusedProblem &problem);

/// An estimate of what a thread of a consumer needs. ptxas has the last word.
int64_t registersPerThread(const FusedProblem &problem);

/// The first numbered constraint of #cca.fused_schedule that `schedule`
/// violates, if any.
std::optional<ScheduleProblem> checkConstraints(const FusedSchedule &schedule);

/// The first limit that `schedule` exceeds, if any.
std::optional<ScheduleProblem> checkSchedule(const FusedProblem &problem,
                                             const FusedSchedule &schedule);

/// The schedules worth a try, the best first, legal or not, never none.
llvm::ArrayRef<FusedSchedule> fusedScheduleSpace();

/// The first legal one of that space, or none if none is legal.
std::optional<FusedSchedule> selectSchedule(const FusedProblem &problem);

} // namespace mlir::cca

#endif // CCA_SCHEDULE_FUSEDSCHEDULE_H
