//===- Clock.h - Who knows of whose actions ---------------------*- C++ -*-===//
//
// Vector clocks. Everything that acts by itself has a slot: the thread of a
// warpgroup that issues copies, the other 127 of it, its products, its stores,
// the loads into one stage of a ring. An action has a slot and a time; it is
// ordered before what somebody does who has seen that time of that slot.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_SIMULATOR_CLOCK_H
#define CCA_LIB_SIMULATOR_CLOCK_H

#include "llvm/ADT/SmallVector.h"

#include <algorithm>
#include <cstdint>

namespace mlir::cca::sim {

/// A time for each slot; 0 for those not heard of.
class VectorClock {
public:
  uint32_t get(unsigned slot) const {
    return slot < times.size() ? times[slot] : 0;
  }
  void raise(unsigned slot, uint32_t time) {
    if (slot >= times.size())
      times.resize(slot + 1);
    times[slot] = std::max(times[slot], time);
  }
  void merge(const VectorClock &other) {
    for (unsigned slot = 0, e = other.times.size(); slot < e; ++slot)
      raise(slot, other.times[slot]);
  }

private:
  llvm::SmallVector<uint32_t, 32> times;
};

/// What has been seen, and which of the generic-proxy accesses among it were
/// followed by a proxy fence of who made them.
struct Knowledge {
  VectorClock seen;
  VectorClock fenced;

  void merge(const Knowledge &other) {
    seen.merge(other.seen);
    fenced.merge(other.fenced);
  }
};

/// A thread, or threads that are never apart.
struct Thread {
  unsigned slot = 0;
  Knowledge knows;

  uint32_t now() const { return knows.seen.get(slot); }
  /// What it does from here on is not what others have seen of it.
  void tick() { knows.seen.raise(slot, now() + 1); }
  void fence() {
    knows.fenced.raise(slot, now());
    tick();
  }
};

} // namespace mlir::cca::sim

#endif // CCA_LIB_SIMULATOR_CLOCK_H
