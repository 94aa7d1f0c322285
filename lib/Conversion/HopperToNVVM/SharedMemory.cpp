//===- SharedMemory.cpp - Addresses in shared memory and of TMA -----------===//

#include "SharedMemory.h"

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
  int64_t rank = map.getRank(), rows = 0;
  while (map.getBox()[rows] == 1)
    ++rows;
  int64_t spanElements = map.getTileType().getLayout().panelCols();
  Value column = coordinates.back();
  values.push_back(thread.constant(0));
  values.push_back(coordinates[rows]);
  values.push_back(arith::DivUIOp::create(thread.get(), thread.getLoc(), column,
                                          thread.constant(spanElements)));
  for (int64_t i = rank - 2; i >= 0; --i)
    if (i != rows)
      values.push_back(coordinates[i]);
  dims = std::to_string(values.size()) + "d";
  for (size_t i = 0; i < values.size(); ++i) {
    operands += (i ? ", $" : "$") + std::to_string(firstOperand + i);
    constraints += ",r";
  }
}
