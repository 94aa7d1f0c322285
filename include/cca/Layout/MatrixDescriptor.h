//===- MatrixDescriptor.h - Shared-memory operands of wgmma -----*- C++ -*-===//
//
// PTX ISA, "Matrix Descriptor Format" of wgmma. 16-bit elements.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LAYOUT_MATRIXDESCRIPTOR_H
#define CCA_LAYOUT_MATRIXDESCRIPTOR_H

#include "cca/Layout/SharedTile.h"

namespace mlir::cca {

/// Which dimension of an operand is contiguous in shared memory.
enum class Major {
  K,  ///< rows of the tile are M or N, its columns K: as queries and keys lie
  MN, ///< rows of the tile are K, its columns M or N: as values lie
};

/// A matrix descriptor without its start address, and how the address moves.
///
/// The hardware adds strides to the start address and applies the swizzle to
/// the sum, so that a step along K inside a swizzle atom is a plain addition.
class MatrixDescriptor {
public:
  MatrixDescriptor(SharedTile tile, Major major) : tile(tile), major(major) {}

  /// Bytes between repeats of the 8-row atom along the strided dimension.
  int64_t strideByteOffset() const { return 8 * tile.spanBytes(); }
  /// Bytes between panels. Not used by the hardware for a K-major swizzled
  /// operand, whose k step never leaves a panel; 16 by convention.
  int64_t leadingByteOffset() const {
    return major == Major::MN ? tile.panelBytes() : 16;
  }
  /// Bytes from the begin of the tile to its k step `step`, of 16 elements.
  int64_t stepOffset(int64_t step) const;
  /// Number of k steps in the tile.
  int64_t steps() const;

  /// Bits 16 to 31 of the descriptor: the leading byte offset, in units of 16.
  /// Bits 0 to 13 are the start address, in units of 16.
  uint32_t lowBits() const;
  /// Bits 32 to 63: stride byte offset, and the swizzle mode in bits 62 and 63.
  uint32_t highBits() const;

private:
  SharedTile tile;
  Major major;
};

} // namespace mlir::cca

#endif // CCA_LAYOUT_MATRIXDESCRIPTOR_H
