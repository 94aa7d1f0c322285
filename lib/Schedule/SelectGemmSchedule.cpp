//===- SelectGemmSchedule.cpp - The schedule of a projection --------------===//

#include "cca/Schedule/SelectGemmSchedule.h"
#include "cca/Schedule/GemmLimits.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir::cca;

namespace {

/// Rates of kernels on an H200, in cycles.
struct Measured {
  /// What each step adds that nothing hides: barriers and issue. Other
  /// warpgroups hide most of it.
  static constexpr double step = 20;
  /// The first loads and the last stores of a tile, which another block hides.
  static constexpr double tile = 2500;
  /// Bytes that a multiprocessor gets from L2 while all others do, too.
  static constexpr double l2BytesPerCycle = 64;
};

/// As many tokens as leave no multiprocessor idle, where they are unknown.
constexpr int64_t manyTokens = 16 * 1024;

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

} // namespace

llvm::ArrayRef<GemmSchedule> mlir::cca::gemmScheduleSpace() {
  // block_m, block_n, block_k, stages, consumers, blocks_per_multiprocessor
  static constexpr GemmSchedule space[] = {
      {128, 128, 64, 3, 1, 2}, {256, 192, 64, 3, 2, 1}, {256, 128, 64, 4, 2, 1},
      {128, 192, 64, 5, 2, 1}, {128, 128, 64, 6, 2, 1}, {64, 192, 64, 6, 1, 1},
  };
  return space;
}

double mlir::cca::estimateSeconds(const GemmProblem &problem,
                                  const GemmSchedule &s,
                                  const HopperTarget &target) {
  double steps = static_cast<double>(ceilDiv(problem.inputs, s.blockK));
  double products = 2.0 * static_cast<double>(s.blockM * s.blockN * s.blockK) /
                    HopperTarget::matrixFlopsPerCycle;
  double copies = static_cast<double>((s.blockM + s.blockN) * s.blockK) * 2 /
                  Measured::l2BytesPerCycle;
  double step = std::max(products + Measured::step, copies);
  int64_t tiles = ceilDiv(problem.tokens.value_or(manyTokens), s.blockM) *
                  ceilDiv(problem.outputs, s.blockN);
  auto rounds = static_cast<double>(ceilDiv(tiles, target.multiprocessors));
  double exposed = Measured::tile;
  if (s.blocksPerMultiprocessor > 1)
    exposed = Measured::tile / rounds;
  return rounds * (steps * step + exposed) / target.sustainedClock;
}

std::optional<GemmSchedule>
mlir::cca::selectSchedule(const GemmProblem &problem,
                          const HopperTarget &target) {
  std::optional<GemmSchedule> best;
  double least = std::numeric_limits<double>::infinity();
  for (const GemmSchedule &schedule : gemmScheduleSpace()) {
    if (checkSchedule(problem, schedule, target))
      continue;
    double seconds = estimateSeconds(problem, schedule, target);
    if (seconds < least) {
      best = schedule;
      least = seconds;
    }
  }
  return best;
}
