//===- Kernels.cpp - The kernels of a module ------------------------------===//

#include "Kernels.h"

#include "Assembler.h"
#include "Support/IR/Levels.h"

#include "cca/Dialect/CCA/IR/CCA.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace {
/// Reports schedules while the ops that have them are there.
class SchedulePrinter : public PassInstrumentation {
  void runAfterPass(Pass *pass, Operation *op) override {
    if (pass->getArgument() != "cca-select-schedule")
      return;
    op->walk([](cca::FlashAttentionOp attention) {
      if (attention.getSchedule())
        emitRemark(attention.getLoc())
            << "schedule = " << attention.getScheduleAttr();
    });
  }
};
} // namespace

LogicalResult cca::compileKernels(ModuleOp module, bool printSchedules) {
  PassManager pm(module.getContext());
  if (printSchedules)
    pm.addInstrumentation(std::make_unique<SchedulePrinter>());
  buildToPTXPipeline(pm, module);
  return pm.run(module);
}

FailureOr<gpu::BinaryOp> cca::getBinary(ModuleOp module) {
  SmallVector<gpu::BinaryOp> binaries(module.getOps<gpu::BinaryOp>());
  if (binaries.size() == 1)
    return binaries.front();
  return module.emitError("expects kernels in one gpu.module, but got ")
         << binaries.size() << " of them";
}

StringRef cca::getImage(gpu::BinaryOp binary) {
  return cast<gpu::ObjectAttr>(binary.getObjects()[0]).getObject();
}

LogicalResult cca::assembleBinary(gpu::BinaryOp binary, StringRef chip,
                                  StringRef program) {
  auto object = cast<gpu::ObjectAttr>(binary.getObjects()[0]);
  if (object.getFormat() != gpu::CompilationTarget::Assembly)
    return success();
  FailureOr<std::string> cubin =
      assemble(binary.getLoc(), object.getObject(), chip, program);
  if (failed(cubin))
    return failure();
  Builder b(binary.getContext());
  auto assembled = gpu::ObjectAttr::get(
      b.getContext(), object.getTarget(), gpu::CompilationTarget::Binary,
      b.getStringAttr(*cubin), object.getProperties(), object.getKernels());
  binary.setObjectsAttr(b.getArrayAttr(assembled));
  return success();
}
