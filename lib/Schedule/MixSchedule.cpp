//===- MixSchedule.cpp - How a kernel runs cca.mix ------------------------===//

#include "cca/Schedule/MixSchedule.h"
#include "Messages.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir::cca;
using llvm::Twine;
using Limit = ScheduleProblem::Limit;
using Target = HopperTarget;

/// What kernels are written and tested for.
static constexpr int64_t headDims[] = {64, 128};
static constexpr int64_t maxTaps = 7;

/// Addresses, bias, sums of rows, loop counters: read off the registers of
/// compiled kernels.
static constexpr int64_t otherRegisters = 32;

bool mlir::cca::operator==(const MixSchedule &a, const MixSchedule &b) {
  return a.blockM == b.blockM && a.stages == b.stages &&
         a.consumers == b.consumers && a.cooperative == b.cooperative &&
         a.staging == b.staging;
}

static int64_t bytesWith(int64_t taps, int64_t panels,
                         const MixProblem &problem,
                         const MixSchedule &schedule) {
  int64_t row = problem.headDim * problem.elementBytes;
  int64_t latents = (schedule.blockM + MixSchedule::haloRows) * row;
  int64_t panel =
      schedule.blockM * MixSchedule::panelColumns * problem.elementBytes;
  // What results leave through are panels, too.
  int64_t tile =
      schedule.stages * latents + (panels + schedule.staging) * panel;
  // A full and an empty barrier for each stage.
  int64_t tiles = schedule.tilesAtATime();
  int64_t barriers = 2 * (tiles * (schedule.stages + panels) + taps);
  return taps * problem.headDim * row + tiles * tile +
         barriers * Target::mbarrierBytes + Target::swizzleAtomBytes;
}

static int64_t leastPanels(const MixProblem &problem,
                           const MixSchedule &schedule) {
  return schedule.stages * problem.headDim / MixSchedule::panelColumns;
}

bool mlir::cca::keepsTaps(const MixProblem &problem,
                          const MixSchedule &schedule) {
  return bytesWith(problem.taps, leastPanels(problem, schedule), problem,
                   schedule) <= Target::maxDynamicSmemBytes;
}

/// Stages of taps in shared memory.
static int64_t tapStages(const MixProblem &problem,
                         const MixSchedule &schedule) {
  return keepsTaps(problem, schedule)
             ? problem.taps
             : schedule.tilesAtATime() * schedule.stages;
}

bool mlir::cca::stagesTables(const MixProblem &problem) {
  return problem.rotary == MixSchedule::panelColumns &&
         problem.tableBytes == problem.elementBytes;
}

int64_t mlir::cca::panelStages(const MixProblem &problem,
                               const MixSchedule &schedule) {
  constexpr int64_t tables = 2;
  int64_t least = leastPanels(problem, schedule);
  // Beside those of a tile, the first one of the next.
  int64_t panels = stagesTables(problem) ? least + tables + 1 : least;
  while (panels > least &&
         bytesWith(tapStages(problem, schedule), panels, problem, schedule) >
             Target::maxDynamicSmemBytes)
    --panels;
  return panels;
}

int64_t mlir::cca::sharedMemoryBytes(const MixProblem &problem,
                                     const MixSchedule &schedule) {
  return bytesWith(tapStages(problem, schedule), panelStages(problem, schedule),
                   problem, schedule);
}

/// Registers of a thread for rows of both tables.
static int64_t tableRegisters(const MixProblem &problem) {
  return problem.rotary * problem.tableBytes / 4;
}

bool mlir::cca::loadsTablesAhead(const MixProblem &problem) {
  return tableRegisters(problem) <= 64;
}

int64_t mlir::cca::registersPerThread(const MixProblem &problem) {
  // 64 rows of n values of f32 are n / 2 registers of each thread.
  int64_t accumulator = problem.headDim / 2;
  int64_t latents = accumulator / 2;
  int64_t tables = tableRegisters(problem);
  if (!loadsTablesAhead(problem))
    tables /= 2;
  // Factors of depthwise taps are alike for both rows of a thread.
  int64_t depthwise = problem.depthwiseTaps;
  int64_t factors = depthwise > 1 ? depthwise * latents / 2 : 0;
  // The next tap's latents are read beside a product, and the tables beside the
  // last one.
  return accumulator + latents + std::max(depthwise * latents, tables) +
         factors + otherRegisters;
}

std::optional<ScheduleProblem>
mlir::cca::checkConstraints(const MixSchedule &schedule) {
  // (C1), (C2) wgmma computes 64 rows a warpgroup.
  if (schedule.consumers < 1 || schedule.consumers > MixSchedule::maxConsumers)
    return outOfRange(Limit::Constraints,
                      "consumers to be 1 to " +
                          Twine(MixSchedule::maxConsumers),
                      Twine(schedule.consumers));
  if (schedule.rowsPerConsumer() != Target::wgmmaM ||
      schedule.blockM % Target::wgmmaM)
    return outOfRange(Limit::Constraints,
                      "block_m to be " + Twine(Target::wgmmaM) +
                          " for each consumer of a tile, " +
                          Twine(Target::wgmmaM * schedule.consumers /
                                schedule.tilesAtATime()),
                      Twine(schedule.blockM));
  // (C3)
  if (schedule.stages < 1 || schedule.stages > MixSchedule::maxStages)
    return outOfRange(Limit::Constraints,
                      "stages to be 1 to " + Twine(MixSchedule::maxStages),
                      Twine(schedule.stages));
  // (C4)
  if (schedule.staging < 1 || schedule.staging > MixSchedule::maxStaging)
    return outOfRange(Limit::Constraints,
                      "staging to be 1 to " + Twine(MixSchedule::maxStaging),
                      Twine(schedule.staging));
  return std::nullopt;
}

