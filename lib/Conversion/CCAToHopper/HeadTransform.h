//===- HeadTransform.h - Norm, temperature and RoPE of a tile ---*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_HEADTRANSFORM_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_HEADTRANSFORM_H

#include "Mix.h"

namespace mlir::cca {

/// Rows [`first`, `first + count`) of a tile that was loaded.
Value sliceRows(Emitter &emitter, Value tile, int64_t first, int64_t count);

/// Columns [`first`, `first + count`) of a tile: itself if these are all.
Value sliceColumns(Emitter &emitter, Value tile, int64_t first, int64_t count);

/// Key temperature of head `head` as it is given, f32; where `isKey` does not
/// hold, what has no effect.
Value temperature(Emitter &emitter, const Mix &mix,
                  const MixParameters &parameters, Value isKey, Scalar head);

/// Each row to length sqrt(D), times the temperature or the query factor.
Value normalize(Emitter &emitter, const Mix &mix, Value tile, Value isKey,
                Value temperature);

/// The rows of cosines and sines that the rows of a tile take.
class RotaryTables {
public:
  /// `positions` must be inside of sequences, but not of the tables. Emits the
  /// loads here, ahead of their use, unless the tables are so wide that there
  /// are no registers for them.
  RotaryTables(Emitter &emitter, const Mix &mix,
               const MixParameters &parameters, Scalar batch, Value positions);

  /// Columns [`first`, `first + count`), f32.
  Value cosines(int64_t first, int64_t count) const {
    return part(parameters.cosines, loadedCosines, first, count);
  }
  Value sines(int64_t first, int64_t count) const {
    return part(parameters.sines, loadedSines, first, count);
  }

private:
  Value gather(Value table, int64_t first, int64_t count) const;
  Value part(Value table, Value loaded, int64_t first, int64_t count) const;

  Emitter &emitter;
  const Mix &mix;
  const MixParameters &parameters;
  Scalar batch;
  Value positions;
  Value loadedCosines, loadedSines; ///< M x R; null if not loaded ahead
};

/// x cos + rotate(x) sin on the first R columns.
Value rotate(Emitter &emitter, const Mix &mix, Value tile,
             const RotaryTables &tables);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_HEADTRANSFORM_H
