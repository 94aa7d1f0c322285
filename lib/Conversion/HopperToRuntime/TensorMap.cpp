//===- TensorMap.cpp - hopper.make_tensor_map to the runtime --------------===//

#include "Lowerings.h"

#include "cca-c/Runtime.h"
#include "cca/Layout/TensorMapLayout.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace mlir::cca;

static std::optional<int64_t> getElement(Type type) {
  if (type.isF16())
    return CCA_F16;
  if (type.isBF16())
    return CCA_BF16;
  if (type.isF32())
    return CCA_F32;
  return std::nullopt;
}

/// The argument that a buffer is, or is a view of.
static std::string describe(Value buffer, func::FuncOp function) {
  while (auto view = buffer.getDefiningOp<ViewLikeOpInterface>())
    buffer = view.getViewSource();
  auto argument = dyn_cast<BlockArgument>(buffer);
  if (argument && argument.getOwner() == &function.front())
    return cca::describe(argument, function);
  return "a tensor of @" + function.getName().str();
}

/// Checks what the types leave open, but tensor maps do not.
static LogicalResult checkTypes(hopper::MakeTensorMapOp op, int64_t span,
                                bool hasPanels) {
  auto buffer = cast<MemRefType>(op.getBuffer().getType());
  if (!getElement(buffer.getElementType()))
    return op.emitOpError("expects elements of f16, bf16 or f32, but got ")
           << buffer.getElementType();
  // A panel that is cut off would read on in the next row.
  int64_t size = buffer.getShape().back();
  if (hasPanels && (ShapedType::isDynamic(size) || size % span))
    return op.emitOpError("expects the innermost size of the buffer to be a "
                          "multiple of ")
           << span << ", the elements of a panel, but got " << buffer;
  return success();
}

FailureOr<Value> cca::lowerTensorMap(hopper::MakeTensorMapOp op,
                                     HostFunction &function,
                                     RuntimeInterface &runtime) {
  using Part = TensorMapDim::Part;
  hopper::TensorMapType map = op.getMap().getType();
  int64_t elementBytes = map.getElementType().getIntOrFloatBitWidth() / 8;
  auto layout = TensorMapLayout::get(map.getBox(), elementBytes,
                                     static_cast<Swizzle>(map.getSwizzle()));
  if (failed(checkTypes(op, layout.span, layout.hasPanels())))
    return failure();

  Location loc = op.getLoc();
  OpBuilder b(op);
  auto buffer =
      memref::ExtractStridedMetadataOp::create(b, loc, op.getBuffer());
  Value aligned =
      memref::ExtractAlignedPointerAsIndexOp::create(b, loc, op.getBuffer());
  Value offset = arith::MulIOp::create(
      b, loc, createI64(b, loc, buffer.getConstifiedMixedOffset()),
      createI64(b, loc, elementBytes));
  Value address = arith::AddIOp::create(
      b, loc, createI64(b, loc, OpFoldResult(aligned)), offset);

  Value tensor = function.allocate(loc, runtime.tensorType);
  auto store = [&](int32_t field, Value value,
                   std::optional<int32_t> index = std::nullopt) {
    storeField(b, loc, runtime.tensorType, tensor, field, value, index);
  };
  store(RuntimeInterface::Name,
        runtime.addString(b, loc, "tensor_name",
                          ::describe(op.getBuffer(), function.getFunction())));
  store(RuntimeInterface::Address,
        LLVM::IntToPtrOp::create(b, loc, runtime.pointer, address));
  store(RuntimeInterface::Element,
        createI64(b, loc, *getElement(map.getElementType())));
  store(RuntimeInterface::Rank, createI64(b, loc, layout.dims.size()));
  store(RuntimeInterface::SwizzleSpan, createI64(b, loc, map.getSwizzle()));
  SmallVector<OpFoldResult> sizes = buffer.getConstifiedMixedSizes();
  SmallVector<OpFoldResult> strides = buffer.getConstifiedMixedStrides();
  for (auto [index, dim] : llvm::enumerate(layout.dims)) {
    Value size = createI64(b, loc, sizes[dim.tensorDim]);
    Value stride = createI64(b, loc, strides[dim.tensorDim]);
    if (dim.part == Part::Span)
      size = createI64(b, loc, layout.span);
    if (dim.part == Part::Panels) {
      int64_t panels = *getConstantIntValue(sizes.back()) / layout.span;
      size = createI64(b, loc, panels);
      stride = createI64(b, loc, layout.span);
    }
    store(RuntimeInterface::Size, size, index);
    store(RuntimeInterface::Stride, stride, index);
    store(RuntimeInterface::Box, createI64(b, loc, dim.box), index);
    store(RuntimeInterface::Dimension, createI64(b, loc, dim.tensorDim), index);
  }

  auto bytes =
      LLVM::LLVMArrayType::get(b.getI8Type(), HopperTarget::tensorMapBytes);
  Value result =
      function.allocate(loc, bytes, HopperTarget::tensorMapAlignment);
  auto call = LLVM::CallOp::create(b, loc, runtime.getEncodeTensorMap(),
                                   ValueRange{result, tensor});
  function.check(b, loc, call.getResult());
  return result;
}
