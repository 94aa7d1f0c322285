//===- Fragment.h - Tiles in the registers of a warpgroup -------*- C++ -*-===//
//
// Which element of a tile a register of a thread holds. PTX ISA, "Register
// Fragments and Shared Memory Matrix Layouts" of wgmma, and ldmatrix.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LAYOUT_FRAGMENT_H
#define CCA_LAYOUT_FRAGMENT_H

#include <cstdint>

namespace mlir::cca {

/// An element of a tile.
struct TileElement {
  int64_t row;
  int64_t col;
  friend constexpr bool operator==(TileElement a, TileElement b) {
    return a.row == b.row && a.col == b.col;
  }
};

/// A 64 x `cols` tile spread over the 128 threads of a warpgroup as wgmma's
/// accumulator is: each warp has 16 rows, each quad of lanes two of them, 8
/// apart, and each lane two neighbouring columns of every eight.
///
/// Converted pairwise to a 16-bit type, this *is* wgmma's A operand, k step
/// after k step: what makes P = softmax(S) feed the second product without a
/// shuffle.
struct Fragment {
  static constexpr int64_t rows = 64;
  /// Rows that one thread holds elements of.
  static constexpr int64_t rowsPerThread = 2;
  /// Lanes that share a row.
  static constexpr int64_t lanesPerRow = 4;

  int64_t cols;

  /// Elements per thread.
  constexpr int64_t elementsPerThread() const { return cols / 2; }

  /// The element that `thread` (0 to 127) has as its number `index`.
  static constexpr TileElement element(int64_t thread, int64_t index) {
    return {rowOf(thread, (index / 2) % 2),
            8 * (index / 4) + 2 * (thread % 4) + index % 2};
  }
  /// The upper (`half` 0) or lower (1) row of `thread`.
  static constexpr int64_t rowOf(int64_t thread, int64_t half) {
    return 16 * (thread / 32) + 8 * half + (thread % 32) / 4;
  }
};

/// Addresses of ldmatrix.x4 and stmatrix.x4: four 8 x 8 matrices of 16-bit
/// elements make a 16 x 16 block of a fragment, two k steps of eight columns.
/// Each lane gives the address of one row of one matrix; matrices go down
/// first, then right, as elements 0 to 7 of `Fragment` do. This is the begin of
/// the row that `thread` points at for the block at columns `16 * step`.
constexpr TileElement matrixRow(int64_t thread, int64_t step) {
  int64_t lane = thread % 32;
  return {16 * (thread / 32) + lane % 16, 16 * step + 8 * (lane / 16)};
}

} // namespace mlir::cca

#endif // CCA_LAYOUT_FRAGMENT_H
