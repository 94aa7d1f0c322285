//===- Kernels.cpp - The kernels of a module ------------------------------===//

#include "cca/Compiler/Kernels.h"

#include "cca/Compiler/Levels.h"

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
    op->walk([](Operation *kernel) {
      if (auto schedule =
              kernel->getAttrOfType<cca::KernelScheduleInterface>("schedule"))
        emitRemark(kernel->getLoc()) << "schedule = " << schedule;
    });
  }
};
} // namespace

LogicalResult cca::compileKernels(ModuleOp module, bool printSchedules,
                                  const CCAToTilesOptions &options) {
  PassManager pm(module.getContext());
  if (printSchedules)
    pm.addInstrumentation(std::make_unique<SchedulePrinter>());
  buildToPTXPipeline(pm, module, options);
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
