//===- Elementwise.cpp - linalg.generic in few words ----------------------===//

#include "Elementwise.h"
#include "cca/Dialect/CCA/Utils/Tensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

/// `args` with floats extended to f32.
static SmallVector<Value> inF32(OpBuilder &b, Location loc, ValueRange args) {
  return llvm::map_to_vector(args, [&](Value arg) {
    return isa<FloatType>(arg.getType())
               ? cca::castElements(b, loc, arg, b.getF32Type())
               : arg;
  });
}

Value cca::generate(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> shape,
                    Type elementType, ValueRange inputs,
                    ArrayRef<SmallVector<int64_t>> dims, ElementFn fn) {
  int64_t rank = shape.size();
  SmallVector<AffineMap> maps;
  for (const SmallVector<int64_t> &inputDims : dims)
    maps.push_back(AffineMap::get(
        rank, 0,
        llvm::map_to_vector(
            inputDims, [&](int64_t dim) { return b.getAffineDimExpr(dim); }),
        b.getContext()));
  maps.push_back(b.getMultiDimIdentityMap(rank));

  Value empty = tensor::EmptyOp::create(b, loc, shape, elementType);
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             b, loc, empty.getType(), inputs, empty, maps, iterators,
             [&](OpBuilder &b, Location loc, ValueRange args) {
               Value element = fn(b, loc, inF32(b, loc, args.drop_back()));
               if (isa<FloatType>(elementType))
                 element = castElements(b, loc, element, elementType);
               linalg::YieldOp::create(b, loc, element);
             })
      .getResult(0);
}

Value cca::generate(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> shape,
                    Type elementType, ValueRange inputs, ElementFn fn) {
  SmallVector<SmallVector<int64_t>> dims(
      inputs.size(), llvm::to_vector(llvm::seq<int64_t>(0, shape.size())));
  return generate(b, loc, shape, elementType, inputs, dims, fn);
}

Value cca::reduce(OpBuilder &b, Location loc, Value input, int64_t dim,
                  double identity, ElementFn fn) {
  SmallVector<OpFoldResult> shape = tensor::getMixedSizes(b, loc, input);
  shape.erase(shape.begin() + dim);
  Value empty = tensor::EmptyOp::create(b, loc, shape, b.getF32Type());
  Value init =
      linalg::FillOp::create(b, loc, constantF32(b, loc, identity), empty)
          .getResult(0);
  return linalg::ReduceOp::create(
             b, loc, input, init, dim,
             [&](OpBuilder &b, Location loc, ValueRange args) {
               linalg::YieldOp::create(b, loc, fn(b, loc, inF32(b, loc, args)));
             })
      .getResult(0);
}

Value cca::indexOf(OpBuilder &b, Location loc, int64_t dim) {
  return linalg::IndexOp::create(b, loc, dim);
}

Value cca::constantIndex(OpBuilder &b, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

Value cca::constantF32(OpBuilder &b, Location loc, double value) {
  return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value));
}
