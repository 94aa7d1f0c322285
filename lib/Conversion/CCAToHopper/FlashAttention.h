//===- FlashAttention.h - cca.flash_attention on tiles ----------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_FLASHATTENTION_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_FLASHATTENTION_H

#include "Scalar.h"

#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/Hopper/IR/Hopper.h"
#include "cca/Schedule/AttentionSchedule.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlir::cca {

/// What is known about one attention at compile time.
struct FlashAttention {
  AttentionProblem problem;
  AttentionSchedule schedule;
  FloatType elementType;
  /// On q kᵀ, for a softmax to the base 2: softmax_scale · log2(e).
  double scale;
  bool hasLse;

  explicit FlashAttention(FlashAttentionOp op);

  int64_t group() const { return problem.queryHeads / problem.keyHeads; }
  /// A window as a number that no sum of positions overflows with, or none.
  std::optional<int64_t> window() const;
  /// Whether the kernel has both forms of the softmax and chooses by
  /// temperature: not with a window of so few keys that it would always be
  /// online.
  bool hasTemperature() const;

  hopper::TensorMapType queryMap() const { return map(schedule.blockQ); }
  hopper::TensorMapType keyMap() const { return map(schedule.blockKV); }
  /// Each consumer stores rows of its own.
  hopper::TensorMapType outMap() const {
    return map(schedule.blockQ / schedule.consumers);
  }

private:
  hopper::TensorMapType map(int64_t rows) const;
};

/// The parameters of the kernel, in this order; null where it has none. On the
/// host the values that are passed, in the kernel its arguments.
struct FlashAttentionParameters {
  Value queries, keys, values, out; ///< tensor maps
  Value batch, tokens;              ///< i32
  Value blocks;        ///< i32: blocks of rows in a head (of all sequences)
  Value headsPerGroup; ///< i32: see emitHeadTile
  Value lse;           ///< memref, B x Hq x S
  Value outBuffer;     ///< memref, for ends of packed sequences
  Value cuSeqlens;     ///< memref, N + 1
  Value temperature;   ///< memref, Hk

  SmallVector<Value *> all();
};

/// Emits the kernel's body: sequential, on tiles.
void emitFlashAttention(Emitter &emitter, const FlashAttention &attention,
                        const FlashAttentionParameters &parameters);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_FLASHATTENTION_H
