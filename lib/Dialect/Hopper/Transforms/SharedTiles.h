//===- SharedTiles.h - Tiles that consumers share ---------------*- C++ -*-===//

#ifndef CCA_LIB_DIALECT_HOPPER_TRANSFORMS_SHAREDTILES_H
#define CCA_LIB_DIALECT_HOPPER_TRANSFORMS_SHAREDTILES_H

#include "StageUses.h"

namespace mlir::cca {

/// The tile that `tile` is, or is some rows of.
inline Value getWholeTile(Value tile) {
  while (auto slice = tile.getDefiningOp<hopper::SliceRowsOp>())
    tile = slice.getSource();
  return tile;
}

/// Whether consumers read what they have written to `tile`, or to the one that
/// it is some rows of: then they read rows of each other. Other tiles are
/// stages, or what results leave through.
inline bool isShared(Value tile) {
  Value whole = getWholeTile(tile);
  return whole.getDefiningOp<hopper::AllocOp>() &&
         llvm::any_of(getStageUses(whole), llvm::IsaPred<hopper::LdmatrixOp>);
}

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_HOPPER_TRANSFORMS_SHAREDTILES_H
