//===- CCAToHopper.cpp - The pass convert-cca-to-hopper -------------------===//

#include "cca/Conversion/CCAToHopper/CCAToHopper.h"
#include "FlashAttention.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::cca {
#define GEN_PASS_DEF_CONVERTCCATOHOPPER
#include "cca/Conversion/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::cca;

/// An empty kernel `name` with parameters of the types of those that are there,
/// which are replaced by its arguments.
static gpu::GPUFuncOp createKernel(OpBuilder &builder, Location loc,
                                   StringRef name,
                                   FlashAttentionParameters &parameters) {
  SmallVector<Type> types;
  for (Value *parameter : parameters.all())
    if (*parameter)
      types.push_back(parameter->getType());
  auto kernel = gpu::GPUFuncOp::create(builder, loc, name,
                                       builder.getFunctionType(types, {}));
  kernel->setAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                  builder.getUnitAttr());
  auto *arguments = kernel.getArguments().begin();
  for (Value *parameter : parameters.all())
    if (*parameter)
      *parameter = *arguments++;
  return kernel;
}

namespace {

struct ConvertCCAToHopper
    : cca::impl::ConvertCCAToHopperBase<ConvertCCAToHopper> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    module->setAttr(gpu::GPUDialect::getContainerModuleAttrName(),
                    UnitAttr::get(&getContext()));
    SymbolTable symbols(module);
    SmallVector<FlashAttentionOp> ops;
    WalkResult result = module.walk([&](Operation *op) {
      if (auto attention = dyn_cast<FlashAttentionOp>(op)) {
        if (failed(check(attention)))
          return WalkResult::interrupt();
        ops.push_back(attention);
      } else if (isa_and_present<CCADialect>(op->getDialect())) {
        op->emitOpError("has no kernel: expects cca.flash_attention");
        return WalkResult::interrupt();
      }
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    for (FlashAttentionOp op : ops)
      convert(op, symbols);
  }

private:
  static LogicalResult check(FlashAttentionOp op) {
    if (!op.getSchedule())
      return op.emitOpError("expects a schedule: run cca-select-schedule");
    return success();
  }

  void convert(FlashAttentionOp op, SymbolTable &symbols) {
    FlashAttention attention(op);
    Location loc = op.getLoc();
    IRRewriter rewriter(&getContext());
    auto host = op->getParentOfType<func::FuncOp>();
    std::string name =
        (host ? host.getSymName() + "_kernels" : Twine("kernels")).str();
    rewriter.setInsertionPointToEnd(getOperation().getBody());
    auto kernels = gpu::GPUModuleOp::create(rewriter, loc, name);
    symbols.insert(kernels);
    emitFlashAttentionLaunch(
        rewriter, op, attention, [&](FlashAttentionParameters parameters) {
          OpBuilder::InsertionGuard guard(rewriter);
          rewriter.setInsertionPointToStart(kernels.getBody());
          gpu::GPUFuncOp kernel =
              createKernel(rewriter, loc, "flash_attention", parameters);
          kernel->setAttr(scheduleAttrName, *op.getSchedule());
          rewriter.setInsertionPointToStart(&kernel.getBody().front());
          Emitter emitter{rewriter, loc};
          emitFlashAttention(emitter, attention, parameters);
          gpu::ReturnOp::create(rewriter, loc);
          return kernel;
        });
  }
};

} // namespace
