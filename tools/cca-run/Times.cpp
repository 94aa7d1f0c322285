//===- Times.cpp - What --time prints -------------------------------------===//

#include "Times.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <vector>

using namespace mlir;

void cca::printCompileTimes(double parse, double passes, double codegen) {
  llvm::outs() << llvm::format(
      "compile: %.1f ms (parse %.1f ms, passes %.1f ms, LLVM %.1f ms)\n",
      1e3 * (parse + passes + codegen), 1e3 * parse, 1e3 * passes,
      1e3 * codegen);
}

LogicalResult cca::printRunTimes(llvm::function_ref<FailureOr<double>()> run) {
  std::vector<double> seconds;
  double total = 0;
  while (seconds.empty() || (total < 10 && seconds.size() < 3) ||
         (total < 0.5 && seconds.size() < 100)) {
    FailureOr<double> once = run();
    if (failed(once))
      return failure();
    seconds.push_back(*once);
    total += *once;
  }
  llvm::sort(seconds);
  llvm::outs() << llvm::format(
      "run: %.4g ms (median of %zu after a warm-up; %.4g to %.4g ms)\n",
      1e3 * seconds[seconds.size() / 2], seconds.size(), 1e3 * seconds.front(),
      1e3 * seconds.back());
  return success();
}
