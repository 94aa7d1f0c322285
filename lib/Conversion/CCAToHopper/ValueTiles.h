//===- ValueTiles.h - Values out of a product -------------------*- C++ -*-===//
//
// Of the channels of a product with all down-projections those that are values:
// first those of the same token, then those of the token before, whose tiles
// are loaded one row further up.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_VALUETILES_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_VALUETILES_H

#include "Gemm.h"

namespace mlir::cca {

/// Which channels these are, at compile time.
struct ValueChannels {
  int64_t begin; ///< channels of queries and keys come before
  int64_t heads, headDim;

  /// Values of a token, and as many of the one before.
  int64_t half() const { return heads * headDim / 2; }
};

/// Where values go to: tensor maps. Both halves have one: of one head they are
/// less than that, and what is beyond is clipped.
struct ValueMaps {
  Value current, delayed;
};

/// The maps of `buffer`, B x S x Hk x D, on the host.
ValueMaps emitValueMaps(Emitter &emitter, const Gemm &gemm,
                        const ValueChannels &channels, Value buffer);

/// An error unless kernels have values of these sizes.
LogicalResult checkValueChannels(Operation *op, int64_t heads, int64_t headDim);

/// Where a panel of the product goes to, as a tile of B x S x heads x channels.
struct PanelPlace {
  Value map;
  Scalar row, head, channel;
};

/// A tile of the product that may have values.
struct ValueTile {
  const Gemm &gemm;
  const ValueChannels &channels;
  ValueMaps maps;
  Scalar batch, row;
  Value isDelayed; ///< i1: of the token before

  /// The first row to load: before the first token there are zeros.
  Scalar firstRow(Emitter &emitter) const;

  /// 1 for each row whose token has one before it in its sequence, or that is
  /// not delayed; else 0.
  Value emitKeep(Emitter &emitter, Value cuSeqlens) const;

  /// `panel`, zero where `keep` is.
  Value emitKept(Emitter &emitter, Value panel, Value keep) const;

  /// The place of the panel that begins with `channel` of the product: one
  /// without values goes nowhere, to rows beyond the last.
  PanelPlace placeOf(Emitter &emitter, Scalar channel) const;

  /// Stores `panel` there: always a store, so that all take turns at staging
  /// tiles.
  void emitStore(Emitter &emitter, Value panel, const PanelPlace &place) const;
};

/// The map that panels go through, which are in one head.
hopper::TensorMapType panelMap(const Gemm &gemm);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_VALUETILES_H
