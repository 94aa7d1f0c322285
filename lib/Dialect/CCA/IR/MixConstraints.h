//===- MixConstraints.h - What ops that mix latents have alike --*- C++ -*-===//
//
// cca.mix and cca.fused_prologue: operands and modes of the same names.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_DIALECT_CCA_IR_MIXCONSTRAINTS_H
#define CCA_LIB_DIALECT_CCA_IR_MIXCONSTRAINTS_H

#include "Constraints.h"
#include "cca/Dialect/CCA/IR/CCA.h"

namespace mlir::cca {

/// The type of `heads` heads, for each token of `x` (B x S x …).
inline RankedTensorType headsOf(RankedTensorType x, int64_t heads,
                                int64_t headDim) {
  return RankedTensorType::get(
      {x.getDimSize(0), x.getDimSize(1), heads, headDim}, x.getElementType());
}

/// (C1), (C2), (C4), (C5), (C7), (C8), (C10), (C12) to (C14) of `op`, which
/// mixes latents of type `x`. What taps weigh reaches `before` tokens back.
template <typename OpT>
LogicalResult verifyMix(OpT op, RankedTensorType x, int64_t before = 0) {
  RankedTensorType taps = op.getTaps().getType();
  // (C1)
  if (failed(verifyStatic(op, "taps", op.getTaps())) ||
      failed(verifyStatic(op, "bias", op.getBias())) ||
      failed(verifyStatic(op, "temperature", op.getTemperature())))
    return failure();
  // (C2)
  if (failed(verifyElementType(op, "taps", op.getTaps(), x.getElementType())) ||
      (!op.getCos().getType().getElementType().isF32() &&
       failed(verifyElementType(op, "cos", op.getCos(), x.getElementType()))))
    return failure();
  // (C4), (C5)
  int64_t channels = x.getDimSize(2), headDim = taps.getDimSize(2);
  if (headDim < 1)
    return op.emitOpError("expects a head dimension of at least 1, but got ")
           << headDim;
  if (channels % headDim != 0)
    return op.emitOpError("expects the channels of x to be a multiple of the "
                          "head dimension ")
           << headDim << ", but got " << channels;
  int64_t keyHeads = op.getTemperature().getType().getDimSize(0);
  if (failed(verifyHeads(op, channels / headDim - keyHeads, keyHeads)))
    return failure();
  // (C7), (C8)
  int64_t count = taps.getDimSize(0);
  if (failed(verifyShape(op, "taps", op.getTaps(), {count, channels, headDim},
                         "T x C x D")) ||
      failed(verifyShape(op, "bias", op.getBias(), {channels}, "C")))
    return failure();
  if (count < 1 || count + before > 7)
    return op.emitOpError("expects 1 to ")
           << 7 - before << " taps, but got " << count;
  // (C10), (C12), (C13), (C14)
  return success(
      succeeded(verifyRope(op, op.getCos(), op.getSin(), x.getDimSize(0),
                           x.getDimSize(1), headDim,
                           bool(op.getCuSeqlens()))) &&
      succeeded(verifyEps(op, op.getEps())) &&
      succeeded(verifyPacked(op, op.getCuSeqlens(), x.getDimSize(0))) &&
      succeeded(verifyFactor(op, "query_factor", op.getQueryFactor())));
}

/// What a schedule for the mixing of `op` is chosen for.
template <typename OpT>
MixProblem mixProblemOf(OpT op) {
  RankedTensorType query = op.getQuery().getType();
  auto known = [&](unsigned dim) {
    return query.isDynamicDim(dim) ? std::nullopt
                                   : std::optional(query.getDimSize(dim));
  };
  RankedTensorType cos = op.getCos().getType();
  MixProblem problem;
  problem.headDim = query.getDimSize(3);
  problem.queryHeads = query.getDimSize(2);
  problem.keyHeads = op.getKey().getType().getDimSize(2);
  problem.taps = op.getTaps().getType().getDimSize(0);
  problem.rotary = cos.getShape().back();
  problem.rotatesHalves = op.getRopeLayout() == RopeLayout::Half;
  problem.elementBytes = query.getElementTypeBitWidth() / CHAR_BIT;
  problem.tableBytes = cos.getElementTypeBitWidth() / CHAR_BIT;
  problem.batch = known(0);
  problem.tokens = known(1);
  return problem;
}

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_CCA_IR_MIXCONSTRAINTS_H
