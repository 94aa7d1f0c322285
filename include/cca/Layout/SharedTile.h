//===- SharedTile.h - Tiles in shared memory --------------------*- C++ -*-===//
//
// Where TMA puts the elements of a tile, and where wgmma and ldmatrix look for
// them: plain arithmetic, no IR.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LAYOUT_SHAREDTILE_H
#define CCA_LAYOUT_SHAREDTILE_H

#include <cstdint>

namespace mlir::cca {

/// How 16-byte chunks are permuted so that rows of a column fall into different
/// banks. The value is the span in bytes: the width of one panel.
enum class Swizzle : int64_t {
  None = 16,
  Span32 = 32,
  Span64 = 64,
  Span128 = 128
};

/// `address` with its chunk index (bits 4 to 6) permuted: the index of the
/// 128-byte line (bits 7 to 9) is xor'ed in, as many bits as the span has
/// chunks. Tiles start at multiples of 1024 bytes, so that addresses and
/// offsets agree.
constexpr int64_t applySwizzle(int64_t address, Swizzle swizzle) {
  int64_t mask = static_cast<int64_t>(swizzle) / 16 - 1;
  return address ^ (((address >> 7) & mask) << 4);
}

/// A tile of `rows` x `cols` elements, contiguous along its columns in memory.
/// Cut into panels as wide as the swizzle span, each of them rows after rows:
///
///   [panel][row][span bytes]
///
/// which is what one TMA box of (span, rows, panels) writes.
struct SharedTile {
  int64_t rows;
  int64_t cols;
  int64_t elementBytes;
  Swizzle swizzle;
  /// Rows from panel to panel, if more than `rows`: the tile is then some rows
  /// of a taller one.
  int64_t panelRows = 0;

  constexpr int64_t spanBytes() const { return static_cast<int64_t>(swizzle); }
  /// Columns of one panel.
  constexpr int64_t panelCols() const { return spanBytes() / elementBytes; }
  constexpr int64_t panels() const { return cols / panelCols(); }
  constexpr int64_t panelBytes() const {
    return (panelRows ? panelRows : rows) * spanBytes();
  }
  constexpr int64_t bytes() const { return rows * cols * elementBytes; }

  /// Whole panels, and rows that fill whole swizzle atoms.
  constexpr bool isValid() const {
    return rows > 0 && cols > 0 && cols % panelCols() == 0 && rows % 8 == 0;
  }

  /// Byte offset of an element from the begin of the tile.
  constexpr int64_t offset(int64_t row, int64_t col) const {
    int64_t linear = (col / panelCols()) * panelBytes() + row * spanBytes() +
                     (col % panelCols()) * elementBytes;
    return applySwizzle(linear, swizzle);
  }

  friend constexpr bool operator==(const SharedTile &a, const SharedTile &b) {
    return a.rows == b.rows && a.cols == b.cols &&
           a.elementBytes == b.elementBytes && a.swizzle == b.swizzle &&
           a.panelBytes() == b.panelBytes();
  }
};

} // namespace mlir::cca

#endif // CCA_LAYOUT_SHAREDTILE_H
