//===- StageUses.h - Who uses a stage of a ring -----------------*- C++ -*-===//

#ifndef CCA_LIB_DIALECT_HOPPER_TRANSFORMS_STAGEUSES_H
#define CCA_LIB_DIALECT_HOPPER_TRANSFORMS_STAGEUSES_H

#include "cca/Dialect/Hopper/IR/Hopper.h"

namespace mlir::cca {

/// The uses of a stage and of its rows, but for its exit.
inline SmallVector<Operation *> getStageUses(Value stage) {
  SmallVector<Operation *> uses;
  SmallVector<Value> tiles = {stage};
  while (!tiles.empty()) {
    Value tile = tiles.pop_back_val();
    for (Operation *user : tile.getUsers()) {
      if (isa<hopper::PutExitOp, hopper::GetExitOp>(user))
        continue;
      uses.push_back(user);
      if (auto slice = dyn_cast<hopper::SliceRowsOp>(user))
        tiles.push_back(slice.getTile());
    }
  }
  return uses;
}

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_HOPPER_TRANSFORMS_STAGEUSES_H
