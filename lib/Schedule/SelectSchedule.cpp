//===- SelectSchedule.cpp - The schedule that a kernel gets ---------------===//

#include "cca/Schedule/SelectSchedule.h"
#include "cca/Schedule/CostModel.h"
#include "cca/Schedule/ScheduleLimits.h"

#include <limits>

using namespace mlir::cca;

namespace {

/// The bounds of the space: what kernels were measured with.
struct Space {
  static constexpr int64_t stepKV = 16;
  /// Longer steps gained nothing, and leave more to mask.
  static constexpr int64_t maxBlockKV = 128;
  static constexpr int64_t maxStages = 4;
};

} // namespace

std::vector<AttentionSchedule>
mlir::cca::scheduleSpace(const AttentionProblem &problem) {
  // Which form it is follows from the problem. `auto` falls back by itself,
  // where rows have few keys. Of full attention all rows have as many, and the
  // bounded form rounds all of them a little worse: it is for those who say so.
  SoftmaxForm softmax = problem.normalized && problem.causal
                            ? SoftmaxForm::Auto
                            : SoftmaxForm::Online;
  std::vector<AttentionSchedule> space;
  for (int64_t consumers = 1; consumers <= AttentionSchedule::maxConsumers;
       ++consumers)
    for (int64_t blockKV = Space::stepKV; blockKV <= Space::maxBlockKV;
         blockKV += Space::stepKV)
      for (int64_t stages = 1; stages <= Space::maxStages; ++stages)
        for (bool overlap : {true, false})
          for (bool pingPong : {true, false}) {
            if (pingPong && consumers != 2)
              continue;
            space.push_back({HopperTarget::wgmmaM * consumers, blockKV, stages,
                             consumers, softmax, overlap, pingPong});
          }
  return space;
}

std::optional<AttentionSchedule>
mlir::cca::selectSchedule(const AttentionProblem &problem,
                          const HopperTarget &target) {
  std::optional<AttentionSchedule> best;
  double least = std::numeric_limits<double>::infinity();
  for (const AttentionSchedule &schedule : scheduleSpace(problem)) {
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
