//===- ValueTiles.h - Values out of a product -------------------*- C++ -*-===//
//
// Of the channels of a product with all down-projections those that are values:
// first those of the same token, then those of the token before, which are
// stored one row further down. The first token has none before it.
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

/// Where values go to. Both halves have a tensor map: of one head they are less
/// than that, and what is beyond is clipped.
struct ValueMaps {
  Value current, delayed;
  Value buffer; ///< memref, for the first tokens
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

/// Channels that are all of the same token, or all of the one before: a panel,
/// or half of one.
int64_t valueCols(const Gemm &gemm, const ValueChannels &channels);

/// A tile of the product that may have values.
struct ValueTile {
  const Gemm &gemm;
  const ValueChannels &channels;
  const ValueMaps &maps;
  Scalar batch, row;

  /// 1 for each row whose token has one behind it in its sequence, else 0.
  /// Where `hasDelayed` is not, nobody asks.
  Value emitKeep(Emitter &emitter, Value cuSeqlens, Value hasDelayed) const;

  /// `panel`, zero where `keep` is, if it `isDelayed`.
  Value emitKept(Emitter &emitter, Value panel, Value keep,
                 Value isDelayed) const;

  /// The place of the panel that begins with `channel` of the product: one
  /// without values goes nowhere, to rows beyond the last.
  PanelPlace placeOf(Emitter &emitter, Scalar channel, Value isDelayed) const;

  /// Stores `panel` there: always a store, so that all take turns at staging
  /// tiles.
  void emitStore(Emitter &emitter, Value panel, const PanelPlace &place) const;

  /// Stores what the first token of the batch row has of the token before, in
  /// the panel that begins with `channel`: the bias, if there is one.
  void emitFirstToken(Emitter &emitter, Value bias, Scalar channel,
                      Value isDelayed) const;
};

/// The map that panels go through, which are in one head.
hopper::TensorMapType panelMap(const Gemm &gemm);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_VALUETILES_H
