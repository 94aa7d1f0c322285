//===- HeadTransform.cpp - Norm, temperature and RoPE of a tile -----------===//

#include "HeadTransform.h"

#include "cca/Dialect/Hopper/IR/Hopper.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::cca;

/// `count` rows and columns of a tile, from `first` on.
static Value slice(Emitter &emitter, Value tile, ArrayRef<int64_t> first,
                   ArrayRef<int64_t> count) {
  auto attributes = [&](ArrayRef<int64_t> values) {
    return getAsIndexOpFoldResult(emitter.builder.getContext(), values);
  };
  return emitter.create<tensor::ExtractSliceOp>(
      tile, attributes(first), attributes(count), attributes({1, 1}));
}

Value cca::sliceRows(Emitter &emitter, Value tile, int64_t first,
                     int64_t count) {
  auto type = cast<RankedTensorType>(tile.getType());
  return slice(emitter, tile, {first, 0}, {count, type.getDimSize(1)});
}

Value cca::sliceColumns(Emitter &emitter, Value tile, int64_t first,
                        int64_t count) {
  auto type = cast<RankedTensorType>(tile.getType());
  if (count == type.getDimSize(1))
    return tile;
  return slice(emitter, tile, {0, first}, {type.getDimSize(0), count});
}

static Value constantLike(Emitter &emitter, Value value, double constant) {
  return emitter.create<arith::ConstantOp>(
      SplatElementsAttr::get(cast<ShapedType>(value.getType()),
                             emitter.builder.getF32FloatAttr(constant)));
}

static Value constantF32(Emitter &emitter, double constant) {
  return emitter.create<arith::ConstantOp>(
      emitter.builder.getF32FloatAttr(constant));
}

Value cca::temperature(Emitter &emitter, const HeadModes &modes,
                       const HeadTables &tables, Value isKey, Scalar head) {
  Scalar zero(emitter, int64_t(0));
  Scalar index = Scalar::select(isKey, head, zero);
  Value value = emitter.create<memref::LoadOp>(tables.temperature,
                                               ValueRange{index.toIndex()});
  bool isExponent = modes.temperatureMode == TemperatureMode::Exp;
  return emitter.create<arith::SelectOp>(
      isKey, value, constantF32(emitter, isExponent ? 0 : 1));
}

/// The factor of rows whose squares add up to `sum`, without sqrt(D).
static Value inverseNorm(Emitter &emitter, const HeadModes &modes, Value sum) {
  if (modes.norm == NormMode::Rsqrt)
    return emitter.create<math::RsqrtOp>(emitter.create<arith::AddFOp>(
        sum, constantLike(emitter, sum, modes.eps)));
  // 1 / max(||x||, eps)
  return emitter.create<arith::MinNumFOp>(
      emitter.create<math::RsqrtOp>(sum),
      constantLike(emitter, sum, 1 / modes.eps));
}

Value cca::normalize(Emitter &emitter, const HeadModes &modes, Value tile,
                     Value isKey, Value temperature) {
  auto type = cast<RankedTensorType>(tile.getType());
  auto rows = RankedTensorType::get(type.getDimSize(0), type.getElementType());
  // Squares need not be rounded before they are added.
  Value squares =
      emitter.create<arith::MulFOp>(tile, tile, arith::FastMathFlags::contract);
  Value sum = emitter.create<hopper::ReduceRowsOp>(rows, hopper::Combiner::Add,
                                                   squares);
  Value factor = inverseNorm(emitter, modes, sum);

  double length = std::sqrt(static_cast<double>(modes.problem.headDim));
  Value lengths = emitter.create<arith::SelectOp>(
      isKey, constantF32(emitter, length),
      constantF32(emitter, length * modes.queryFactor));
  factor = emitter.create<arith::MulFOp>(
      factor, emitter.create<tensor::SplatOp>(lengths, rows));
  Value temperatures = emitter.create<tensor::SplatOp>(temperature, rows);
  if (modes.temperatureMode == TemperatureMode::Exp)
    temperatures = emitter.create<math::Exp2Op>(emitter.create<arith::MulFOp>(
        temperatures,
        constantLike(emitter, temperatures, llvm::numbers::log2e)));
  factor = emitter.create<arith::MulFOp>(factor, temperatures);
  Value factors = emitter.create<hopper::BroadcastRowsOp>(type, factor);
  return emitter.create<arith::MulFOp>(tile, factors);
}

