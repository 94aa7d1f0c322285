//===- BufferOps.cpp - memref, and tensors as arrays ----------------------===//

#include "Handlers.h"

#include "cca/Support/ElementBytes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

// No tensor of a test is larger: a size that is wrong shall not use up memory.
static constexpr int64_t maxBytes = int64_t(1) << 34;

/// Static sizes where they are, else the next of `values`.
static SmallVector<int64_t> mix(Agent &agent, ArrayRef<int64_t> sizes,
                                ValueRange values) {
  SmallVector<int64_t> mixed(sizes);
  for (int64_t &size : mixed)
    if (ShapedType::isDynamic(size)) {
      size = agent.getInt(values.front());
      values = values.drop_front();
    }
  return mixed;
}

template <typename OpT>
static Step runAlloc(Agent &agent, OpT op) {
  auto type = cast<ShapedType>(op->getResult(0).getType());
  SmallVector<int64_t> sizes =
      mix(agent, type.getShape(), op.getDynamicSizes());
  if (!isStorable(type.getElementType())) {
    op.emitError("the simulator expects elements that are numbers, but got ")
        << type;
    return Step::Failed;
  }
  int64_t bytes = elementBytes(type.getElementType());
  for (int64_t size : sizes)
    if (size < 0 || llvm::MulOverflow(bytes, size, bytes) || bytes > maxBytes) {
      op.emitError("expects sizes of at most 16 GiB, but got ")
          << ArrayRef<int64_t>(sizes);
      return Step::Failed;
    }
  Buffer buffer = Buffer::allocate(type.getElementType(), sizes);
  // NaN, or -1: an element that nobody writes is seen.
  llvm::fill(*buffer.storage, 0xff);
  agent.set(op->getResult(0), std::move(buffer));
  return Step::Next;
}

static Step runGetGlobal(Agent &agent, memref::GetGlobalOp op) {
  auto global = SymbolTable::lookupNearestSymbolFrom<memref::GlobalOp>(
      op, op.getNameAttr());
  auto elements = dyn_cast_if_present<ElementsAttr>(
      global.getInitialValue().value_or(Attribute()));
  auto bytes = elements ? getElementBytes(elements) : std::nullopt;
  if (!global.getConstant() || !bytes ||
      !isStorable(op.getType().getElementType())) {
    op.emitError("the simulator expects a constant of numbers, but got @")
        << op.getName();
    return Step::Failed;
  }
  Buffer buffer =
      Buffer::allocate(op.getType().getElementType(), op.getType().getShape());
  llvm::copy(*bytes, buffer.storage->begin());
  agent.set(op, std::move(buffer));
  return Step::Next;
}

/// An op whose result is its operand, as far as memory goes.
template <typename OpT>
static Step runForward(Agent &agent, OpT op) {
  agent.setAll(op->getResults(), agent.getAll(op->getOperands().take_front()));
  return Step::Next;
}

template <typename OpT>
static Step runNothing(Agent &, OpT) {
  return Step::Next;
}

template <typename OpT>
static Step runCast(Agent &agent, OpT op) {
  Buffer buffer = agent.get<Buffer>(op.getSource());
  auto type = cast<ShapedType>(op.getType());
  if (type.hasRank() && type.getShape().size() == buffer.sizes.size() &&
      llvm::all_of(llvm::zip_equal(type.getShape(), buffer.sizes), [](auto p) {
        return ShapedType::isDynamic(std::get<0>(p)) ||
               std::get<0>(p) == std::get<1>(p);
      })) {
    agent.set(op, std::move(buffer));
    return Step::Next;
  }
  op.emitError("expects sizes of ") << type << ", but got " << buffer.sizes;
  return Step::Failed;
}

template <typename OpT>
static Step runDim(Agent &agent, OpT op) {
  const Buffer &buffer = agent.get<Buffer>(op.getSource());
  int64_t dim = agent.getInt(op.getIndex());
  if (dim < 0 || dim >= int64_t(buffer.sizes.size())) {
    op.emitError("expects a dimension in [0, ")
        << buffer.sizes.size() << "), but got " << dim;
    return Step::Failed;
  }
  agent.set(op, buffer.sizes[dim]);
  return Step::Next;
}

static Step runSubView(Agent &agent, memref::SubViewOp op) {
  const Buffer &source = agent.get<Buffer>(op.getSource());
  SmallVector<int64_t> offsets =
      mix(agent, op.getStaticOffsets(), op.getOffsets());
  SmallVector<int64_t> sizes = mix(agent, op.getStaticSizes(), op.getSizes());
  SmallVector<int64_t> strides =
      mix(agent, op.getStaticStrides(), op.getStrides());
  Buffer view = source;
  view.sizes.clear();
  view.strides.clear();
  llvm::SmallBitVector dropped = op.getDroppedDims();
  for (size_t dim = 0; dim < sizes.size(); ++dim) {
    int64_t last = offsets[dim] + (sizes[dim] - 1) * strides[dim];
    if (sizes[dim] < 0 || (sizes[dim] > 0 && (offsets[dim] < 0 || last < 0 ||
                                              std::max(offsets[dim], last) >=
                                                  source.sizes[dim]))) {
      op.emitError("expects a part of ")
          << source.sizes[dim] << " elements in dimension " << dim
          << ", but got " << sizes[dim] << " from " << offsets[dim] << " on";
      return Step::Failed;
    }
    view.offset += offsets[dim] * source.strides[dim];
    if (dropped[dim])
      continue;
    view.sizes.push_back(sizes[dim]);
    view.strides.push_back(strides[dim] * source.strides[dim]);
  }
  agent.set(op, std::move(view));
  return Step::Next;
}

