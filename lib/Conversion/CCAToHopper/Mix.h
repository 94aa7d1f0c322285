//===- Mix.h - cca.mix on tiles ---------------------------------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_MIX_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_MIX_H

#include "HeadTransform.h"

#include "cca/Dialect/Hopper/IR/Hopper.h"
#include "cca/Schedule/MixSchedule.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlir::cca {

/// What is known about one cca.mix at compile time.
struct Mix : HeadModes {
  MixSchedule schedule;
  /// The taps of a head are loaded once, for all of its tiles.
  bool keepsTaps;
  /// Cosines and sines come as tiles, by TMA, and are not gathered.
  bool stagesTables;
  /// Bias and temperature of a head stay in registers for all of its tiles, and
  /// the first other head is added outside of the loop over others. ptxas has
  /// room for it with two taps, two consumers, and no positions.
  bool hasSpareRegisters;
  /// RoPE in 16 bits, two numbers at a time, of rows that are rounded.
  bool rotatesRounded;

  explicit Mix(MixOp op);

  int64_t heads() const { return problem.queryHeads + problem.keyHeads; }

  /// A tile of a head's latents and the tokens before them; some columns of one
  /// without these.
  hopper::TensorMapType latentsMap() const {
    return map({1, schedule.blockM + MixSchedule::haloRows, problem.headDim});
  }
  hopper::TensorMapType otherMap() const {
    return map({1, schedule.blockM, MixSchedule::panelColumns});
  }
  /// Rows of cosines or sines.
  hopper::TensorMapType tableMap() const {
    constexpr int64_t columns = MixSchedule::panelColumns;
    return hasTablePerBatch ? map({1, schedule.blockM, columns})
                            : map({schedule.blockM, columns});
  }
  hopper::TensorMapType tapMap() const {
    return map({1, problem.headDim, problem.headDim});
  }
  /// Each consumer stores rows of its own, some columns at a time.
  hopper::TensorMapType outMap() const {
    return map({1, schedule.rowsPerConsumer(), 1, MixSchedule::panelColumns});
  }

private:
  hopper::TensorMapType map(ArrayRef<int64_t> box) const {
    return hopper::TensorMapType::get(elementType.getContext(), box,
                                      elementType, /*swizzle=*/128);
  }
};

/// The parameters of the kernel, in this order; null where it has none. On the
/// host the values that are passed, in the kernel its arguments.
struct MixParameters {
  /// Tensor maps. Those of tables are null where they are gathered, and those
  /// of `tables` where not.
  Value latents, others, taps, queries, keys, cosines, sines;
  Value tokens;      ///< i32: of a batch row
  Value tilesPerRow; ///< i32: tiles of a batch row
  Value tiles;       ///< i32: of all batch rows
  /// i32: in how many parts the tiles of a query head, or of a key head, are
  /// computed.
  Value queryChunks, keyChunks;
  Value depthwise; ///< T0 x C; null if taps are all
  HeadTables tables;

  SmallVector<Value *> all();
};

/// Emits the kernel's body: sequential, on tiles.
void emitMixBody(Emitter &emitter, const Mix &mix,
                 const MixParameters &parameters);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_MIX_H
