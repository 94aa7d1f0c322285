//===- BlockSizes.h - Sizes of an attention block ---------------*- C++ -*-===//
//
// The sizes that the documentation of the dialect names, read off operand
// types.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_DIALECT_CCA_IR_BLOCKSIZES_H
#define CCA_DIALECT_CCA_IR_BLOCKSIZES_H

#include <cstdint>

namespace mlir::cca {

class AttentionOp;
class PrologueOp;

/// Sizes of a `cca.attention` or `cca.prologue` that has been verified. `batch`
/// and `tokens` may be `ShapedType::kDynamic`, all others are static.
struct BlockSizes {
  int64_t batch;      // B
  int64_t tokens;     // S
  int64_t hidden;     // E
  int64_t queryHeads; // Hq
  int64_t keyHeads;   // Hk
  int64_t headDim;    // D
  int64_t taps0;      // t0, depthwise convolution
  int64_t taps1;      // t1, grouped convolution
  int64_t rotary;     // R

  int64_t queryChannels() const { return queryHeads * headDim; }
  int64_t keyChannels() const { return keyHeads * headDim; }
  /// C, the channels of the convolutions.
  int64_t channels() const { return queryChannels() + keyChannels(); }
  /// Query heads that share a key/value head.
  int64_t group() const { return queryHeads / keyHeads; }

  static BlockSizes of(AttentionOp op);
  static BlockSizes of(PrologueOp op);
};

} // namespace mlir::cca

#endif // CCA_DIALECT_CCA_IR_BLOCKSIZES_H
