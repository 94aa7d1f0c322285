//===- Softmax.cpp - Softmax block by block -------------------------------===//

#include "Softmax.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::cca;

/// Below all scores that matter, and finite: a row that sees no key of a block
/// has exponentials of 0 and not of infinity minus infinity.
static constexpr double lowestMaximum = -1e30;

Value Softmax::constantLike(Value value, double constant) const {
  auto type = cast<ShapedType>(value.getType());
  return emitter->create<arith::ConstantOp>(
      SplatElementsAttr::get(type, emitter->builder.getF32FloatAttr(constant)));
}

Value Softmax::reduce(hopper::Combiner combiner, Value tile) const {
  auto type = cast<RankedTensorType>(tile.getType());
  auto rows = RankedTensorType::get(type.getDimSize(0), type.getElementType());
  return emitter->create<hopper::ReduceRowsOp>(rows, combiner, tile);
}

Value Softmax::sumOfWeights(Value exponentials) const {
  auto type = cast<RankedTensorType>(exponentials.getType());
  Value weights =
      emitter->create<arith::TruncFOp>(type.clone(weightType), exponentials);
  return reduce(hopper::Combiner::Add,
                emitter->create<arith::ExtFOp>(type, weights));
}

Value Softmax::prepare(Value scores) const {
  // The largest score is the largest multiple only of a positive scale.
  if (scale > 0)
    return scores;
  return emitter->create<arith::MulFOp>(scores, constantLike(scores, scale));
}

Value Softmax::exponentials(Value scores, Value maximum) const {
  double factor = scaleLeft();
  Value exponent = scores;
  if (maximum && factor == 1) {
    Value tile =
        emitter->create<hopper::BroadcastRowsOp>(scores.getType(), maximum);
    exponent = emitter->create<arith::SubFOp>(scores, tile);
  } else if (maximum) {
    // score · scale - maximum · scale: one fused operation.
    Value offset =
        emitter->create<arith::MulFOp>(maximum, constantLike(maximum, -factor));
    Value tile =
        emitter->create<hopper::BroadcastRowsOp>(scores.getType(), offset);
    exponent = emitter->create<math::FmaOp>(scores,
                                            constantLike(scores, factor), tile);
  } else if (factor != 1) {
    exponent =
        emitter->create<arith::MulFOp>(scores, constantLike(scores, factor));
  }
  return emitter->create<math::Exp2Op>(exponent);
}

Value Softmax::first(Value scores, State &state) const {
  Value maximum;
  if (online) {
    maximum = reduce(hopper::Combiner::Max, scores);
    maximum = emitter->create<arith::MaxNumFOp>(
        maximum, constantLike(maximum, lowestMaximum));
  }
  Value p = exponentials(scores, maximum);
  // Weights that sum up to 1 as they are used: where a row has few keys, as
  // under a causal mask, and so in this block, that halves what rounding costs.
  state = {sumOfWeights(p)};
  if (online)
    state.push_back(maximum);
  if (hasExactSum)
    state.push_back(reduce(hopper::Combiner::Add, p));
  return p;
}

Value Softmax::next(Value scores, State &state, Value &accumulator) const {
  Value maximum, correction;
  if (online) {
    maximum = reduce(hopper::Combiner::Max, scores);
    maximum = emitter->create<arith::MaxNumFOp>(state[1], maximum);
    Value growth = emitter->create<arith::SubFOp>(state[1], maximum);
    if (scaleLeft() != 1)
      growth = emitter->create<arith::MulFOp>(
          growth, constantLike(growth, scaleLeft()));
    correction = emitter->create<math::Exp2Op>(growth);
    state[1] = maximum;
  }
  auto add = [&](Value &sum, Value more) {
    if (online)
      sum = emitter->create<arith::MulFOp>(sum, correction);
    sum = emitter->create<arith::AddFOp>(sum, more);
  };
  Value p = exponentials(scores, maximum);
  Value blockSum = reduce(hopper::Combiner::Add, p);
  add(state[0], blockSum);
  if (hasExactSum)
    add(state.back(), blockSum);
  // Last: the accumulator is what the tensor cores are still adding to.
  if (online) {
    Value tile = emitter->create<hopper::BroadcastRowsOp>(accumulator.getType(),
                                                          correction);
    accumulator = emitter->create<arith::MulFOp>(accumulator, tile);
  }
  return p;
}

Value Softmax::scaledMaximum(const State &state) const {
  if (!online)
    return constantLike(state[0], 0);
  if (scaleLeft() == 1)
    return state[1];
  return emitter->create<arith::MulFOp>(state[1],
                                        constantLike(state[1], scaleLeft()));
}
