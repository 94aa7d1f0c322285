//===- VerifyProtocol.h - The checks of hopper-verify-protocol --*- C++ -*-===//
//
// Each emits errors for what it finds. What they say is in the documentation of
// the pass.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_DIALECT_HOPPER_TRANSFORMS_VERIFYPROTOCOL_H
#define CCA_LIB_DIALECT_HOPPER_TRANSFORMS_VERIFYPROTOCOL_H

#include "SharedTiles.h"

namespace mlir::cca {

/// Each stage is entered, filled or read, and left once.
LogicalResult verifyStages(hopper::WarpSpecializeOp roles);

/// As many gets as puts. Expects `verifyStages`.
LogicalResult verifyTransfers(hopper::WarpSpecializeOp roles);

/// Producer and consumers do not wait for each other. Expects
/// `verifyTransfers`.
LogicalResult verifyProgress(hopper::WarpSpecializeOp roles);

/// Asynchronous products complete before their operands change and their
/// results are read.
LogicalResult verifyProducts(hopper::WarpSpecializeOp roles);

/// What registers are stored to in shared memory is visible to those who read
/// it, and read before it is stored to again.
LogicalResult verifyStaging(hopper::WarpSpecializeOp roles);

/// What consumers read of a tile that they share all have written, and read
/// before it is written again.
LogicalResult verifySharing(hopper::WarpSpecializeOp roles);

/// Named barriers exist, and count warps.
LogicalResult verifyNamedBarriers(hopper::WarpSpecializeOp roles);

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_HOPPER_TRANSFORMS_VERIFYPROTOCOL_H
