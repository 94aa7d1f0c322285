//===- ProjectionOps.cpp - cca.projection, cca.latents --------------------===//
//
// Result types, verifiers and result shapes.
//
//===----------------------------------------------------------------------===//

#include "Constraints.h"
#include "ReifyShapes.h"
#include "cca/Dialect/CCA/IR/CCA.h"

using namespace mlir;
using namespace mlir::cca;

/// What a kernel computes for tokens that `tokens` has, all its sizes but the
/// last.
static GemmProblem problemOf(RankedTensorType tokens, int64_t outputs) {
  GemmProblem problem;
  problem.outputs = outputs;
  problem.inputs = tokens.getShape().back();
  problem.elementBytes = tokens.getElementTypeBitWidth() / CHAR_BIT;
  ArrayRef<int64_t> sizes = tokens.getShape().drop_back();
  if (llvm::none_of(sizes, ShapedType::isDynamic))
    problem.tokens = llvm::product_of(sizes);
  return problem;
}

/// (C2) A bias has the element type of what it is added to, or is f32.
static LogicalResult verifyBiasType(Operation *op, Value bias,
                                    Type elementType) {
  if (!bias || getElementTypeOrSelf(bias.getType()).isF32())
    return success();
  return verifyElementType(op, "bias", bias, elementType);
}

//===----------------------------------------------------------------------===//
// cca.projection
//===----------------------------------------------------------------------===//

GemmProblem ProjectionOp::getProblem() {
  return problemOf(getX().getType(), getW().getType().getDimSize(0));
}

LogicalResult
ProjectionOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                               ValueRange operands, DictionaryAttr attributes,
                               OpaqueProperties properties, RegionRange regions,
                               SmallVectorImpl<Type> &results) {
  Adaptor op(operands, attributes, properties, regions);
  auto x = dyn_cast<RankedTensorType>(op.getX().getType());
  auto w = dyn_cast<RankedTensorType>(op.getW().getType());
  if (!x || x.getRank() < 1 || !w || w.getRank() != 2)
    return emitOptionalError(location,
                             "expects x to have channels and w to be N x K");
  SmallVector<int64_t> shape(x.getShape());
  shape.back() = w.getDimSize(0);
  results.push_back(x.clone(shape));
  return success();
}

LogicalResult ProjectionOp::verify() {
  RankedTensorType x = getX().getType(), w = getW().getType();
  int64_t tokenDims = x.getRank() - 1;
  // (C1)
  if (failed(verifyStatic(*this, "x", getX(), tokenDims)) ||
      failed(verifyStatic(*this, "w", getW())) ||
      failed(verifyStatic(*this, "bias", getBias())))
    return failure();
  // (C2), (C3), (C11)
  return failure(
      failed(verifyElementType(*this, "w", getW(), x.getElementType())) ||
      failed(verifyBiasType(*this, getBias(), x.getElementType())) ||
      failed(verifyShape(*this, "w", getW(),
                         {w.getDimSize(0), x.getShape().back()}, "N x K")) ||
      failed(verifyShape(*this, "bias", getBias(), {w.getDimSize(0)}, "N")));
}

LogicalResult
ProjectionOp::reifyResultShapes(OpBuilder &builder,
                                ReifiedRankedShapedTypeDims &shapes) {
  SmallVector<OpFoldResult> shape =
      tensor::getMixedSizes(builder, getLoc(), getX());
  shape.back() = builder.getIndexAttr(getW().getType().getDimSize(0));
  shapes.push_back(shape);
  return success();
}

//===----------------------------------------------------------------------===//
// cca.latents
//===----------------------------------------------------------------------===//

GemmProblem LatentsOp::getProblem() {
  return problemOf(getHidden().getType(), getW().getType().getDimSize(0));
}

LogicalResult LatentsOp::verify() {
  if (failed(verifyRequiredOperands(*this, {"hidden", "w"})))
    return failure();
  RankedTensorType hidden = getHidden().getType(), w = getW().getType(),
                   x = getX().getType(), v = getV().getType();
  // (C1)
  if (failed(verifyStatic(*this, "hidden", getHidden(), /*dynamicDims=*/2)) ||
      failed(verifyStatic(*this, "w", getW())) ||
      failed(verifyStatic(*this, "bias", getBias())) ||
      failed(verifyStatic(*this, "x", getX(), /*dynamicDims=*/2)) ||
      failed(verifyStatic(*this, "v", getV(), /*dynamicDims=*/2)))
    return failure();
  // (C2)
  Type elementType = hidden.getElementType();
  if (failed(verifyElementType(*this, "w", getW(), elementType)) ||
      failed(verifyElementType(*this, "x", getX(), elementType)) ||
      failed(verifyElementType(*this, "v", getV(), elementType)) ||
      failed(verifyBiasType(*this, getBias(), elementType)))
    return failure();
  // (C6)
  int64_t values = v.getDimSize(2) * v.getDimSize(3);
  if (values % 2)
    return emitOpError("expects an even number of value channels, but got ")
           << values;
  // (C3), (C7), (C11), (C13)
  int64_t batch = hidden.getDimSize(0), tokens = hidden.getDimSize(1);
  int64_t channels = x.getDimSize(2);
  return failure(
      failed(verifyShape(*this, "w", getW(),
                         {channels + values, hidden.getDimSize(2)},
                         "(C + Hk * D) x E")) ||
      failed(verifyShape(*this, "x", getX(), {batch, tokens, channels},
                         "B x S x C")) ||
      failed(verifyShape(*this, "v", getV(),
                         {batch, tokens, v.getDimSize(2), v.getDimSize(3)},
                         "B x S x Hk x D")) ||
      failed(verifyShape(*this, "bias", getBias(), {w.getDimSize(0)},
                         "C + Hk * D")) ||
      failed(verifyPacked(*this, getCuSeqlens(), batch)));
}

LogicalResult
LatentsOp::reifyResultShapes(OpBuilder &builder,
                             ReifiedRankedShapedTypeDims &shapes) {
  for (Value result : getResults())
    shapes.push_back(reifyLeadingDims(builder, getLoc(), result, getHidden()));
  return success();
}
