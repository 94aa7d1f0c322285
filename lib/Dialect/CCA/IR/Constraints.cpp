//===- Constraints.cpp - Numbered constraints of the cca ops --------------===//

#include "Constraints.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cca;

/// Whether two sizes can be the same one at run time.
static bool agree(int64_t a, int64_t b) {
  return ShapedType::isDynamic(a) || ShapedType::isDynamic(b) || a == b;
}

/// Whether `value` is finite in the type that it is computed in.
static bool isFiniteF32(const APFloat &value) {
  return std::isfinite(static_cast<float>(value.convertToDouble()));
}

LogicalResult cca::verifyStatic(Operation *op, StringRef name, Value value,
                                unsigned dynamicDims) {
  if (!value)
    return success();
  auto type = cast<RankedTensorType>(value.getType());
  for (auto [dim, size] : llvm::enumerate(type.getShape())) {
    if (ShapedType::isDynamic(size) && dim >= dynamicDims)
      return op->emitOpError("expects ") << name << " to have a static size "
                                         << dim << ", but got " << type;
    // So that products of two sizes fit 64 bits.
    if (size >= int64_t(1) << 31)
      return op->emitOpError("expects ") << name << " to have a size " << dim
                                         << " below 2^31, but got " << type;
  }
  return success();
}

LogicalResult cca::verifyShape(Operation *op, StringRef name, Value value,
                               ArrayRef<int64_t> expected, StringRef meaning) {
  if (!value)
    return success();
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getRank() == static_cast<int64_t>(expected.size()) &&
      llvm::all_of(llvm::zip_equal(type.getShape(), expected),
                   [](auto sizes) { return std::apply(agree, sizes); }))
    return success();
  InFlightDiagnostic error = op->emitOpError("expects ")
                             << name << " to be " << meaning << " = ";
  llvm::interleave(
      expected,
      [&](int64_t size) {
        if (ShapedType::isDynamic(size))
          error << "?";
        else
          error << size;
      },
      [&] { error << "x"; });
  return error << ", but got " << type;
}

LogicalResult cca::verifyElementType(Operation *op, StringRef name, Value value,
                                     Type expected) {
  if (!value)
    return success();
  Type got = getElementTypeOrSelf(value.getType());
  if (got == expected)
    return success();
  return op->emitOpError("expects ")
         << name << " to have element type " << expected << ", but got " << got;
}

LogicalResult cca::verifyHeads(Operation *op, int64_t queryHeads,
                               int64_t keyHeads) {
  if (queryHeads < 1 || keyHeads < 1)
    return op->emitOpError("expects at least one query head and one key head, "
                           "but got ")
           << queryHeads << " and " << keyHeads;
  if (queryHeads % keyHeads != 0)
    return op->emitOpError("expects the number of query heads to be a multiple "
                           "of the number of key heads, but got ")
           << queryHeads << " and " << keyHeads;
  return success();
}

LogicalResult cca::verifyRope(Operation *op, Value cos, Value sin,
                              int64_t batch, int64_t tokens, int64_t headDim,
                              bool packed) {
  auto type = cast<RankedTensorType>(cos.getType());
  if (sin.getType() != type)
    return op->emitOpError("expects cos and sin to have one type, but got ")
           << type << " and " << sin.getType();
  if (packed && type.getRank() != 2)
    return op->emitOpError("expects cos and sin of a packed batch to be "
                           "positions x R, but got ")
           << type;
  unsigned rank = type.getRank();
  if (failed(verifyStatic(op, "cos", cos, rank - 1)))
    return failure();
  int64_t rotary = type.getDimSize(rank - 1);
  if (rotary % 2 != 0 || rotary > headDim)
    return op->emitOpError("expects an even number of rotary channels, at most "
                           "the head dimension ")
           << headDim << ", but got " << rotary;
  if (packed)
    return success();
  if (rank == 2)
    return verifyShape(op, "cos", cos, {tokens, rotary}, "S x R");
  return verifyShape(op, "cos", cos, {batch, tokens, rotary}, "B x S x R");
}

LogicalResult cca::verifyEps(Operation *op, const APFloat &eps) {
  if (isFiniteF32(eps) && !eps.isNegative())
    return success();
  return op->emitOpError("expects eps to be finite as an f32 and not negative, "
                         "but got ")
         << eps.convertToDouble();
}

LogicalResult cca::verifyPacked(Operation *op, Value cuSeqlens, int64_t batch) {
  if (!cuSeqlens)
    return success();
  if (!agree(batch, 1))
    return op->emitOpError("expects a packed batch to have one row, but got ")
           << batch;
  if (cast<RankedTensorType>(cuSeqlens.getType()).getDimSize(0) == 0)
    return op->emitOpError("expects cu_seqlens to have at least one element, "
                           "but got ")
           << cuSeqlens.getType();
  return success();
}

LogicalResult cca::verifySoftmax(Operation *op, std::optional<uint64_t> window,
                                 const std::optional<APFloat> &scale) {
  if (window && static_cast<int64_t>(*window) < 1)
    return op->emitOpError("expects window to be at least 1, but got ")
           << static_cast<int64_t>(*window);
  return verifyFactor(op, "softmax_scale", scale);
}

LogicalResult cca::verifyFactor(Operation *op, StringRef name,
                                const std::optional<APFloat> &factor) {
  if (factor && !isFiniteF32(*factor))
    return op->emitOpError("expects ")
           << name << " to be finite as an f32, but got "
           << factor->convertToDouble();
  return success();
}
