//===- SharedMemory.cpp - Addresses in shared memory and of TMA -----------===//

#include "SharedMemory.h"

#include "cca/Layout/TensorMapLayout.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace mlir::cca;

static constexpr llvm::StringLiteral sharedMemoryName = "shared_memory";

void cca::declareSharedMemory(gpu::GPUModuleOp module) {
  if (module.lookupSymbol(sharedMemoryName))
    return;
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  auto bytes = LLVM::LLVMArrayType::get(builder.getI8Type(), 0);
  LLVM::GlobalOp::create(builder, module.getLoc(), bytes, /*isConstant=*/false,
                         LLVM::Linkage::External, sharedMemoryName, Attribute(),
                         HopperTarget::swizzleAtomBytes,
                         static_cast<unsigned>(NVVM::NVVMMemorySpace::Shared));
}

Value cca::sharedMemoryBase(ThreadBuilder &thread) {
  OpBuilder &builder = thread.get();
  auto pointer = LLVM::LLVMPointerType::get(
      builder.getContext(),
      static_cast<unsigned>(NVVM::NVVMMemorySpace::Shared));
  Value begin = LLVM::AddressOfOp::create(builder, thread.getLoc(), pointer,
                                          sharedMemoryName);
  return LLVM::PtrToIntOp::create(builder, thread.getLoc(),
                                  builder.getI32Type(), begin);
}

Value cca::consumerWarpgroup(ThreadBuilder &thread, Operation *op) {
  auto roles = op->getParentOfType<hopper::WarpSpecializeOp>();
  if (!roles || !roles.getConsumer().isAncestor(op->getParentRegion()))
    return {};
  return roles.getConsumerIndex();
}

BoxCoordinates::BoxCoordinates(ThreadBuilder &thread, hopper::TensorMapType map,
                               ValueRange coordinates, int64_t firstOperand) {
  SharedTile tile = map.getTileType().getLayout();
  TensorMapLayout layout =
      TensorMapLayout::get(map.getBox(), tile.elementBytes, tile.swizzle);
  for (const TensorMapDim &dim : layout.dims) {
    Value coordinate = coordinates[dim.tensorDim];
    switch (dim.part) {
    case TensorMapDim::Part::Whole:
      values.push_back(coordinate);
      break;
    case TensorMapDim::Part::Span:
      // Boxes begin at panels.
      values.push_back(thread.constant(0));
      break;
    case TensorMapDim::Part::Panels:
      values.push_back(arith::DivUIOp::create(thread.get(), thread.getLoc(),
                                              coordinate,
                                              thread.constant(layout.span)));
      break;
    }
  }
  dims = std::to_string(values.size()) + "d";
  for (size_t i = 0; i < values.size(); ++i) {
    operands += (i ? ", $" : "$") + std::to_string(firstOperand + i);
    constraints += ",r";
  }
}
