//===- SelectGemmSchedule.cpp - The schedule of a projection --------------===//

#include "cca/Schedule/SelectGemmSchedule.h"
#include "cca/Schedule/GemmLimits.h"

#include <algorithm>
#include <limits>

using namespace mlir::cca;

namespace {

/// Fitted to kernels of all schedules below on an H100, in cycles.
struct Measured {
  /// A launch, until the first loads are there.
  static constexpr double launch = 12500;
  /// Between two tiles. A second block of the multiprocessor hides half, a
  /// consumer that has the next turn all.
  static constexpr double tile = 1660;
  /// The loads of the first tile and the stores of the last, of which nothing
  /// is hidden: for each element, twice that where one warpgroup stores alone.
  static constexpr double element = 0.17;
  /// Bytes that a multiprocessor gets from L2 while all others do, too, if they
  /// pass to a part of all only once.
  static constexpr double l2BytesPerCycle = 15.7;
};

/// Where tokens are unknown: prompts of short and of long batches.
constexpr int64_t fewTokens = 4 * 1024;
constexpr int64_t manyTokens = 16 * 1024;

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

} // namespace

llvm::ArrayRef<GemmSchedule> mlir::cca::gemmScheduleSpace() {
  // block_m, block_n, block_k, stages, consumers, blocks_per_multiprocessor,
  // cooperative
  static constexpr GemmSchedule space[] = {
      {256, 192, 64, 3, 2, 1},
      {256, 128, 64, 4, 2, 1},
      {128, 256, 64, 4, 2, 1},
      {128, 128, 64, 6, 2, 1},
      {128, 96, 64, 7, 2, 1},
      {64, 192, 64, 6, 1, 1},
      {64, 128, 64, 8, 1, 1},
      {64, 64, 64, 8, 1, 1},
      {128, 192, 64, 4, 2, 1, /*cooperative=*/false},
      {128, 128, 64, 6, 2, 1, /*cooperative=*/false},
  };
  return space;
}

static double estimateCycles(const GemmProblem &problem, int64_t tokens,
                             const GemmSchedule &s,
                             const HopperTarget &target) {
  double steps = static_cast<double>(ceilDiv(problem.inputs, s.blockK));
  double products = 2.0 * static_cast<double>(s.blockM * s.blockN * s.blockK) /
                    HopperTarget::matrixFlopsPerCycle;
  // Products and copies of a step are done at the same time.
  int64_t rows = s.rowsOfPart(), cols = GemmSchedule::blocksOfPart / rows;
  double bytes = static_cast<double>((rows * s.blockM + cols * s.blockN) *
                                     s.blockK * GemmSchedule::elementBytes) /
                 GemmSchedule::blocksOfPart;
  double step = std::max(products, bytes / Measured::l2BytesPerCycle);
  auto together = static_cast<double>(s.blocksPerMultiprocessor);
  double between = s.cooperative ? Measured::tile / together : 0;
  double ends = Measured::element * static_cast<double>(s.blockM * s.blockN) *
                static_cast<double>(s.tilesAtATime()) / together;
  int64_t tiles =
      ceilDiv(tokens, s.blockM) * ceilDiv(problem.outputs, s.blockN);
  auto rounds = static_cast<double>(ceilDiv(tiles, target.multiprocessors));
  return Measured::launch + rounds * (steps * step + between) + ends;
}

double mlir::cca::estimateSeconds(const GemmProblem &problem,
                                  const GemmSchedule &schedule,
                                  const HopperTarget &target) {
  auto cycles = [&](int64_t tokens) {
    return estimateCycles(problem, tokens, schedule, target);
  };
  if (problem.tokens)
    return cycles(*problem.tokens) / target.sustainedClock;
  // Each token weighs the same.
  constexpr double ratio = double(manyTokens) / fewTokens;
  return (ratio * cycles(fewTokens) + cycles(manyTokens)) / 2 /
         target.sustainedClock;
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