/// Bytes of a buffer as a buffer of other elements, with an address of its own.
static Step runView(Agent &agent, memref::ViewOp op) {
  Buffer view = agent.get<Buffer>(op.getSource());
  int64_t available = view.sizes.front();
  int64_t shift = agent.getInt(op.getByteShift());
  MemRefType type = op.getType();
  view.base += view.offset + shift;
  view.offset = 0;
  view.elementType = type.getElementType();
  view.sizes.assign(mix(agent, type.getShape(), op.getSizes()));
  view.strides.assign(view.sizes.size(), 1);
  int64_t elements = 1, bytes = view.elementBytes();
  for (size_t dim = view.sizes.size(); dim-- > 0; elements *= view.sizes[dim])
    view.strides[dim] = elements;
  if (view.base % bytes || shift < 0 || elements < 0 ||
      elements * bytes > available - shift) {
    op.emitError("expects ")
        << type << " at a multiple of " << bytes << " bytes inside of "
        << available << ", but got " << elements * bytes << " bytes from "
        << shift << " on";
    return Step::Failed;
  }
  agent.set(op, std::move(view));
  return Step::Next;
}

static Step runExtractStridedMetadata(Agent &agent,
                                      memref::ExtractStridedMetadataOp op) {
  const Buffer &source = agent.get<Buffer>(op.getSource());
  Buffer base = source;
  base.offset = 0;
  base.sizes.clear();
  base.strides.clear();
  SmallVector<RuntimeValue> results{base, source.offset};
  results.append(source.sizes.begin(), source.sizes.end());
  results.append(source.strides.begin(), source.strides.end());
  agent.setAll(op->getResults(), results);
  return Step::Next;
}

static Step runReinterpretCast(Agent &agent, memref::ReinterpretCastOp op) {
  Buffer view = agent.get<Buffer>(op.getSource());
  view.offset = mix(agent, op.getStaticOffsets(), op.getOffsets()).front();
  view.sizes.assign(mix(agent, op.getStaticSizes(), op.getSizes()));
  view.strides.assign(mix(agent, op.getStaticStrides(), op.getStrides()));
  int64_t last = view.offset;
  for (auto [size, stride] : llvm::zip_equal(view.sizes, view.strides))
    last += (size - 1) * stride;
  bool isEmpty = llvm::is_contained(view.sizes, 0);
  int64_t elements =
      (int64_t(view.storage->size()) - view.base) / view.elementBytes();
  if (!isEmpty && (view.offset < 0 || last < 0 || last >= elements)) {
    op.emitError("expects elements of a buffer of ")
        << elements << ", but got one at " << last;
    return Step::Failed;
  }
  agent.set(op, std::move(view));
  return Step::Next;
}

/// The address of an element, or none if there is no such element.
template <typename OpT>
static uint8_t *findElement(Agent &agent, OpT op, const Buffer &buffer) {
  SmallVector<int64_t> indices;
  for (Value index : op.getIndices())
    indices.push_back(agent.getInt(index));
  if (buffer.contains(indices))
    return buffer.data() + buffer.byteOffset(indices);
  op.emitError("expects indices inside of ")
      << buffer.sizes << ", but got " << ArrayRef<int64_t>(indices);
  return nullptr;
}

static Step runLoad(Agent &agent, memref::LoadOp op) {
  const Buffer &buffer = agent.get<Buffer>(op.getMemref());
  const uint8_t *element = findElement(agent, op, buffer);
  if (!element)
    return Step::Failed;
  agent.set(op, decodeScalar(buffer.elementType, element));
  return Step::Next;
}

static Step runStore(Agent &agent, memref::StoreOp op) {
  const Buffer &buffer = agent.get<Buffer>(op.getMemref());
  uint8_t *element = findElement(agent, op, buffer);
  if (!element)
    return Step::Failed;
  encodeScalar(buffer.elementType, agent.getAll(op.getValue()).front(),
               element);
  return Step::Next;
}

/// Storage begins where any alignment is satisfied.
static Step runPointer(Agent &agent,
                       memref::ExtractAlignedPointerAsIndexOp op) {
  agent.set(op, agent.get<Buffer>(op.getSource()).base);
  return Step::Next;
}

static Step runAssert(Agent &agent, cf::AssertOp op) {
  if (agent.getInt(op.getArg()))
    return Step::Next;
  op.emitError() << op.getMsg();
  return Step::Failed;
}

void sim::addBufferOps(Handlers &handlers) {
  handlers.add(runAlloc<memref::AllocOp>);
  handlers.add(runAlloc<tensor::EmptyOp>);
  handlers.add(runGetGlobal);
  handlers.add(runNothing<memref::DeallocOp>);
  handlers.add(runCast<memref::CastOp>);
  handlers.add(runCast<tensor::CastOp>);
  handlers.add(runDim<memref::DimOp>);
  handlers.add(runDim<tensor::DimOp>);
  handlers.add(runExtractStridedMetadata);
  handlers.add(runReinterpretCast);
  handlers.add(runSubView);
  handlers.add(runView);
  handlers.add(runPointer);
  handlers.add(runAssert);
  handlers.add(runLoad);
  handlers.add(runStore);
  handlers.add(runForward<bufferization::ToBufferOp>);
  handlers.add(runForward<bufferization::ToTensorOp>);
}
