//===- Messages.h - What limits say -----------------------------*- C++ -*-===//

#ifndef CCA_LIB_SCHEDULE_MESSAGES_H
#define CCA_LIB_SCHEDULE_MESSAGES_H

#include "cca/Schedule/ScheduleLimits.h"

#include "llvm/ADT/Twine.h"

namespace mlir::cca {

inline ScheduleProblem outOfRange(ScheduleProblem::Limit limit,
                                  const llvm::Twine &expected,
                                  const llvm::Twine &got) {
  return {limit, 0, 0, ("expects " + expected + ", but got " + got).str()};
}

inline ScheduleProblem tooMany(ScheduleProblem::Limit limit, int64_t most,
                               const llvm::Twine &what, int64_t taken,
                               const llvm::Twine &about = "") {
  using llvm::Twine;
  std::string message = ("expects at most " + Twine(most) + " " + what +
                         ", but this schedule takes " + about + Twine(taken) +
                         " (" + Twine(taken - most) + " too many)")
                            .str();
  return {limit, most, taken, std::move(message)};
}

/// Whether a block that has a multiprocessor for itself takes more than there
/// is: about `registers` for each thread of `consumers`, or else, which fewer
/// stages may mend, `bytes` of shared memory.
inline std::optional<ScheduleProblem>
checkResources(int64_t bytes, int64_t registers, int64_t consumers) {
  using Limit = ScheduleProblem::Limit;
  int64_t budget = registerBudget(consumers).consumer;
  if (registers > budget)
    return tooMany(Limit::Registers, budget,
                   "registers for a thread of " + llvm::Twine(consumers) +
                       " consumers",
                   registers, "about ");
  if (bytes > HopperTarget::maxDynamicSmemBytes)
    return tooMany(Limit::SharedMemory, HopperTarget::maxDynamicSmemBytes,
                   "bytes of shared memory", bytes);
  return std::nullopt;
}

} // namespace mlir::cca

#endif // CCA_LIB_SCHEDULE_MESSAGES_H
