//===- MixSchedule.h - How a kernel runs cca.mix ----------------*- C++ -*-===//
//
// Plain data: what #cca.mix_schedule says, its limits, and which one a problem
// gets.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_SCHEDULE_MIXSCHEDULE_H
#define CCA_SCHEDULE_MIXSCHEDULE_H

#include "cca/Schedule/ScheduleLimits.h"

#include <vector>

namespace mlir::cca {

/// What there is to compute: the sizes and modes of one cca.mix.
struct MixProblem {
  int64_t headDim;
  int64_t queryHeads;
  int64_t keyHeads;
  int64_t taps; ///< dense ones, of D x D for each head
  /// Of a convolution of each channel by itself, before the dense one.
  int64_t depthwiseTaps = 1;
  int64_t rotary;
  /// Pairs of channels d and d + R/2, and not neighbours.
  bool rotatesHalves = true;
  int64_t elementBytes = 2;
  int64_t tableBytes = 2; ///< of an element of the cosines
  /// Where they are known at compile time.
  std::optional<int64_t> batch, tokens;

  /// How many tokens one reads: itself and those before.
  int64_t reach() const { return taps + depthwiseTaps - 1; }
};

/// Tiles and pipeline of one kernel. Its block is one producer warpgroup, which
/// loads, and `consumers` warpgroups, which compute.
struct MixSchedule {
  static constexpr int64_t maxConsumers = 3;
  static constexpr int64_t maxStages = 4;
  static constexpr int64_t maxStaging = 2;
  /// Tokens before a tile that its convolution reads: the most that 7 taps
  /// need, and whole swizzle atoms.
  static constexpr int64_t haloRows = 8;
  /// Channels that are stored, or read of other heads, at a time: a panel of
  /// 128 bytes.
  static constexpr int64_t panelColumns = 64;

  int64_t blockM;    ///< tokens of a tile
  int64_t stages;    ///< tiles of latents, and of other heads, in shared memory
  int64_t consumers; ///< warpgroups that compute
  /// Consumers share the tokens of a tile. Otherwise each has tiles and stages
  /// of its own.
  bool cooperative = true;
  int64_t staging = 1; ///< tiles that results leave through, for each consumer

  /// Tokens of a tile that one consumer computes.
  int64_t rowsPerConsumer() const {
    return cooperative ? blockM / consumers : blockM;
  }
  /// How many tiles a block computes at a time.
  int64_t tilesAtATime() const { return cooperative ? 1 : consumers; }
};

bool operator==(const MixSchedule &a, const MixSchedule &b);

/// Whether the taps of a head stay in shared memory for all of its tiles.
/// Otherwise they are loaded again for each tile, `stages` at a time.
bool keepsTaps(const MixProblem &problem, const MixSchedule &schedule);

/// Whether panels of cosines and sines pass through shared memory. A kernel
/// whose rows are at any positions, of packed sequences, gathers them instead.
bool stagesTables(const MixProblem &problem);

/// How many panels of other heads, and of tables that are staged, are in shared
/// memory for a tile: one head for each stage of latents, and if there is room,
/// tables beside them.
int64_t panelStages(const MixProblem &problem, const MixSchedule &schedule);

/// Shared memory of a block: taps, tiles of latents, panels of other heads and
/// of tables, tiles that results leave through, barriers, and what it takes to
/// align the first tile.
int64_t sharedMemoryBytes(const MixProblem &problem,
                          const MixSchedule &schedule);

/// Whether cosines and sines are loaded before the last product is waited for,
/// which hides their latency. Wide ones leave no registers for it.
bool loadsTablesAhead(const MixProblem &problem);

/// An estimate of what a thread of a consumer needs. ptxas has the last word.
int64_t registersPerThread(const MixProblem &problem);

/// The first numbered constraint of #cca.mix_schedule that `schedule` violates,
/// if any.
std::optional<ScheduleProblem> checkConstraints(const MixSchedule &schedule);

/// What no schedule mends, if anything.
std::optional<ScheduleProblem> checkProblem(const MixProblem &problem);

/// The first limit that `schedule` exceeds, if any.
std::optional<ScheduleProblem> checkSchedule(const MixProblem &problem,
                                             const MixSchedule &schedule);

/// The schedules worth a try, the best first, legal or not, never none.
std::vector<MixSchedule> scheduleSpace(const MixProblem &problem);

/// The first legal one of that space, or none if none is legal. Where the
/// tokens are known and consumers share tiles, the one of those that keep the
/// taps whose tiles take the least time in rounds over all multiprocessors.
/// Where what it reads and writes is known to stay in L2, with two staging
/// tiles if they fit.
std::optional<MixSchedule> selectSchedule(const MixProblem &problem,
                                          const HopperTarget &target);

} // namespace mlir::cca

#endif // CCA_SCHEDULE_MIXSCHEDULE_H