Value cca::extend(Emitter &emitter, Value tile) {
  auto type = cast<RankedTensorType>(tile.getType());
  Type f32 = emitter.builder.getF32Type();
  if (type.getElementType() == f32)
    return tile;
  return emitter.create<arith::ExtFOp>(type.clone(f32), tile);
}

RotaryTables::RotaryTables(Emitter &emitter, const HeadModes &modes,
                           const HeadTables &tables, Scalar batch,
                           Value positions)
    : emitter(emitter), modes(modes), tables(&tables), batch(batch),
      positions(positions) {
  if (modes.problem.rotary == 0)
    return;
  if (modes.packed) {
    // Rows beyond the last token have positions that no sequence has.
    Value size = emitter.create<memref::DimOp>(tables.cosines, 0);
    Scalar last = Scalar::fromIndex(emitter, size) - 1;
    Value limit = emitter.create<tensor::SplatOp>(
        last, cast<RankedTensorType>(positions.getType()));
    this->positions = emitter.create<arith::MinSIOp>(positions, limit);
  }
  if (!modes.loadsTablesAhead)
    return;
  loadedCosines = gather(tables.cosines, 0, modes.problem.rotary);
  loadedSines = gather(tables.sines, 0, modes.problem.rotary);
}

RotaryTables::RotaryTables(Emitter &emitter, const HeadModes &modes,
                           Value cosines, Value sines)
    : emitter(emitter), modes(modes), loadedCosines(cosines),
      loadedSines(sines) {}

Value RotaryTables::gather(Value table, int64_t first, int64_t count) const {
  SmallVector<Value> indices;
  if (modes.hasTablePerBatch)
    indices.push_back(batch->toIndex());
  indices.push_back(emitter.create<arith::ConstantIndexOp>(0));
  indices.push_back(emitter.create<arith::ConstantIndexOp>(first));
  auto type = RankedTensorType::get({modes.rows, count},
                                    getElementTypeOrSelf(table.getType()));
  return emitter.create<hopper::GatherOp>(
      type, table, indices, positions,
      emitter.builder.getI64IntegerAttr(modes.hasTablePerBatch ? 1 : 0));
}

Value RotaryTables::part(Value table, Value loaded, int64_t first,
                         int64_t count) const {
  return loaded ? sliceColumns(emitter, loaded, first, count)
                : gather(table, first, count);
}

/// a x + b y
static Value turn(Emitter &emitter, Value a, Value x, Value b, Value y) {
  return emitter.create<math::FmaOp>(a, x, emitter.create<arith::MulFOp>(b, y));
}

Value cca::rotate(Emitter &emitter, const HeadModes &modes, Value tile,
                  const RotaryTables &tables) {
  int64_t rotary = modes.problem.rotary, columns = modes.problem.headDim;
  bool isWide = getElementTypeOrSelf(tile.getType()).isF32();
  auto inType = [&](Value table) {
    return isWide ? extend(emitter, table) : table;
  };
  auto cosines = [&](int64_t first, int64_t count) {
    return inType(tables.cosines(first, count));
  };
  auto sines = [&](int64_t first, int64_t count) {
    return inType(tables.sines(first, count));
  };
  SmallVector<Value> parts;
  if (modes.ropeLayout == RopeLayout::Half && rotary > 0) {
    int64_t half = rotary / 2;
    Value lower = sliceColumns(emitter, tile, 0, half),
          upper = sliceColumns(emitter, tile, half, half);
    Value negated = emitter.create<arith::NegFOp>(upper);
    parts = {
        turn(emitter, lower, cosines(0, half), negated, sines(0, half)),
        turn(emitter, upper, cosines(half, half), lower, sines(half, half))};
  }
  constexpr int64_t step = 64;
  if (modes.ropeLayout == RopeLayout::Interleaved)
    for (int64_t first = 0; first < rotary; first += step) {
      int64_t count = std::min(step, rotary - first);
      Value x = sliceColumns(emitter, tile, first, count);
      parts.push_back(turn(emitter, x, cosines(first, count),
                           emitter.create<hopper::RotatePairsOp>(x),
                           sines(first, count)));
    }
  if (rotary < columns)
    parts.push_back(sliceColumns(emitter, tile, rotary, columns - rotary));
  if (parts.size() == 1)
    return parts.front();
  return emitter.create<hopper::ConcatColumnsOp>(tile.getType(), parts);
}
