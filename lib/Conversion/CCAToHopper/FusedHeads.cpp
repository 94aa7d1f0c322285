//===- FusedHeads.cpp - Hidden states to a key head and its query heads ---===//
//
// The latents of a head are a product, and all consumers share them:
// convolutions read rows further up, which are the first rows of the tile for
// its first tokens.
//
//===----------------------------------------------------------------------===//

#include "FusedHeads.h"
#include "TokenRows.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::cca;

static constexpr int64_t panelColumns = FusedPrologue::panelColumns;

/// Tiles side by side.
static Value concat(Emitter &emitter, ValueRange panels) {
  if (panels.size() == 1)
    return panels.front();
  auto type = cast<RankedTensorType>(panels.front().getType());
  int64_t columns = type.getDimSize(1) * static_cast<int64_t>(panels.size());
  return emitter.create<hopper::ConcatColumnsOp>(
      type.clone({type.getDimSize(0), columns}), panels);
}

/// The latents of head `head`, those of the tokens before the tile first.
Value HeadTileEmitter::shareLatents(Emitter &emitter, Scalar head,
                                    Value product) {
  SmallVector<Value> panels;
  for (int64_t i = 0; i < prologue.problem.headDim / panelColumns; ++i)
    panels.push_back(emitRounded(
        emitter, prologue.gemm, emitPanel(emitter, prologue.gemm, product, i),
        parameters.projectionBias,
        head * prologue.problem.headDim + i * panelColumns));
  return emitter.create<hopper::ShareOp>(concat(emitter, panels));
}

/// The latents of the tokens themselves.
Value HeadTileEmitter::emitOwn(Emitter &emitter, Value latents) {
  return sliceRows(emitter, latents, prologue.halo(), prologue.rows);
}

/// What the residual and the convolution of a head are added to: a panel.
Value HeadTileEmitter::emitBias(Emitter &emitter, Scalar head, int64_t first) {
  Scalar channel = head * prologue.problem.headDim + first;
  return emitter.create<hopper::GatherOp>(
      panelType(emitter.builder.getF32Type()), parameters.tables.bias,
      ValueRange{channel.toIndex()},
      /*rows=*/Value(), /*along=*/IntegerAttr());
}

/// The residual is half of the head and its key head together, and that of the
/// key the mean of these. Panel by panel: there are not registers for all of
/// the operands.
HeadTileEmitter::Residuals
HeadTileEmitter::emitResiduals(Emitter &emitter, Scalar head, Value latents,
                               Value keyLatents, Value keySum) {
  Type f32 = emitter.builder.getF32Type();
  auto factor = [&](double value) -> Value {
    return emitter.create<arith::ConstantOp>(SplatElementsAttr::get(
        panelType(f32), emitter.builder.getF32FloatAttr(value)));
  };
  // The head's are read last: they stay in registers for its first tap.
  Value ofKey = emitOwn(emitter, keyLatents), own = emitOwn(emitter, latents);
  SmallVector<Value> sums, keySums;
  for (int64_t first = 0; first < prologue.problem.headDim;
       first += panelColumns) {
    auto panel = [&](Value tile) {
      return sliceColumns(emitter, tile, first, panelColumns);
    };
    auto wide = [&](Value tile) -> Value {
      return emitter.create<arith::ExtFOp>(panelType(f32), panel(tile));
    };
    Value wideKey = wide(ofKey), wideOwn = wide(own);
    Value both = emitter.create<arith::AddFOp>(wideOwn, wideKey);
    sums.push_back(emitter.create<math::FmaOp>(both, factor(0.5),
                                               emitBias(emitter, head, first)));
    keySums.push_back(emitter.create<math::FmaOp>(
        both, factor(0.5 / prologue.group()), panel(keySum)));
  }
  return {concat(emitter, sums), concat(emitter, keySums)};
}

