//===- Times.h - What --time prints -----------------------------*- C++ -*-===//

#ifndef CCA_TOOLS_RUN_TIMES_H
#define CCA_TOOLS_RUN_TIMES_H

#include "mlir/Support/LLVM.h"

namespace mlir {
namespace cca {

/// Prints how long the steps of compilation took, in seconds each.
void printCompileTimes(double parse, double passes, double codegen);

/// Runs again until the median says something, and prints it: at least three
/// times, for half a second, at most 100 times; once if that takes long. `run`
/// returns seconds.
LogicalResult printRunTimes(llvm::function_ref<FailureOr<double>()> run);

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_RUN_TIMES_H
