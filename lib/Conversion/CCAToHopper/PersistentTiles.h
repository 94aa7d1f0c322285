//===- PersistentTiles.h - Which tiles a block computes ---------*- C++ -*-===//
//
// As many blocks as multiprocessors, each with a loop over tiles: the next
// tile's copies run under the last one's products, and nothing is launched
// twice. The order is static: no counters in memory, and the same on every run.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_PERSISTENTTILES_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_PERSISTENTTILES_H

#include "Scalar.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlir::cca {

/// Emits the loop over the tiles of this block, numbers below `tiles`: of G
/// blocks, block c takes tiles c, c + G, … Returns the loop.
scf::ForOp emitPersistentTiles(Emitter &emitter, Scalar tiles,
                               llvm::function_ref<void(Scalar tile)> body);

/// The same for tiles that come longest first. Block c takes tile r G + c in
/// even rounds r and r G + G - 1 - c in odd ones: who had the longest tile of a
/// round has the shortest of the next.
scf::ForOp emitLongestFirstTiles(Emitter &emitter, Scalar tiles,
                                 llvm::function_ref<void(Scalar tile)> body);

/// Marks the loop over tiles of a kernel whose consumers do not share them.
void dealOut(scf::ForOp loop);

/// A tile of rows of one head.
struct HeadTile {
  Scalar head;  ///< in all batches
  Scalar block; ///< of rows in the head
};

/// Tile number `tile` of `blocks` blocks in each of `heads` heads, heads in
/// groups of `headsPerGroup` whose keys and values stay in L2 together.
///
/// With `longestFirst` the last block of all heads of a group comes first,
/// since causal attention makes it the longest; every other group goes the
/// other way, so that short tiles meet short ones, and the last group ends with
/// them. Otherwise a head's blocks follow each other.
HeadTile emitHeadTile(Emitter &emitter, Scalar tile, Scalar blocks,
                      Scalar heads, Scalar headsPerGroup, bool longestFirst);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_PERSISTENTTILES_H