/// The sum over taps of taps[m] x[t - m], added to `sum`. A tap comes in steps,
/// as there is not room for many of them.
Value HeadTileEmitter::convolve(Emitter &emitter, Scalar head, Value latents,
                                Value sum) {
  constexpr int64_t columns = FusedSchedule::blockK;
  Scalar row = head * prologue.problem.headDim;
  auto map = cast<hopper::TensorMapType>(parameters.taps.getType());
  auto weightType =
      RankedTensorType::get(map.getTileShape(), map.getElementType());
  for (int64_t tap = 0; tap < prologue.problem.taps; ++tap) {
    Value x = sliceRows(emitter, latents, prologue.halo() - tap, prologue.rows);
    Value isInside;
    if (tap > 0 && positions) {
      // What is before the sequence belongs to another one, or is a bias.
      Value least = emitter.create<arith::ConstantOp>(
          SplatElementsAttr::get(cast<ShapedType>(positions.getType()),
                                 emitter.builder.getI32IntegerAttr(tap)));
      isInside = emitter.create<arith::CmpIOp>(arith::CmpIPredicate::sge,
                                               positions, least);
    }
    for (int64_t first = 0; first < prologue.problem.headDim;
         first += columns) {
      Scalar number(emitter, tap), channel(emitter, first);
      Value weight = emitter.create<hopper::LoadOp>(
          weightType, parameters.taps, ValueRange{number, row, channel});
      weight.getDefiningOp()->setAttr(
          stagesAttrName,
          emitter.builder.getI64IntegerAttr(prologue.schedule.tapStages));
      Value part = sliceColumns(emitter, x, first, columns);
      if (isInside)
        part = emitter.create<hopper::MaskRowsOp>(part, isInside);
      sum = emitter.create<hopper::DotOp>(type, part, weight, sum,
                                          /*transpose_b=*/true);
    }
  }
  return sum;
}

/// Norm, temperature and RoPE of a head, which then is stored.
void HeadTileEmitter::finish(Emitter &emitter, bool isKey, Scalar inTensor,
                             Value tile) {
  Value key = emitter.create<arith::ConstantIntOp>(isKey, /*width=*/1);
  // Before the last product is waited for.
  Value rows =
      positions ? positions
                : emitTokens(emitter, token, Scalar(emitter, parameters.tokens),
                             prologue.rows);
  RotaryTables rotary(emitter, prologue, parameters.tables, batch, rows);
  Value factor =
      temperature(emitter, prologue, parameters.tables, key, inTensor);
  tile = rotate(emitter, prologue,
                normalize(emitter, prologue, tile, key, factor), rotary);
  Value rounded =
      emitter.create<arith::TruncFOp>(type.clone(prologue.elementType), tile);
  for (int64_t first = 0; first < prologue.problem.headDim;
       first += panelColumns) {
    Value part = sliceColumns(emitter, rounded, first, panelColumns);
    Scalar channel(emitter, first);
    emitter.create<hopper::StoreOp>(
        part, isKey ? parameters.keys : parameters.queries,
        ValueRange{batch, token, inTensor, channel});
  }
}

void HeadTileEmitter::emit(Emitter &emitter, Value product,
                           std::optional<Scalar> searchSteps) {
  Scalar tokens(emitter, parameters.tokens);
  if (searchSteps || prologue.hasProjectionBias)
    positions = emitTokens(emitter, token, tokens, prologue.rows);
  if (searchSteps)
    positions = emitPositions(emitter, positions, parameters.tables.cuSeqlens,
                              *searchSteps);

  int64_t group = prologue.group();
  Value keyLatents = shareLatents(emitter, key(), product);
  SmallVector<Value> biases;
  for (int64_t first = 0; first < prologue.problem.headDim;
       first += panelColumns)
    biases.push_back(emitBias(emitter, key(), first));
  Scalar zero(emitter, int64_t(0)), end(emitter, group), one(emitter, 1);
  auto queries = emitter.create<scf::ForOp>(
      Value(zero), Value(end), Value(one), concat(emitter, biases),
      [&](OpBuilder &builder, Location loc, Value i, ValueRange carried) {
        Emitter inner{builder, loc};
        Scalar head = Scalar(inner, Value(keyHead)) * group + Scalar(inner, i);
        Value latents = shareLatents(
            inner, head, emitProduct(inner, prologue.gemm, origin(head)));
        Residuals start =
            emitResiduals(inner, head, latents, keyLatents, carried.front());
        finish(inner, /*isKey=*/false, head,
               convolve(inner, head, latents, start.query));
        inner.create<scf::YieldOp>(start.key);
      });
  finish(emitter, /*isKey=*/true, keyHead,
         convolve(emitter, key(), keyLatents, queries.getResult(0)));
}
