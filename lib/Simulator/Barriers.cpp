//===- Barriers.cpp - mbarriers -------------------------------------------===//

#include "Barriers.h"

using namespace mlir::cca::sim;

bool MBarrier::arrive(const Knowledge &knows) {
  if (pending == 0)
    return false;
  --pending;
  gathering.merge(knows);
  tryComplete();
  return true;
}

void MBarrier::land(int64_t bytes, unsigned slot, uint32_t time) {
  missingBytes -= bytes;
  gathering.seen.raise(slot, time);
  tryComplete();
}

void MBarrier::tryComplete() {
  if (pending != 0 || missingBytes != 0)
    return;
  ++phase;
  pending = count;
  released.merge(gathering);
  gathering = {};
}
