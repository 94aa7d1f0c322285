//===- FollowPaths.h - What may be the case on any path ---------*- C++ -*-===//
//
// For checks that walk over a role: `State` is the worst over all paths so far.
// It has `join`, which only ever adds to it, and `==`.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_DIALECT_HOPPER_TRANSFORMS_FOLLOWPATHS_H
#define CCA_LIB_DIALECT_HOPPER_TRANSFORMS_FOLLOWPATHS_H

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlir::cca {

/// Both ways, each from the same state; `follow(region, state)` goes one.
template <typename State, typename Follow>
void followBranch(scf::IfOp branch, State &state, Follow follow) {
  State otherwise = state;
  follow(branch.getThenRegion(), state);
  follow(branch.getElseRegion(), otherwise);
  state.join(otherwise);
}

/// Until an iteration changes nothing.
template <typename State, typename Follow>
void followLoop(Operation &loop, State &state, Follow follow) {
  while (true) {
    State before = state;
    State after = state;
    for (Region &region : loop.getRegions())
      follow(region, after);
    state.join(after);
    if (state == before)
      return;
  }
}

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_HOPPER_TRANSFORMS_FOLLOWPATHS_H
