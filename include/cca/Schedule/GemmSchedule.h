//===- GemmSchedule.h - How a kernel runs a projection ----------*- C++ -*-===//
//
// Plain data: what #cca.gemm_schedule says, what limits and the cost model are
// functions of.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_SCHEDULE_GEMMSCHEDULE_H
#define CCA_SCHEDULE_GEMMSCHEDULE_H

#include <cstdint>
#include <optional>

namespace mlir::cca {

/// What there is to compute: tokens x inputs times the transpose of
/// outputs x inputs.
struct GemmProblem {
  int64_t outputs; ///< channels of the result
  int64_t inputs;  ///< channels that are summed over
  int64_t elementBytes = 2;
  /// Where it is known at compile time.
  std::optional<int64_t> tokens;
};

/// Tiles and pipeline of one kernel. Its block is one producer warpgroup, which
/// loads, and `consumers` warpgroups, which compute.
struct GemmSchedule {
  static constexpr int64_t maxConsumers = 3;
  static constexpr int64_t maxRowsPerConsumer = 128;
  static constexpr int64_t minStages = 2, maxStages = 8;
  /// Channels of 128 bytes, which shared memory swizzles at most.
  static constexpr int64_t spanCols = 64;
  /// Kernels are for elements of 2 bytes.
  static constexpr int64_t elementBytes = 2;
  /// Multiprocessors of a GPC, which consecutive blocks fill: what several of
  /// them ask L2 for at a time comes to them once.
  static constexpr int64_t blocksOfPart = 16;

  int64_t blockM;    ///< tokens of a tile
  int64_t blockN;    ///< channels of a tile
  int64_t blockK;    ///< channels of the input in a step
  int64_t stages;    ///< steps in shared memory
  int64_t consumers; ///< warpgroups that compute
  /// Two blocks: one stores while the other multiplies.
  int64_t blocksPerMultiprocessor = 1;
  /// Consumers share the tokens of a tile. Otherwise each has tiles of its own,
  /// and they take turns.
  bool cooperative = true;

  /// Results leave a tile in panels of so many channels, all of one width.
  int64_t panelCols() const {
    return blockN % spanCols ? spanCols / 2 : spanCols;
  }
  /// Tokens of a tile that one consumer computes.
  int64_t rowsPerConsumer() const {
    return cooperative ? blockM / consumers : blockM;
  }
  /// How many tiles a block computes at a time.
  int64_t tilesAtATime() const { return cooperative ? 1 : consumers; }
  /// Rows of the part of all tiles that blocks of a GPC compute: a power of two
  /// for which they have the fewest tokens and channels to load.
  int64_t rowsOfPart() const;
};

bool operator==(const GemmSchedule &a, const GemmSchedule &b);

} // namespace mlir::cca

#endif // CCA_SCHEDULE_GEMMSCHEDULE_H
