//===- TimeModel.h - How long ops take --------------------------*- C++ -*-===//
//
// A model of one multiprocessor, to see who waits for whom; not to predict the
// time of a kernel. In cycles:
//
// - Units that all roles share serve one request after the other, whole tiles
// at
//   a time, in the order in which they come: the tensor cores (2*M*N*K flops at
//   the target's rate), the special functions (one per element at 16 per
//   cycle), the arithmetic units (one operation per element at 128 per cycle),
//   and the memory pipe of ldmatrix and stmatrix (128 bytes per cycle).
// - A TMA copy takes 600 cycles and its bytes at 64 per cycle, about what L2
//   gives one multiprocessor; copies overlap in their latency, not in their
//   bytes.
// - Any other op takes one cycle, a barrier 20.
//
// Blocks do not compete for memory, warps do not compete for issue slots, and
// registers are not counted.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_SIMULATOR_TIMEMODEL_H
#define CCA_LIB_SIMULATOR_TIMEMODEL_H

#include "mlir/IR/Operation.h"

#include <algorithm>
#include <array>

namespace mlir::cca::sim {

enum class Unit { None, Tensor, Functions, Arithmetic, Shared, Copies, Count };

struct Cost {
  Unit unit;
  double cycles;
};

class TimeModel {
public:
  /// When the unit has served a request that comes at `begin`.
  double use(Cost cost, double begin) {
    if (cost.unit == Unit::None)
      return begin + cost.cycles;
    double &free = freeAt[size_t(cost.unit)];
    lastBegin = std::max(free, begin);
    return free = lastBegin + cost.cycles;
  }
  /// When the last request of a shared unit began.
  double getLastBegin() const { return lastBegin; }

  /// What the agent that executes an op spends on it.
  static Cost ofOp(Operation *op);
  static Cost ofProduct(int64_t m, int64_t n, int64_t k);
  static Cost ofCopy(int64_t bytes);
  static constexpr double copyLatency = 600;

private:
  std::array<double, size_t(Unit::Count)> freeAt = {};
  double lastBegin = 0;
};

} // namespace mlir::cca::sim

#endif // CCA_LIB_SIMULATOR_TIMEMODEL_H
