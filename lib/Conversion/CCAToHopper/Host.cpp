//===- Host.cpp - What launches have in common ----------------------------===//

#include "Host.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::cca;

MemRefType cca::stridedType(RankedTensorType type, bool lastIsContiguous) {
  SmallVector<int64_t> strides(type.getRank(), ShapedType::kDynamic);
  if (lastIsContiguous)
    strides.back() = 1;
  auto layout =
      StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic, strides);
  return MemRefType::get(type.getShape(), type.getElementType(), layout);
}

Value cca::inputBuffer(Emitter &emitter, Value tensor) {
  return emitter.create<bufferization::ToBufferOp>(
      stridedType(cast<RankedTensorType>(tensor.getType())), tensor,
      /*read_only=*/true);
}

OutputBuffer cca::outputBuffer(Emitter &emitter, RankedTensorType type,
                               ValueRange sizes, bool lastIsContiguous) {
  Value allocated = emitter.create<memref::AllocOp>(
      MemRefType::get(type.getShape(), type.getElementType()), sizes);
  return {allocated, emitter.create<memref::CastOp>(
                         stridedType(type, lastIsContiguous), allocated)};
}

Value cca::resultTensor(Emitter &emitter, const OutputBuffer &buffer,
                        Type type) {
  return emitter.create<bufferization::ToTensorOp>(
      type, buffer.allocated, /*restrict=*/true, /*writable=*/true);
}

Value cca::mapOf(Emitter &emitter, hopper::TensorMapType type, Value buffer) {
  return emitter.create<hopper::MakeTensorMapOp>(type, buffer);
}

SmallVector<Value> cca::present(ArrayRef<Value *> parameters) {
  SmallVector<Value> values;
  for (Value *parameter : parameters)
    if (*parameter)
      values.push_back(*parameter);
  return values;
}

void cca::emitLaunch(Emitter &emitter, gpu::GPUFuncOp kernel, Value blocks,
                     ArrayRef<Value *> parameters) {
  Value one = emitter.create<arith::ConstantIndexOp>(1);
  emitter.create<gpu::LaunchFuncOp>(
      kernel, gpu::KernelDim3{blocks, one, one}, gpu::KernelDim3{one, one, one},
      /*dynamicSharedMemorySize=*/Value(), present(parameters));
}
