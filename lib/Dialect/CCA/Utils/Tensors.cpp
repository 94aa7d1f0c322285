//===- Tensors.cpp - Short ways to build tensor and linalg ops ------------===//

#include "cca/Dialect/CCA/Utils/Tensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

/// Each dimension of a tensor of `rank` on its own, but `dim` and `dim + 1` as
/// one.
static SmallVector<ReassociationIndices> pairAt(int64_t dim, int64_t rank) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t i = 0; i < rank; ++i) {
    groups.push_back({i});
    if (i == dim)
      groups.back().push_back(++i);
  }
  return groups;
}

Value cca::castElements(OpBuilder &b, Location loc, Value value,
                        Type elementType) {
  Type from = getElementTypeOrSelf(value.getType());
  if (from == elementType)
    return value;
  Type to = elementType;
  if (auto tensor = dyn_cast<RankedTensorType>(value.getType()))
    to = tensor.clone(elementType);
  unsigned fromWidth = from.getIntOrFloatBitWidth();
  unsigned toWidth = elementType.getIntOrFloatBitWidth();
  if (fromWidth < toWidth)
    return arith::ExtFOp::create(b, loc, to, value);
  if (fromWidth > toWidth)
    return arith::TruncFOp::create(b, loc, to, value);
  // Between f16 and bf16: by way of f32, which holds both.
  return castElements(b, loc, castElements(b, loc, value, b.getF32Type()),
                      elementType);
}

Value cca::splitHeads(OpBuilder &b, Location loc, Value value, int64_t dim,
                      int64_t headDim) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape());
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, value);
  shape[dim] /= headDim;
  sizes[dim] = b.getIndexAttr(shape[dim]);
  shape.insert(shape.begin() + dim + 1, headDim);
  sizes.insert(sizes.begin() + dim + 1, b.getIndexAttr(headDim));
  return tensor::ExpandShapeOp::create(b, loc, type.clone(shape), value,
                                       pairAt(dim, shape.size()), sizes);
}

Value cca::mergeHeads(OpBuilder &b, Location loc, Value value, int64_t dim) {
  int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
  return tensor::CollapseShapeOp::create(b, loc, value, pairAt(dim, rank));
}

Value cca::zeros(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> shape,
                 Type elementType) {
  Value empty = tensor::EmptyOp::create(b, loc, shape, elementType);
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(elementType));
  return linalg::FillOp::create(b, loc, zero, empty).getResult(0);
}

Value cca::contract(OpBuilder &b, Location loc, Value lhs, Value rhs,
                    Value init, ArrayRef<SmallVector<AffineExpr, 4>> indices) {
  return linalg::ContractOp::create(
             b, loc, init.getType(), ValueRange{lhs, rhs}, init,
             b.getAffineMapArrayAttr(
                 AffineMap::inferFromExprList(indices, b.getContext())))
      ->getResult(0);
}

Value cca::sumOfProducts(OpBuilder &b, Location loc, Value lhs, Value rhs,
                         Value init,
                         ArrayRef<SmallVector<AffineExpr, 4>> indices,
                         unsigned reductions) {
  SmallVector<AffineMap> maps =
      AffineMap::inferFromExprList(indices, b.getContext());
  SmallVector<utils::IteratorType> iterators(
      maps.front().getNumDims() - reductions, utils::IteratorType::parallel);
  iterators.append(reductions, utils::IteratorType::reduction);
  return linalg::GenericOp::create(
             b, loc, init.getType(), ValueRange{lhs, rhs}, init, maps,
             iterators,
             [](OpBuilder &b, Location loc, ValueRange args) {
               Type f32 = b.getF32Type();
               Value left = castElements(b, loc, args[0], f32);
               Value right = castElements(b, loc, args[1], f32);
               Value product = arith::MulFOp::create(b, loc, left, right);
               Value sum = arith::AddFOp::create(b, loc, args[2], product);
               linalg::YieldOp::create(b, loc, sum);
             })
      .getResult(0);
}

Value cca::project(OpBuilder &b, Location loc, Value input, Value weight,
                   Value bias) {
  SmallVector<OpFoldResult> shape = tensor::getMixedSizes(b, loc, input);
  shape.back() = tensor::getMixedSize(b, loc, weight, 0);
  auto tokenDims = static_cast<int64_t>(shape.size()) - 1;

  // The accumulator starts from the bias.
  Value init;
  if (bias) {
    Value empty = tensor::EmptyOp::create(b, loc, shape, b.getF32Type());
    init = linalg::BroadcastOp::create(
               b, loc, castElements(b, loc, bias, b.getF32Type()), empty,
               llvm::to_vector(llvm::seq(tokenDims)))
               ->getResult(0);
  } else {
    init = zeros(b, loc, shape, b.getF32Type());
  }

  SmallVector<AffineExpr, 4> tokens;
  for (int64_t dim : llvm::seq(tokenDims))
    tokens.push_back(b.getAffineDimExpr(dim));
  AffineExpr out = b.getAffineDimExpr(tokenDims),
             in = b.getAffineDimExpr(tokenDims + 1);
  auto with = [&](AffineExpr last) {
    SmallVector<AffineExpr, 4> indices = tokens;
    indices.push_back(last);
    return indices;
  };
  return contract(b, loc, input, weight, init,
                  {with(in), {out, in}, with(out)});
}

/// `value` with dimension `from`, reversed, as dimension `to`.
static Value moveReversed(OpBuilder &b, Location loc, Value value,
                          unsigned from, unsigned to, Type elementType) {
  auto type = cast<RankedTensorType>(value.getType());
  unsigned rank = type.getRank();
  int64_t size = type.getDimSize(from);
  SmallVector<int64_t> sizes(type.getShape());
  sizes.erase(sizes.begin() + from);
  sizes.insert(sizes.begin() + to, size);

  AffineMap all = b.getMultiDimIdentityMap(rank);
  SmallVector<AffineExpr> indices(all.getResults());
  AffineExpr reversed = -indices[to] + (size - 1);
  indices.erase(indices.begin() + to);
  indices.insert(indices.begin() + from, reversed);
  SmallVector<AffineMap> maps{AffineMap::get(rank, 0, indices, b.getContext()),
                              all};
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  Value init = tensor::EmptyOp::create(b, loc, sizes, elementType);
  return linalg::GenericOp::create(
             b, loc, init.getType(), value, init, maps, iterators,
             [&](OpBuilder &b, Location loc, ValueRange args) {
               linalg::YieldOp::create(
                   b, loc, cca::castElements(b, loc, args[0], elementType));
             })
      .getResult(0);
}

Value cca::tapsFirst(OpBuilder &b, Location loc, Value weight,
                     Type elementType) {
  unsigned last = cast<RankedTensorType>(weight.getType()).getRank() - 1;
  return moveReversed(b, loc, weight, last, 0, elementType);
}

Value cca::tapsLast(OpBuilder &b, Location loc, Value taps) {
  auto type = cast<RankedTensorType>(taps.getType());
  return moveReversed(b, loc, taps, 0, type.getRank() - 1,
                      type.getElementType());
}
