//===- CCAToHopper.cpp - The pass convert-cca-to-hopper -------------------===//

#include "cca/Conversion/CCAToHopper/CCAToHopper.h"
#include "Host.h"
#include "Kernels.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::cca {
#define GEN_PASS_DEF_CONVERTCCATOHOPPER
#include "cca/Conversion/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::cca;

namespace {

/// Kernels of one host function.
class HostKernels : public KernelFactory {
public:
  HostKernels(RewriterBase &rewriter, gpu::GPUModuleOp module)
      : rewriter(rewriter), module(module), symbols(module) {}

  gpu::GPUFuncOp make(Location loc, StringRef name, Attribute schedule,
                      ArrayRef<Value *> parameters,
                      function_ref<void(Emitter &)> emitBody) override {
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPointToEnd(module.getBody());
    SmallVector<Type> types(ValueRange(present(parameters)).getTypes());
    auto kernel = gpu::GPUFuncOp::create(rewriter, loc, name,
                                         rewriter.getFunctionType(types, {}));
    symbols.insert(kernel);
    kernel->setAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                    rewriter.getUnitAttr());
    kernel->setAttr(scheduleAttrName, schedule);
    auto *arguments = kernel.getArguments().begin();
    for (Value *parameter : parameters)
      if (*parameter)
        *parameter = *arguments++;
    rewriter.setInsertionPointToStart(&kernel.getBody().front());
    Emitter emitter{rewriter, loc};
    emitBody(emitter);
    gpu::ReturnOp::create(rewriter, loc);
    return kernel;
  }

private:
  RewriterBase &rewriter;
  gpu::GPUModuleOp module;
  SymbolTable symbols;
};

struct ConvertCCAToHopper
    : cca::impl::ConvertCCAToHopperBase<ConvertCCAToHopper> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    module->setAttr(gpu::GPUDialect::getContainerModuleAttrName(),
                    UnitAttr::get(&getContext()));
    // By host function, in their order.
    llvm::MapVector<Operation *, SmallVector<Operation *>> ops;
    WalkResult result = module.walk([&](Operation *op) {
      if (!isa_and_present<CCADialect>(op->getDialect()))
        return WalkResult::advance();
      ops[op->getParentOfType<func::FuncOp>()].push_back(op);
      return failed(check(op)) ? WalkResult::interrupt()
                               : WalkResult::advance();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    SymbolTable symbols(module);
    for (auto &[host, opsOfHost] : ops)
      convert(cast_if_present<func::FuncOp>(host), opsOfHost, symbols);
  }

private:
  static LogicalResult check(Operation *op) {
    return TypeSwitch<Operation *, LogicalResult>(op)
        .Case<FlashAttentionOp, FusedPrologueOp, LatentsOp, MixOp,
              ProjectionOp>([](auto op) -> LogicalResult {
          if (getElementTypeOrSelf(op->getOperand(0)).isF32())
            return op.emitOpError("expects bf16 or f16, but got f32, for "
                                  "which there are no kernels");
          if (!op.getSchedule())
            return op.emitOpError(
                "expects a schedule: run cca-select-schedule");
          if constexpr (std::is_same_v<decltype(op), LatentsOp>)
            return checkLatents(op);
          if constexpr (std::is_same_v<decltype(op), FusedPrologueOp>)
            return checkFusedPrologue(op);
          return success();
        })
        .Default([](Operation *op) {
          return op->emitOpError("has no kernel: expects cca.flash_attention, "
                                 "cca.fused_prologue, cca.latents, cca.mix or "
                                 "cca.projection");
        });
  }

  void convert(func::FuncOp host, ArrayRef<Operation *> ops,
               SymbolTable &symbols) {
    IRRewriter rewriter(&getContext());
    rewriter.setInsertionPointToEnd(getOperation().getBody());
    std::string name =
        (host ? host.getSymName() + "_kernels" : Twine("kernels")).str();
    auto module =
        gpu::GPUModuleOp::create(rewriter, ops.front()->getLoc(), name);
    symbols.insert(module);
    HostKernels kernels(rewriter, module);
    for (Operation *op : ops)
      TypeSwitch<Operation *>(op)
          .Case([&](FlashAttentionOp op) {
            emitFlashAttention(rewriter, op, kernels);
          })
          .Case([&](FusedPrologueOp op) {
            emitFusedPrologue(rewriter, op, kernels);
          })
          .Case([&](LatentsOp op) { emitLatents(rewriter, op, kernels); })
          .Case([&](MixOp op) { emitMix(rewriter, op, kernels); })
          .Case(
              [&](ProjectionOp op) { emitProjection(rewriter, op, kernels); });
  }
};

} // namespace
