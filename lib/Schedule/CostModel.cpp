//===- CostModel.cpp - How long a schedule takes --------------------------===//

#include "cca/Schedule/CostModel.h"

#include <algorithm>
#include <cmath>

using namespace mlir::cca;

//===----------------------------------------------------------------------===//
// What was measured
//===----------------------------------------------------------------------===//

namespace {

/// Fitted to forward kernels of head dimension 128 on an H200: tiles of 64 and
/// 128 keys, both forms of softmax, both orders, with and without turns.
struct Measured {
  /// Cycles that each step adds: barriers, issue, and filling the tensor cores.
  static constexpr double step = 290;
  /// Cycles that each tile adds: its first loads and its last stores.
  static constexpr double tile = 500;
  /// Cycles that a mask adds to a step.
  static constexpr double mask = 300;
  /// Cycles from the request of a tile to its last byte.
  static constexpr double load = 1000;
  /// FP32 instructions on each score: a sum and half a conversion; the running
  /// maximum adds a comparison and a multiply-add …
  static constexpr double boundedOps = 1.5, onlineOps = 3.5;
  /// … and one on each output.
  static constexpr double rescaleOps = 1;

  /// The share of the softmax that no product hides. A running maximum is one
  /// chain from the scores to the weights, a bound leaves none.
  static double exposed(const AttentionSchedule &s) {
    bool online = s.softmax == SoftmaxForm::Online;
    double share = online ? 0.20 : 0.02;
    if (!s.overlap)
      share += online ? 0.15 : 0;
    if (!s.pingPong)
      share += 0.04;
    // Of a warpgroup alone, the products of its own next step hide some. From
    // the simulator's timelines, not measured.
    if (s.consumers == 1)
      share += 0.5;
    return share;
  }
};

/// A sequence long enough for edges not to matter, where tokens are unknown.
constexpr int64_t manyTokens = 16 * 1024;

//===----------------------------------------------------------------------===//
// Steps and tiles
//===----------------------------------------------------------------------===//

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Cycles of one multiprocessor for a tile of queries and one of keys.
double stepCycles(const AttentionProblem &problem, const AttentionSchedule &s) {
  using Target = HopperTarget;
  double scores = static_cast<double>(s.blockQ) * s.blockKV;
  double outputs = static_cast<double>(s.blockQ) * problem.headDim;

  // Two products of two operations for each score and channel.
  double matrix = 4 * scores * problem.headDim / Target::matrixFlopsPerCycle;
  bool online = s.softmax == SoftmaxForm::Online;
  double ops = scores * (online ? Measured::onlineOps : Measured::boundedOps) +
               outputs * (online ? Measured::rescaleOps : 0);
  double softmax = scores / Target::mufuPerCycle + ops / Target::fp32PerCycle;

  double cycles = std::max(matrix, softmax) +
                  Measured::exposed(s) * std::min(matrix, softmax) +
                  Measured::step;
  // A tile is asked for as soon as its stage is free, `stages - 1` steps ahead.
  return std::max(cycles, cycles + Measured::load - (s.stages - 1) * cycles);
}

/// Cycles of a tile of queries that sees `keys` keys.
double tileCycles(const AttentionProblem &problem, const AttentionSchedule &s,
                  int64_t keys) {
  // The diagonal crosses these steps; without one, the end of the keys does.
  int64_t steps = ceilDiv(keys, s.blockKV);
  int64_t masked = problem.causal ? ceilDiv(s.blockQ, s.blockKV) : 1;
  if (problem.causal && s.blockKV % s.blockQ != 0)
    ++masked;
  return Measured::tile + steps * stepCycles(problem, s) +
         std::min(masked, steps) * Measured::mask;
}

/// Cycles until the last multiprocessor is done.
double gridCycles(const AttentionProblem &problem, const AttentionSchedule &s,
                  int64_t batch, int64_t tokens, bool evenly,
                  int64_t multiprocessors) {
  int64_t reach = tokens;
  if (problem.window)
    reach = std::min(tokens, std::min(*problem.window, tokens) *
                                     (problem.causal ? 1 : 2) +
                                 s.blockQ);
  // Over the tiles of a causal sequence the keys grow from a tile's own to all.
  int64_t first = problem.causal ? std::min(s.blockQ, reach) : reach;
  double longest = tileCycles(problem, s, reach);
  double shortest = tileCycles(problem, s, first);
  double mean =
      problem.causal && !problem.window ? (longest + shortest) / 2 : longest;

  double tiles = static_cast<double>(batch) * problem.queryHeads *
                 static_cast<double>(ceilDiv(tokens, s.blockQ));
  double share = tiles * mean / multiprocessors;
  if (evenly)
    return share;
  if (tiles <= multiprocessors)
    return longest;
  // Tiles of one length come in whole rounds. Others are taken longest first:
  // the rounds even out up to a short one.
  if (mean == longest)
    return std::ceil(tiles / multiprocessors) * longest;
  return std::max(longest, share + shortest);
}

} // namespace

double mlir::cca::estimateSeconds(const AttentionProblem &problem,
                                  const AttentionSchedule &schedule,
                                  const HopperTarget &target) {
  int64_t batch = problem.batch.value_or(1);
  int64_t tokens = problem.tokens.value_or(manyTokens);
  bool evenly = !problem.batch || !problem.tokens || problem.packed;
  double compute = gridCycles(problem, schedule, batch, tokens, evenly,
                              target.multiprocessors) /
                   target.sustainedClock;

  // Queries and outputs, keys and values.
  double heads = 2.0 * (problem.queryHeads + problem.keyHeads);
  double bytes = heads * static_cast<double>(batch) *
                 static_cast<double>(tokens) * problem.headDim *
                 problem.elementBytes;
  return std::max(compute, bytes / target.memoryBandwidth);
}
