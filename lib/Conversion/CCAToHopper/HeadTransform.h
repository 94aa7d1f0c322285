//===- HeadTransform.h - Norm, temperature and RoPE of a tile ---*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_HEADTRANSFORM_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_HEADTRANSFORM_H

#include "Scalar.h"

#include "cca/Dialect/CCA/IR/CCA.h"

namespace mlir::cca {

/// What is known at compile time about heads that come out of a convolution, of
/// `cca.mix` or `cca.fused_prologue`.
struct HeadModes {
  MixProblem problem;
  int64_t rows; ///< tokens of a tile
  FloatType elementType;
  NormMode norm;
  double eps;
  TemperatureMode temperatureMode;
  RopeLayout ropeLayout;
  double queryFactor;
  bool packed;
  /// Cosines for each batch row.
  bool hasTablePerBatch;
  /// There are registers for rows of both tables beside the last product.
  bool loadsTablesAhead;

  template <typename OpT>
  HeadModes(OpT op, const MixProblem &problem, int64_t rows,
            bool loadsTablesAhead)
      : problem(problem), rows(rows),
        elementType(cast<FloatType>(op.getQuery().getType().getElementType())),
        norm(op.getNorm()), eps(op.getEps().convertToDouble()),
        temperatureMode(op.getTemperatureMode()),
        ropeLayout(op.getRopeLayout()),
        queryFactor(op.getEffectiveQueryFactor()),
        packed(static_cast<bool>(op.getCuSeqlens())),
        hasTablePerBatch(op.getCos().getType().getRank() == 3),
        loadsTablesAhead(loadsTablesAhead) {}

  int64_t group() const { return problem.queryHeads / problem.keyHeads; }
};

/// What kernels read besides tiles: memrefs, null where there are none.
struct HeadTables {
  Value bias;           ///< C, f32
  Value temperature;    ///< Hk, f32
  Value cosines, sines; ///< S x R or B x S x R; null without RoPE
  Value cuSeqlens;      ///< N + 1

  SmallVector<Value *> all() {
    return {&bias, &temperature, &cosines, &sines, &cuSeqlens};
  }
};

/// `tile` in f32.
Value extend(Emitter &emitter, Value tile);

/// Rows [`first`, `first + count`) of a tile that was loaded.
Value sliceRows(Emitter &emitter, Value tile, int64_t first, int64_t count);

/// Columns [`first`, `first + count`) of a tile: itself if these are all.
Value sliceColumns(Emitter &emitter, Value tile, int64_t first, int64_t count);

/// Key temperature of head `head` as it is given, f32; where `isKey` does not
/// hold, what has no effect.
Value temperature(Emitter &emitter, const HeadModes &modes,
                  const HeadTables &tables, Value isKey, Scalar head);

/// Each row to length sqrt(D), times the temperature or the query factor.
Value normalize(Emitter &emitter, const HeadModes &modes, Value tile,
                Value isKey, Value temperature);

/// The rows of cosines and sines that the rows of a tile take.
class RotaryTables {
public:
  /// `positions` must be inside of sequences, but not of the tables. Emits the
  /// loads here, ahead of their use, unless the tables are so wide that there
  /// are no registers for them.
  RotaryTables(Emitter &emitter, const HeadModes &modes,
               const HeadTables &tables, Scalar batch, Value positions);
  /// Tiles that are loaded already.
  RotaryTables(Emitter &emitter, const HeadModes &modes, Value cosines,
               Value sines);

  /// Columns [`first`, `first + count`), in their element type.
  Value cosines(int64_t first, int64_t count) const {
    return part(tables ? tables->cosines : Value(), loadedCosines, first,
                count);
  }
  Value sines(int64_t first, int64_t count) const {
    return part(tables ? tables->sines : Value(), loadedSines, first, count);
  }

private:
  Value gather(Value table, int64_t first, int64_t count) const;
  Value part(Value table, Value loaded, int64_t first, int64_t count) const;

  Emitter &emitter;
  const HeadModes &modes;
  const HeadTables *tables = nullptr; ///< null if both are loaded
  std::optional<Scalar> batch;
  Value positions;
  Value loadedCosines, loadedSines; ///< M x R; null if not loaded ahead
};

/// x cos + rotate(x) sin on the first R columns, in the type of `tile`: f32, or
/// that of the tables.
Value rotate(Emitter &emitter, const HeadModes &modes, Value tile,
             const RotaryTables &tables);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_HEADTRANSFORM_H
