//===- FusedSchedule.cpp - How a kernel runs cca.fused_prologue -----------===//

#include "cca/Schedule/FusedSchedule.h"
#include "Messages.h"
#include "cca/Schedule/GemmSchedule.h"

#include <tuple>

using namespace mlir::cca;
using llvm::Twine;
using Limit = ScheduleProblem::Limit;
using Target = HopperTarget;

/// Addresses, sums of rows, loop counters: read off the registers of compiled
/// kernels.
static constexpr int64_t otherRegisters = 40;

static auto fields(const FusedSchedule &s) {
  return std::tie(s.blockM, s.stages, s.tapStages, s.consumers);
}

bool mlir::cca::operator==(const FusedSchedule &a, const FusedSchedule &b) {
  return fields(a) == fields(b);
}

int64_t mlir::cca::sharedMemoryBytes(const FusedProblem &problem,
                                     const FusedSchedule &schedule) {
  int64_t element = problem.mix.elementBytes, headDim = problem.mix.headDim;
  int64_t stepRow = FusedSchedule::blockK * element;
  int64_t steps = schedule.stages * (schedule.blockM + headDim) * stepRow;
  int64_t taps = schedule.tapStages * headDim * stepRow;
  int64_t latents = 2 * schedule.blockM * headDim * element;
  int64_t staging = schedule.blockM * MixSchedule::panelColumns * element;
  // A full and an empty barrier for each stage of three rings.
  int64_t barriers = 2 * (2 * schedule.stages + schedule.tapStages);
  return steps + taps + latents + staging + barriers * Target::mbarrierBytes +
         Target::swizzleAtomBytes;
}

/// Registers of a thread for rows of both tables.
static int64_t tableRegisters(const FusedProblem &problem) {
  return problem.mix.rotary * problem.mix.tableBytes / 4;
}

bool mlir::cca::loadsTablesAhead(const FusedProblem &problem) {
  return tableRegisters(problem) <= 32;
}

int64_t mlir::cca::registersPerThread(const FusedProblem &problem) {
  // 64 rows of n values of f32 are n / 2 registers of each thread: those of the
  // head, and the mean of the heads of a group so far.
  int64_t accumulators = 2 * (problem.mix.headDim / 2);
  // Latents of a tap and of the next one; or of the last one and the tables; or
  // tables alone, one after the other.
  int64_t latents = problem.mix.headDim / 4, tables = tableRegisters(problem);
  int64_t last = loadsTablesAhead(problem) ? latents + tables : tables / 2;
  return accumulators + std::max(2 * latents, last) + otherRegisters;
}

std::optional<ScheduleProblem>
mlir::cca::checkConstraints(const FusedSchedule &s) {
  auto violated = [](const Twine &expected, int64_t got) {
    return outOfRange(Limit::Constraints, expected, Twine(got));
  };
  auto range = [](int64_t from, int64_t to) {
    return (Twine(from) + " to " + Twine(to)).str();
  };
  // (C1), (C2) wgmma computes 64 rows a warpgroup.
  if (s.consumers < FusedSchedule::minConsumers ||
      s.consumers > FusedSchedule::maxConsumers)
    return violated("consumers to be " + range(FusedSchedule::minConsumers,
                                               FusedSchedule::maxConsumers),
                    s.consumers);
  int64_t rows = Target::wgmmaM * s.consumers;
  if (s.blockM != rows)
    return violated("block_m to be " + Twine(Target::wgmmaM) +
                        " for each consumer, " + Twine(rows),
                    s.blockM);
  // (C3), (C4)
  constexpr int64_t least = FusedSchedule::minStages,
                    most = FusedSchedule::maxStages;
  if (s.stages < least || s.stages > most)
    return violated("stages to be " + range(least, most), s.stages);
  if (s.tapStages < least || s.tapStages > most)
    return violated("tap_stages to be " + range(least, most), s.tapStages);
  return std::nullopt;
}

std::optional<ScheduleProblem>
mlir::cca::checkSchedule(const FusedProblem &problem,
                         const FusedSchedule &schedule) {
  // What no schedule mends.
  if (auto unsupported = checkProblem(problem.mix))
    return unsupported;
  int64_t step = Target::tmaAlignment / problem.mix.elementBytes;
  if (problem.inputs < step || problem.inputs % step)
    return outOfRange(Limit::Channels,
                      "channels to be a multiple of " + Twine(step),
                      Twine(problem.inputs));
  if (auto violated = checkConstraints(schedule))
    return violated;
  return checkResources(sharedMemoryBytes(problem, schedule),
                        registersPerThread(problem), schedule.consumers);
}

llvm::ArrayRef<FusedSchedule> mlir::cca::fusedScheduleSpace() {
  // block_m, stages, tap_stages, consumers. The taps of a head are on their way
  // while its product runs, as many as there is room for.
  static constexpr FusedSchedule space[] = {
      {128, 4, 4, 2}, {128, 3, 3, 2}, {128, 3, 2, 2}, {128, 2, 2, 2}};
  return space;
}

std::optional<FusedSchedule>
mlir::cca::selectSchedule(const FusedProblem &problem) {
  for (const FusedSchedule &schedule : fusedScheduleSpace())
    if (!checkSchedule(problem, schedule))
      return schedule;
  return std::nullopt;
}