std::optional<ScheduleProblem>
mlir::cca::checkProblem(const MixProblem &problem) {
  if (problem.elementBytes != 2)
    return outOfRange(Limit::ElementBytes, "an element type of 2 bytes",
                      Twine(problem.elementBytes));
  if (!llvm::is_contained(headDims, problem.headDim))
    return outOfRange(Limit::HeadDim, "a head dimension of 64 or 128",
                      Twine(problem.headDim));
  if (problem.reach() > maxTaps)
    return outOfRange(Limit::Taps, "at most " + Twine(maxTaps) + " taps",
                      Twine(problem.reach()));
  // Eight columns are the same registers of all threads.
  int64_t step = problem.rotatesHalves ? 16 : 8;
  if (problem.rotary % step)
    return outOfRange(Limit::Rotary,
                      "rotary channels to be a multiple of " + Twine(step),
                      Twine(problem.rotary));
  return std::nullopt;
}

std::optional<ScheduleProblem>
mlir::cca::checkSchedule(const MixProblem &problem,
                         const MixSchedule &schedule) {
  if (auto unsupported = checkProblem(problem))
    return unsupported;
  if (auto violated = checkConstraints(schedule))
    return violated;
  // A tap is loaded while the product with the one before runs.
  if (!keepsTaps(problem, schedule) && schedule.stages < 2)
    return outOfRange(Limit::Constraints,
                      "at least 2 stages where " + Twine(problem.taps) +
                          " taps do not stay in shared memory",
                      Twine(schedule.stages));
  return checkResources(sharedMemoryBytes(problem, schedule),
                        registersPerThread(problem), schedule.consumers);
}

std::vector<MixSchedule> mlir::cca::scheduleSpace(const MixProblem &problem) {
  std::vector<MixSchedule> space;
  // Two consumers that are at different tiles wait for different things at a
  // time. Measured to be the fastest at all lengths, for heads of 128 channels.
  MixSchedule own{Target::wgmmaM, /*stages=*/1, /*consumers=*/2,
                  /*cooperative=*/false};
  if (problem.headDim > MixSchedule::panelColumns && keepsTaps(problem, own))
    space.push_back(own);
  // Taps that stay are worth more than large tiles, and these more than
  // stages: registers hold a tile, too.
  for (bool kept : {true, false})
    for (int64_t consumers : {3, 2, 1})
      for (int64_t stages : {2, 1}) {
        MixSchedule schedule{Target::wgmmaM * consumers, stages, consumers};
        if (keepsTaps(problem, schedule) == kept)
          space.push_back(schedule);
      }
  return space;
}

/// Tiles of all heads in rounds, in units of what 64 tokens add to a tile: each
/// takes one more, for loads and stores. Fitted to ZAYA1-8B's kernels whose
/// consumers share tiles, on an H100.
static int64_t estimateTime(const MixProblem &problem,
                            const MixSchedule &schedule,
                            const HopperTarget &target) {
  auto ceilDiv = [](int64_t a, int64_t b) { return (a + b - 1) / b; };
  int64_t tiles = *problem.batch * ceilDiv(*problem.tokens, schedule.blockM) *
                  (problem.queryHeads + problem.keyHeads);
  return ceilDiv(tiles, target.multiprocessors) * (1 + schedule.consumers);
}

/// Whether latents and results stay in L2. Then loads take little time, and a
/// second staging tile is worth more than panels that are loaded ahead. It
/// always is, if there is room for both.
static bool staysInL2(const MixProblem &problem, const HopperTarget &target) {
  int64_t channels = (problem.queryHeads + problem.keyHeads) * problem.headDim;
  return 2 * *problem.batch * *problem.tokens * channels *
             problem.elementBytes <=
         target.l2Bytes;
}

std::optional<MixSchedule>
mlir::cca::selectSchedule(const MixProblem &problem,
                          const HopperTarget &target) {
  bool isKnown = problem.batch && problem.tokens;
  std::optional<MixSchedule> best;
  for (const MixSchedule &schedule : scheduleSpace(problem)) {
    if (checkSchedule(problem, schedule))
      continue;
    if (!best)
      best = schedule;
    if (isKnown && best->cooperative && keepsTaps(problem, schedule) &&
        estimateTime(problem, schedule, target) <
            estimateTime(problem, *best, target))
      best = schedule;
  }
  if (!best || problem.headDim <= MixSchedule::panelColumns)
    return best;
  MixSchedule staged = *best;
  staged.staging = MixSchedule::maxStaging;
  bool costsTaps = keepsTaps(problem, *best) && !keepsTaps(problem, staged);
  bool costsPanels = panelStages(problem, staged) < panelStages(problem, *best);
  bool loadsFast = isKnown && staysInL2(problem, target);
  return costsTaps || (costsPanels && !loadsFast) ||
                 checkSchedule(problem, staged)
             ? best
             : staged;
}
