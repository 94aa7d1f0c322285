//===- Box.h - What one copy moves in device memory -------------*- C++ -*-===//

#ifndef CCA_LIB_SIMULATOR_BOX_H
#define CCA_LIB_SIMULATOR_BOX_H

#include "Agent.h"

namespace mlir::cca::sim {

/// A box of a tensor map at some coordinates: rows and columns of a tile, of
/// which some may lie outside of the tensor.
class Box {
public:
  static Box get(const Agent &agent, Value map, ValueRange coordinates);

  /// The bytes of rows [begin, end), with zeros for what lies outside.
  void load(uint8_t *bytes, int64_t begin, int64_t end) const;
  /// Writes all rows, but for what lies outside; adds them to what is there if
  /// `reduce`.
  void store(const uint8_t *bytes, bool reduce) const;

  /// The box some rows further down.
  void moveDown(int64_t count) { coordinates[rowDim] += count; }

  int64_t rows, cols;

private:
  /// `fn(element of the tile, address)` of each element inside.
  template <typename Fn>
  void forEachInside(int64_t begin, int64_t end, Fn fn) const;

  TensorMap map;
  SmallVector<int64_t, 5> coordinates;
  /// The dimensions of the tensor that rows and columns go along.
  int64_t rowDim, colDim;
};

} // namespace mlir::cca::sim

#endif // CCA_LIB_SIMULATOR_BOX_H
