//===- Barriers.h - mbarriers and named barriers ----------------*- C++ -*-===//

#ifndef CCA_LIB_SIMULATOR_BARRIERS_H
#define CCA_LIB_SIMULATOR_BARRIERS_H

#include "Clock.h"

#include "mlir/IR/Operation.h"

#include "llvm/ADT/DenseMap.h"

#include <optional>

namespace mlir::cca::sim {

/// An mbarrier in shared memory. A phase completes when all have arrived and
/// all bytes that were expected have landed; those who wait ask for the parity
/// of a phase, not for its number, as on the device.
class MBarrier {
public:
  explicit MBarrier(int64_t count) : count(count), pending(count) {}

  /// False if the phase has all its arrivals already.
  bool arrive(const Knowledge &knows);
  void expectBytes(int64_t bytes) { missingBytes += bytes; }
  /// `slot` is what has landed, at `time`.
  void land(int64_t bytes, unsigned slot, uint32_t time);
  /// Whether a wait for the phase of `parity` is over.
  bool hasPassed(int64_t parity) const { return int64_t(phase & 1) != parity; }
  /// What those learn who wait.
  const Knowledge &getReleased() const { return released; }
  int64_t getCount() const { return count; }
  int64_t getPending() const { return pending; }
  int64_t getMissingBytes() const { return missingBytes; }

private:
  void tryComplete();

  int64_t count;
  int64_t pending;
  int64_t missingBytes = 0;
  uint64_t phase = 0;
  Knowledge gathering, released;
};

/// One of the 16 barriers of a block.
struct NamedBarrier {
  /// Threads of the current phase; 0 before the first arrival.
  int64_t expected = 0;
  int64_t arrived = 0;
  Operation *first = nullptr;
  uint32_t phase = 0;
  Knowledge gathering, released;
  /// Those who know of `phase` completed phases have seen it at this slot.
  std::optional<unsigned> slot;
  /// The phase that each slot of threads has last arrived in.
  llvm::SmallDenseMap<unsigned, uint32_t, 4> arrivedIn;
};

} // namespace mlir::cca::sim

#endif // CCA_LIB_SIMULATOR_BARRIERS_H
