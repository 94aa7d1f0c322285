//===- AttentionSchedule.h - How a kernel runs flash attention --*- C++ -*-===//
//
// Plain data: what #cca.schedule says, what the cost model ranks and what the
// tuner enumerates.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_SCHEDULE_ATTENTIONSCHEDULE_H
#define CCA_SCHEDULE_ATTENTIONSCHEDULE_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace mlir::cca {

/// How the exponentials of a row are kept from overflow.
enum class SoftmaxForm {
  Bounded, ///< not at all: the temperature bounds the scores
  Online,  ///< by a running maximum
  Auto,    ///< both forms in one kernel, chosen per key head at run time
};

/// "bounded", "online" or "auto".
llvm::StringRef stringifySoftmaxForm(SoftmaxForm form);
std::optional<SoftmaxForm> symbolizeSoftmaxForm(llvm::StringRef name);

/// What there is to compute: the sizes and modes of one cca.flash_attention.
struct AttentionProblem {
  int64_t headDim;
  int64_t queryHeads;
  int64_t keyHeads;
  int64_t elementBytes = 2;
  bool causal = false;
  std::optional<int64_t> window;
  /// Sequences of unknown lengths in one batch row.
  bool packed = false;
  /// The scores are bounded by a temperature.
  bool normalized = false;
  /// Where they are known at compile time.
  std::optional<int64_t> batch, tokens;
};

/// Tiles, pipeline and order of one kernel. Its block is one producer
/// warpgroup, which loads, and `consumers` warpgroups, which compute.
struct AttentionSchedule {
  /// More consumers leave none of them the registers of an accumulator.
  static constexpr int64_t maxConsumers = 3;
  static constexpr int64_t maxStages = 8;

  int64_t blockQ;    ///< queries of a tile
  int64_t blockKV;   ///< keys of a step
  int64_t stages;    ///< tiles of keys, and of values, in shared memory
  int64_t consumers; ///< warpgroups that share the queries of a tile
  SoftmaxForm softmax = SoftmaxForm::Online;
  /// Issues the scores of the next step before the softmax of this one.
  bool overlap = true;
  /// Two consumers take turns: one's softmax under the other's products.
  bool pingPong = true;
};

bool operator==(const AttentionSchedule &a, const AttentionSchedule &b);

} // namespace mlir::cca

#endif // CCA_SCHEDULE_ATTENTIONSCHEDULE_H
