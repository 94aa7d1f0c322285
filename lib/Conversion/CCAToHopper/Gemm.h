//===- Gemm.h - Products of tokens and weights, as kernels ------*- C++ -*-===//
//
// A generator: tiles of tokens times tiles of weights, summed up over the input
// channels; what becomes of a tile is its client's.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_GEMM_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_GEMM_H

#include "PersistentTiles.h"
#include "Scalar.h"

#include "cca/Dialect/Hopper/IR/Hopper.h"
#include "cca/Schedule/GemmSchedule.h"

namespace mlir::cca {

/// What a kernel multiplies: tokens (… x K) and weights (N x K).
struct Gemm {
  GemmSchedule schedule;
  int64_t inputs; ///< K
  FloatType elementType;
  int64_t tokenRank; ///< dimensions of the tensor of tokens, K included
  /// Columns that leave a tile at a time, a divisor of what the schedule says.
  int64_t panelCols = schedule.panelCols();

  /// What TMA moves: a tile of tokens, one of weights, and a panel of the
  /// result of one consumer.
  hopper::TensorMapType tokenMap() const;
  hopper::TensorMapType weightMap() const;
  hopper::TensorMapType outMap() const;
  /// A map of boxes of these sizes, which are swizzled as far as they go.
  hopper::TensorMapType mapOfBox(ArrayRef<int64_t> box) const;

  /// Coordinates in a tensor of tokens.
  SmallVector<Value> coordinates(Scalar batch, Scalar row,
                                 Scalar channel) const;

private:
  hopper::TensorMapType map(int64_t rank, int64_t rows, int64_t cols) const;
};

/// Where a tile of tokens and one of weights begin.
struct GemmOrigin {
  Value tokens, weights; ///< tensor maps
  Scalar batch, row; ///< of tokens; -1 is the row before the first, of zeros
  Scalar weightRow;
};

/// Emits the sum over all channels: block_m x block_n, f32.
Value emitProduct(Emitter &emitter, const Gemm &gemm, const GemmOrigin &origin);

/// The columns of `product` that leave a tile as its `panel`-th panel.
Value emitPanel(Emitter &emitter, const Gemm &gemm, Value product,
                int64_t panel);

/// Emits the sum of `panel` and `bias` from element `column` on, if there is
/// one, rounded.
Value emitRounded(Emitter &emitter, const Gemm &gemm, Value panel, Value bias,
                  Scalar column);

/// Which tiles there are: blocks of rows in each batch, blocks of columns.
struct GemmGrid {
  Scalar batches, rowBlocks;
  int64_t colBlocks;

  Scalar tiles() const { return batches * rowBlocks * colBlocks; }
};

/// A tile of the result, as numbers of blocks.
struct GemmTile {
  Scalar batch, rowBlock, colBlock;
};

/// Emits the loop over the tiles of this block. Tiles come in groups of rows:
/// of few, if the weights stay in L2 while tokens pass by once, else of as many
/// as do. Consecutive ones, which blocks compute side by side, are about a
/// square, so that they have much to load in common.
void emitGemmTiles(Emitter &emitter, const Gemm &gemm, const GemmGrid &grid,
                   llvm::function_ref<void(GemmTile tile)> body);

/// Emits the number of blocks to launch for `tiles`, an index: no more than
/// the device runs at a time.
Value emitGemmBlocks(Emitter &emitter, const Gemm &gemm, Scalar tiles);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_GEMM_H
