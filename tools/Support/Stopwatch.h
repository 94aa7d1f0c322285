//===- Stopwatch.h - Wall-clock time ----------------------------*- C++ -*-===//

#ifndef CCA_TOOLS_SUPPORT_STOPWATCH_H
#define CCA_TOOLS_SUPPORT_STOPWATCH_H

#include <chrono>

namespace mlir {
namespace cca {

class Stopwatch {
public:
  /// Seconds since construction or the last lap.
  double lap() {
    auto now = Clock::now();
    std::chrono::duration<double> elapsed = now - start;
    start = now;
    return elapsed.count();
  }

private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start = Clock::now();
};

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_SUPPORT_STOPWATCH_H
