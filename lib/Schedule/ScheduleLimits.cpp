//===- ScheduleLimits.cpp - Whether a kernel fits a GPU -------------------===//

#include "cca/Schedule/ScheduleLimits.h"
#include "Messages.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir::cca;
using llvm::Twine;

/// What kernels are written and tested for.
static constexpr int64_t headDims[] = {64, 128, 256};

/// Addresses, descriptors, sums and maxima of rows, loop counters: read off the
/// registers of compiled kernels.
static constexpr int64_t otherRegisters = 40;

bool mlir::cca::keepsQueriesInRegisters(const AttentionProblem &problem) {
  return problem.headDim <= 128;
}

int64_t mlir::cca::sharedMemoryBytes(const AttentionProblem &problem,
                                     const AttentionSchedule &schedule) {
  int64_t row = problem.headDim * problem.elementBytes;
  int64_t queryTile = schedule.blockQ * row;
  int64_t keyTile = schedule.blockKV * row;
  int64_t tiles = 2 * queryTile + 2 * schedule.stages * keyTile;
  // A full and an empty barrier for each stage of three rings; that of the
  // queries has one.
  int64_t barriers = 2 * (1 + 2 * schedule.stages);
  return tiles + barriers * HopperTarget::mbarrierBytes +
         HopperTarget::swizzleAtomBytes;
}

int64_t mlir::cca::registersPerThread(const AttentionProblem &problem,
                                      const AttentionSchedule &schedule) {
  // A warpgroup's 64 rows of n values of f32 are n / 2 registers of each
  // thread; two 16-bit values share a register.
  constexpr int64_t rows = HopperTarget::wgmmaM;
  constexpr int64_t threads = HopperTarget::threadsPerWarpgroup;
  int64_t output = problem.headDim * rows / threads;
  int64_t scores = schedule.blockKV * rows / threads;
  int64_t weights = scores / 2;
  int64_t queries = keepsQueriesInRegisters(problem) ? output / 2 : 0;
  return output + scores + weights + queries + otherRegisters;
}

using Limit = ScheduleProblem::Limit;

std::optional<ScheduleProblem>
mlir::cca::checkConstraints(const AttentionSchedule &schedule) {
  using Target = HopperTarget;
  auto [blockQ, blockKV, stages, consumers, softmax, overlap, pingPong] =
      schedule;

  // (C1), (C2) wgmma computes 64 rows a warpgroup.
  if (consumers < 1 || consumers > AttentionSchedule::maxConsumers)
    return outOfRange(Limit::Constraints,
                      "consumers to be 1 to " +
                          Twine(AttentionSchedule::maxConsumers),
                      Twine(consumers));
  int64_t rows = Target::wgmmaM * consumers;
  if (blockQ != rows)
    return outOfRange(Limit::Constraints,
                      "block_q to be " + Twine(Target::wgmmaM) +
                          " for each consumer, " + Twine(rows),
                      Twine(blockQ));

  // (C3) keys are the columns of the scores, and the depth of what follows.
  if (!Target::isLegalWgmmaN(blockKV) || blockKV % Target::wgmmaK != 0)
    return outOfRange(Limit::Constraints,
                      "block_kv to be a multiple of " + Twine(Target::wgmmaK) +
                          " in [" + Twine(Target::wgmmaK) + ", " +
                          Twine(Target::wgmmaMaxN) + "]",
                      Twine(blockKV));

  // (C4), (C5) pipeline and order.
  if (stages < 1 || stages > AttentionSchedule::maxStages)
    return outOfRange(Limit::Constraints,
                      "stages to be 1 to " +
                          Twine(AttentionSchedule::maxStages),
                      Twine(stages));
  if (pingPong && consumers != 2)
    return outOfRange(Limit::Constraints,
                      "ping_pong = false unless there are 2 consumers",
                      Twine(consumers) + " consumers");
  return std::nullopt;
}

/// What no schedule mends.
static std::optional<ScheduleProblem>
checkProblem(const AttentionProblem &problem) {
  if (problem.elementBytes != 2)
    return outOfRange(Limit::ElementBytes, "an element type of 2 bytes",
                      Twine(problem.elementBytes));
  if (!llvm::is_contained(headDims, problem.headDim))
    return outOfRange(Limit::HeadDim, "a head dimension of 64, 128 or 256",
                      Twine(problem.headDim));
  return std::nullopt;
}

std::optional<ScheduleProblem>
mlir::cca::checkSchedule(const AttentionProblem &problem,
                         const AttentionSchedule &schedule,
                         const HopperTarget &target) {
  if (auto unsupported = checkProblem(problem))
    return unsupported;
  if (auto violated = checkConstraints(schedule))
    return violated;
  if (schedule.softmax != SoftmaxForm::Online && !problem.normalized)
    return outOfRange(Limit::SoftmaxForm,
                      "softmax = online where queries and keys are not "
                      "normalized",
                      stringifySoftmaxForm(schedule.softmax));

  return checkResources(sharedMemoryBytes(problem, schedule),
                        registersPerThread(problem, schedule),
                        schedule.consumers);
}
