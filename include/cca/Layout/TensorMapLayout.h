//===- TensorMapLayout.h - Dimensions of tensor maps ------------*- C++ -*-===//
//
// How the dimensions of a tensor become those of an encoded tensor map: the
// rule that the host, which encodes maps, and kernels, which give coordinates,
// have in common. Plain arithmetic, no IR.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LAYOUT_TENSORMAPLAYOUT_H
#define CCA_LAYOUT_TENSORMAPLAYOUT_H

#include "cca/Layout/SharedTile.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

namespace mlir::cca {

/// One dimension of an encoded tensor map.
struct TensorMapDim {
  enum class Part {
    /// A dimension of the tensor as it is.
    Whole,
    /// The elements inside a panel: size `span`, coordinate `x mod span`.
    Span,
    /// The panels: size `n / span`, coordinate `x / span`, one step is `span`
    /// elements.
    Panels
  };

  /// Which dimension of the tensor it is or is a part of.
  int64_t tensorDim;
  Part part;
  int64_t box;

  friend constexpr bool operator==(const TensorMapDim &a,
                                   const TensorMapDim &b) {
    return a.tensorDim == b.tensorDim && a.part == b.part && a.box == b.box;
  }
};

/// The dimensions of an encoded tensor map, innermost first. The innermost
/// dimension of the tensor is cut into panels as wide as the span of the
/// swizzle. Panels come after the rows of the box and before the dimensions of
/// which it is one slice: a copy then writes `[panel][row][span bytes]`, as
/// SharedTile lays it out. A box of one panel needs no cut, and the tensor no
/// whole panels.
///
///   B x S x H x D of 16 bits, box 1 x 128 x 1 x 128, 128-byte swizzle
///     → D mod 64, S, D / 64, H, B, box (64, 128, 2, 1, 1)
///   B x S x K of 16 bits, box 1 x 128 x 64
///     → K, S, B, box (64, 128, 1)
struct TensorMapLayout {
  llvm::SmallVector<TensorMapDim, 5> dims;
  /// Elements of a panel, of which the innermost size of the box is a multiple,
  /// and that of the tensor, if the box has several.
  int64_t span;

  bool hasPanels() const {
    return dims.front().part == TensorMapDim::Part::Span;
  }

  /// `box` has one size for each dimension of the tensor, innermost last.
  static TensorMapLayout get(llvm::ArrayRef<int64_t> box, int64_t elementBytes,
                             Swizzle swizzle);
};

} // namespace mlir::cca

#endif // CCA_LAYOUT_TENSORMAPLAYOUT_H
