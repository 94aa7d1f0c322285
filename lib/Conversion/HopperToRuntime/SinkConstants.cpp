//===- SinkConstants.cpp - The pass hopper-sink-constants -----------------===//

#include "cca/Conversion/HopperToRuntime/HopperToRuntime.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERSINKCONSTANTS
#include "cca/Conversion/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;

/// Constants that `launch`, the only one of `kernel`, passes.
static void sinkConstants(gpu::LaunchFuncOp launch, gpu::GPUFuncOp kernel) {
  OpBuilder builder = OpBuilder::atBlockBegin(&kernel.getBody().front());
  llvm::BitVector sunk(kernel.getNumArguments());
  for (auto [index, operand] : llvm::enumerate(launch.getKernelOperands())) {
    auto constant = operand.getDefiningOp<arith::ConstantOp>();
    if (!constant)
      continue;
    kernel.getArgument(index).replaceAllUsesWith(
        builder.clone(*constant)->getResult(0));
    sunk.set(index);
  }
  if (sunk.none() || failed(kernel.eraseArguments(sunk)))
    return;
  MutableOperandRange operands = launch.getKernelOperandsMutable();
  for (int index = sunk.find_last(); index >= 0; index = sunk.find_prev(index))
    operands.erase(index);
}

namespace {
struct HopperSinkConstants
    : cca::impl::HopperSinkConstantsBase<HopperSinkConstants> {
  void runOnOperation() override {
    SymbolTableCollection symbols;
    llvm::MapVector<gpu::GPUFuncOp, SmallVector<gpu::LaunchFuncOp>> launches;
    getOperation().walk([&](gpu::LaunchFuncOp launch) {
      if (auto kernel = symbols.lookupNearestSymbolFrom<gpu::GPUFuncOp>(
              launch, launch.getKernelAttr()))
        launches[kernel].push_back(launch);
    });
    for (auto &[kernel, ofKernel] : launches)
      if (ofKernel.size() == 1)
        sinkConstants(ofKernel.front(), kernel);
  }
};
} // namespace
