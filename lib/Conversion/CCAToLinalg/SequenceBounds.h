//===- SequenceBounds.h - Where each token's sequence lies ------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOLINALG_SEQUENCEBOUNDS_H
#define CCA_LIB_CONVERSION_CCATOLINALG_SEQUENCEBOUNDS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

namespace mlir::cca {

/// The first token of each token's sequence, and the one after its last.
/// Without cu_seqlens all tokens of a row are one sequence.
class SequenceBounds {
public:
  /// For the tokens of `x` (B x S x …), packed by `cuSeqlens` or, if null, not.
  SequenceBounds(OpBuilder &b, Location loc, Value x, Value cuSeqlens);

  Value begin(OpBuilder &b, Location loc, Value token) const;
  Value end(OpBuilder &b, Location loc, Value token) const;

private:
  Value tokens;       // S
  Value begins, ends; // tensor<S x index> if packed
};

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOLINALG_SEQUENCEBOUNDS_H
