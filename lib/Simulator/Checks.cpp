//===- Checks.cpp - What the verifiers leave open -------------------------===//
//
// Ops that are valid IR, but not where they stand: so that handlers find values
// of the kinds that they expect.
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

// More than fits the registers of any block.
static constexpr int64_t maxTileElements = int64_t(1) << 24;

static bool isKernelOp(Operation *op) {
  return isa<hopper::HopperDialect, NVVM::NVVMDialect>(op->getDialect())
             ? !isa<hopper::CheckWorkspaceOp, hopper::MakeTensorMapOp,
                    hopper::MultiprocessorCountOp>(op)
             : isa<gpu::BlockIdOp, gpu::GridDimOp>(op);
}

/// Whether an op computes on tiles, and not on tensors in memory.
static bool isTileOp(Operation *op) {
  return isa<arith::ArithDialect, math::MathDialect, hopper::HopperDialect>(
             op->getDialect()) ||
         isa<tensor::ExtractSliceOp, tensor::SplatOp>(op);
}

static bool isKnownTileType(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return !isa<ShapedType>(type) || isa<MemRefType>(type);
  int64_t elements = 1;
  for (int64_t size : tensor.getShape())
    if (ShapedType::isDynamic(size) ||
        llvm::MulOverflow(elements, size, elements) ||
        elements > maxTileElements)
      return false;
  return true;
}

static bool isNumber(Type type) {
  Type elementType = getElementTypeOrSelf(type);
  return !elementType.isIntOrIndexOrFloat() || isStorable(elementType);
}

/// Whether an op of a kernel reads memory of the device, or writes it.
static bool readsDeviceMemory(Operation *op) {
  return isa<hopper::GatherOp, hopper::LoadColumnsOp, hopper::LoadOp,
             hopper::TmaLoadOp, memref::LoadOp>(op);
}
static bool writesDeviceMemory(Operation *op) {
  return isa<hopper::StoreOp, hopper::StoreRowsOp, hopper::TmaStoreOp,
             memref::StoreOp>(op);
}

/// `fn(what owns it)` for each array in device memory that an op takes.
template <typename Fn>
static void forEachArray(const Agent &agent, Operation *op, Fn fn) {
  for (Value operand : op->getOperands()) {
    auto it = agent.env.find(operand);
    if (it == agent.env.end())
      continue;
    if (const auto *buffer = std::get_if<Buffer>(&it->second))
      fn(static_cast<const void *>(buffer->storage.get()));
    else if (const auto *map = std::get_if<TensorMap>(&it->second))
      fn(static_cast<const void *>(map->buffer.storage.get()));
  }
}

/// What no kernel has written yet may be read while the one ahead still runs.
static bool isTooEarly(const Agent &agent, Operation *op) {
  if (!agent.mayBeEarly)
    return false;
  bool isWritten = false;
  forEachArray(agent, op, [&](const void *array) {
    isWritten |= agent.written->contains(array);
  });
  return writesDeviceMemory(op) || (readsDeviceMemory(op) && isWritten);
}

void sim::noteWrites(const Agent &agent, Operation *op) {
  if (agent.cta && writesDeviceMemory(op))
    forEachArray(agent, op,
                 [&](const void *array) { agent.written->insert(array); });
}

LogicalResult sim::checkOp(const Agent &agent, Operation *op) {
  if (isKernelOp(op) && !agent.cta)
    return op->emitError("expects to be in a kernel");
  if (isTooEarly(agent, op))
    return op->emitError("the kernel ahead may still be running: expects ")
           << NVVM::GriddepcontrolOp::getOperationName()
           << " wait before device memory is used that kernels write";
  bool isTile = isTileOp(op);
  bool isArray = isa<memref::MemRefDialect, tensor::TensorDialect,
                     bufferization::BufferizationDialect>(op->getDialect()) &&
                 !isTile;
  for (Value operand : op->getOperands()) {
    auto it = agent.env.find(operand);
    if (it == agent.env.end())
      return op->emitError("the simulator has no value of ")
             << operand.getType();
    if (!isa<RankedTensorType>(operand.getType()))
      continue;
    if ((isTile && !std::holds_alternative<TileValue>(it->second)) ||
        (isArray && !std::holds_alternative<Buffer>(it->second)))
      return op->emitError("expects ")
             << (isTile ? "a tile in registers" : "a tensor in memory")
             << ", but got the other kind of " << operand.getType();
  }
  if (isTile)
    for (Type type : op->getResultTypes())
      if (!isKnownTileType(type) || !isNumber(type))
        return op->emitError("the simulator does not know values of ") << type;
  return success();
}
