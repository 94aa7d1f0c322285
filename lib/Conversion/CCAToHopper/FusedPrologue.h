//===- FusedPrologue.h - cca.fused_prologue on tiles ------------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_FUSEDPROLOGUE_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_FUSEDPROLOGUE_H

#include "HeadTransform.h"
#include "ValueTiles.h"

namespace mlir::cca {

/// What is known about one cca.fused_prologue at compile time.
struct FusedPrologue : HeadModes {
  FusedSchedule schedule;
  Gemm gemm; ///< a tile of the latents of one head
  ValueChannels values;
  bool hasProjectionBias;

  explicit FusedPrologue(FusedPrologueOp op);

  /// Columns that are rounded, added up or stored at a time.
  static constexpr int64_t panelColumns = GemmSchedule::spanCols;

  /// Tokens before a tile that its convolution reads.
  int64_t halo() const { return problem.taps - 1; }
  /// Tiles of the values of one half.
  int64_t valueBlocks() const;

  /// Some columns of a tap of a head.
  hopper::TensorMapType tapMap() const {
    return map({1, problem.headDim, FusedSchedule::blockK});
  }
  /// Each consumer stores rows of its own, some columns at a time.
  hopper::TensorMapType outMap() const {
    return map({1, schedule.blockM / schedule.consumers, 1, panelColumns});
  }

private:
  hopper::TensorMapType map(ArrayRef<int64_t> box) const {
    return hopper::TensorMapType::get(elementType.getContext(), box,
                                      elementType, /*swizzle=*/128);
  }
};

/// The parameters of the kernel, in this order; null where it has none. On the
/// host the values that are passed, in the kernel its arguments.
struct FusedParameters {
  Value hidden, w, taps, queries, keys; ///< tensor maps
  ValueMaps values;
  Value tokens; ///< i32: of a batch row
  /// i32: tiles of queries and keys in a batch row, and of values.
  Value tilesPerRow, valueTilesPerRow;
  Value batches; ///< i32
  /// i32. Not a constant of the kernel: the biases of a single key head would
  /// be loaded once for all tiles, into registers that products need.
  Value keyHeads;
  Value projectionBias; ///< memref, C + Hk D
  HeadTables tables;

  SmallVector<Value *> all();
};

/// How many tiles there are for blocks to compute: of key heads with their
/// groups, and of values.
struct FusedTiles {
  Scalar heads, values;
};
FusedTiles emitTileCounts(const FusedPrologue &prologue, Scalar batches,
                          Scalar tilesPerRow, Scalar valueTilesPerRow);

/// Emits the kernel's body: sequential, on tiles.
void emitFusedBody(Emitter &emitter, const FusedPrologue &prologue,
                   const FusedParameters &parameters);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_FUSEDPROLOGUE_H
