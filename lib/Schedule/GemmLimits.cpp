//===- GemmLimits.cpp - Whether a projection fits a GPU -------------------===//

#include "cca/Schedule/GemmLimits.h"
#include "Messages.h"

using namespace mlir::cca;
using llvm::Twine;
using Limit = ScheduleProblem::Limit;

/// Addresses, descriptors and loop counters: read off the registers of compiled
/// kernels.
static constexpr int64_t otherRegisters = 40;

static constexpr int64_t elementBytes = GemmSchedule::elementBytes;

int64_t mlir::cca::sharedMemoryBytes(const GemmSchedule &s) {
  int64_t stage = (s.blockM + s.blockN) * s.blockK * elementBytes;
  int64_t panel = s.blockM * s.panelCols() * elementBytes;
  // A full and an empty barrier for each stage of two rings.
  int64_t barriers = 4 * s.stages * HopperTarget::mbarrierBytes;
  return s.stages * stage + s.tilesAtATime() * panel + barriers;
}

int64_t mlir::cca::stagingTiles(const GemmSchedule &s) {
  int64_t panels = s.blockN / s.panelCols();
  int64_t panel = s.tilesAtATime() * s.blockM * s.panelCols() * elementBytes;
  int64_t left = HopperTarget::dynamicSmemBytes(s.blocksPerMultiprocessor) -
                 sharedMemoryBytes(s);
  for (int64_t tiles = panels; tiles > 1; --tiles)
    if (panels % tiles == 0 && (tiles - 1) * panel <= left)
      return tiles;
  return 1;
}

int64_t mlir::cca::registersPerThread(const GemmSchedule &s) {
  int64_t elements = s.rowsPerConsumer() * s.blockN;
  return elements / HopperTarget::threadsPerWarpgroup + otherRegisters;
}

std::optional<ScheduleProblem>
mlir::cca::checkConstraints(const GemmSchedule &s) {
  using Target = HopperTarget;
  auto violated = [](const Twine &expected, int64_t got) {
    return outOfRange(Limit::Constraints, expected, Twine(got));
  };
  auto range = [](int64_t from, int64_t to) {
    return (Twine(from) + " to " + Twine(to)).str();
  };

  // (C1), (C2) whole products of each consumer, whole boxes of TMA.
  if (s.consumers < 1 || s.consumers > GemmSchedule::maxConsumers)
    return violated("consumers to be " + range(1, GemmSchedule::maxConsumers),
                    s.consumers);
  int64_t sharing = s.cooperative ? s.consumers : 1;
  int64_t one = Target::wgmmaM * sharing,
          most = GemmSchedule::maxRowsPerConsumer * sharing;
  if ((s.blockM != one && s.blockM != most) || s.blockM > Target::tmaMaxBox)
    return violated("block_m to be " + Twine(one) + " or " + Twine(most) +
                        " for " + Twine(sharing) +
                        " consumers of a tile, and at most " +
                        Twine(Target::tmaMaxBox),
                    s.blockM);
  // (C3), (C4) whole panels in and out.
  constexpr int64_t span = GemmSchedule::spanCols;
  if (s.blockN < span || s.blockN > Target::wgmmaMaxN || s.blockN % (span / 2))
    return violated("block_n to be a multiple of " + Twine(span / 2) + " in [" +
                        Twine(span) + ", " + Twine(Target::wgmmaMaxN) + "]",
                    s.blockN);
  if (s.blockK != span && s.blockK != 2 * span)
    return violated("block_k to be " + Twine(span) + " or " + Twine(2 * span),
                    s.blockK);
  // (C5) with one stage nothing would be loaded ahead.
  if (s.stages < GemmSchedule::minStages || s.stages > GemmSchedule::maxStages)
    return violated("stages to be " +
                        range(GemmSchedule::minStages, GemmSchedule::maxStages),
                    s.stages);
  // (C6)
  bool isTwo = s.blocksPerMultiprocessor == 2 && s.consumers == 1;
  if (s.blocksPerMultiprocessor != 1 && !isTwo)
    return violated(
        "blocks_per_multiprocessor to be 1, or 2 with 1 consumer, for " +
            Twine(s.consumers) + " consumers",
        s.blocksPerMultiprocessor);
  // (C7) whoever does not have the turn has it next.
  if (!s.cooperative && s.consumers != 2)
    return violated("2 consumers that take turns", s.consumers);
  return std::nullopt;
}

std::optional<ScheduleProblem>
mlir::cca::checkSchedule(const GemmProblem &problem,
                         const GemmSchedule &schedule,
                         const HopperTarget &target) {
  // What no schedule mends: wgmma is for 16-bit types, and TMA for rows of
  // whole 16 bytes.
  if (problem.elementBytes != elementBytes)
    return outOfRange(Limit::ElementBytes, "an element type of 2 bytes",
                      Twine(problem.elementBytes));
  constexpr int64_t step = HopperTarget::tmaAlignment / elementBytes;
  for (int64_t channels : {problem.inputs, problem.outputs})
    if (channels < step || channels % step)
      return outOfRange(Limit::Channels,
                        "channels to be a multiple of " + Twine(step),
                        Twine(channels));
  if (auto violated = checkConstraints(schedule))
    return violated;
  // Wider boxes are cut into panels, which must be whole ones.
  if (schedule.blockK > GemmSchedule::spanCols &&
      problem.inputs % GemmSchedule::spanCols)
    return outOfRange(Limit::Channels,
                      "block_k = " + Twine(GemmSchedule::spanCols) +
                          " where input channels are no multiple of that",
                      Twine(schedule.blockK));

  int64_t blocks = schedule.blocksPerMultiprocessor;
  int64_t most = target.dynamicSmemBytes(blocks);
  int64_t bytes = sharedMemoryBytes(schedule);
  if (bytes > most)
    return tooMany(Limit::SharedMemory, most, "bytes of shared memory", bytes);
  int64_t registers = registersPerThread(schedule);
  int64_t budget = registerBudget(schedule.consumers, blocks).consumer;
  if (registers > budget)
    return tooMany(Limit::Registers, budget, "registers for a thread",
                   registers, "about ");
  return std::nullopt;
}
