//===- Softmax.h - Softmax block by block -----------------------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_SOFTMAX_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_SOFTMAX_H

#include "Scalar.h"

#include "cca/Dialect/Hopper/IR/Hopper.h"

namespace mlir::cca {

/// Softmax to the base 2 of scores times a scale, over blocks that come one
/// after the other.
///
/// *Bounded*: scores cannot overflow exp2; the sum of exponentials is all there
/// is to carry. *Online* (Milakov and Gimelshein): exponentials relative to the
/// largest score so far; when that grows, what was summed up before is scaled
/// down.
class Softmax {
public:
  /// `weightType` is what exponentials are rounded to when they weigh values.
  /// With `hasExactSum` the state has their sum before rounding, too.
  Softmax(Emitter &emitter, bool online, double scale, FloatType weightType,
          bool hasExactSum)
      : emitter(&emitter), online(online), scale(scale), weightType(weightType),
        hasExactSum(hasExactSum) {}
  /// Goes on where `emitter` emits, with the same form.
  Softmax in(Emitter &other) const {
    return {other, online, scale, weightType, hasExactSum};
  }

  /// What is carried from block to block, of each row: the sum of weights,
  /// online the maximum, and the exact sum if there is one.
  using State = SmallVector<Value>;

  /// Scores as the exponentials take them: a mask has to come after this.
  Value prepare(Value scores) const;
  /// Exponentials of the first block.
  Value first(Value scores, State &state) const;
  /// Exponentials of a further block; `accumulator` is scaled with the sum.
  Value next(Value scores, State &state, Value &accumulator) const;

  /// The sum of exponentials, as exact as there is one.
  Value exactSum(const State &state) const {
    return hasExactSum ? state.back() : state.front();
  }
  /// What the exponentials of each row are relative to, times the scale: 0 if
  /// bounded.
  Value scaledMaximum(const State &state) const;

private:
  Value exponentials(Value scores, Value maximum) const;
  Value reduce(hopper::Combiner combiner, Value tile) const;
  /// The sum of what weighs values, after rounding.
  Value sumOfWeights(Value exponentials) const;
  Value constantLike(Value value, double constant) const;
  /// Scores that have been multiplied already, because the scale is not
  /// positive, have a scale of 1 left.
  double scaleLeft() const { return scale > 0 ? scale : 1; }

  Emitter *emitter;
  bool online;
  double scale;
  FloatType weightType;
  bool hasExactSum;
};

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_SOFTMAX_H
