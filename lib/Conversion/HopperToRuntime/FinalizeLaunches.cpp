//===- FinalizeLaunches.cpp - hopper-finalize-launches --------------------===//

#include "cca/Conversion/HopperToRuntime/HopperToRuntime.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERFINALIZELAUNCHES
#include "cca/Conversion/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;

/// Dynamic shared memory of a kernel, set by `hopper-allocate-smem`.
static constexpr StringRef smemBytesAttrName = "hopper.smem_bytes";

/// The block size that a kernel was compiled for, whatever it is lowered to.
static DenseI32ArrayAttr getBlockSize(Operation *kernel) {
  if (auto function = dyn_cast<gpu::GPUFuncOp>(kernel))
    return function.getKnownBlockSizeAttr();
  for (StringRef name : {NVVM::NVVMDialect::getReqntidAttrName(),
                         NVVM::NVVMDialect::getMaxntidAttrName()})
    if (auto size = kernel->getAttrOfType<DenseI32ArrayAttr>(name))
      return size;
  return {};
}

static LogicalResult finalize(gpu::LaunchFuncOp op,
                              SymbolTableCollection &symbols) {
  auto *kernel = symbols.lookupNearestSymbolFrom(op, op.getKernelAttr());
  if (!kernel)
    return op.emitOpError("expects a kernel of a gpu.module, but got ")
           << op.getKernelAttr();
  DenseI32ArrayAttr blockSize = getBlockSize(kernel);
  if (!blockSize || blockSize.size() < 1 || blockSize.size() > 3)
    return op.emitOpError("expects the block size to be an attribute of "
                          "kernel ")
           << op.getKernelAttr()
           << ", known_block_size or nvvm.reqntid, but got none";

  OpBuilder b(op);
  Location loc = op.getLoc();
  MutableOperandRange operands[] = {op.getBlockSizeXMutable(),
                                    op.getBlockSizeYMutable(),
                                    op.getBlockSizeZMutable()};
  Type type = op.getBlockSizeX().getType();
  for (auto [dim, operand] : llvm::enumerate(operands)) {
    int64_t size = dim < size_t(blockSize.size()) ? blockSize[dim] : 1;
    operand.assign(
        arith::ConstantOp::create(b, loc, b.getIntegerAttr(type, size))
            .getResult());
  }
  if (auto bytes = kernel->getAttrOfType<IntegerAttr>(smemBytesAttrName)) {
    Value size = arith::ConstantOp::create(
        b, loc, b.getI32IntegerAttr(bytes.getValue().getSExtValue()));
    op.getDynamicSharedMemorySizeMutable().assign(size);
  }
  return success();
}

namespace {
struct FinalizeLaunchesPass
    : cca::impl::HopperFinalizeLaunchesBase<FinalizeLaunchesPass> {
  void runOnOperation() override {
    SymbolTableCollection symbols;
    WalkResult result = getOperation().walk([&](gpu::LaunchFuncOp op) {
      return failed(finalize(op, symbols)) ? WalkResult::interrupt()
                                           : WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
