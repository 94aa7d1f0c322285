//===- Levels.cpp - From the level that a module is on --------------------===//

#include "cca/Compiler/Levels.h"

#include "cca/Conversion/Passes.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Pipelines/Pipelines.h"

#include "mlir/Pass/PassManager.h"

using namespace mlir;

/// Whether what is computed is still to be made kernels.
static bool isLevel0(ModuleOp module) {
  return module
      ->walk([](Operation *op) {
        return isa_and_present<cca::CCADialect>(op->getDialect())
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

void cca::buildToPTXPipeline(OpPassManager &pm, ModuleOp module,
                             const CCAToTilesOptions &options) {
  if (isLevel0(module))
    return buildCCAToPTXPipeline(pm, options);
  // Block sizes and shared memory cannot be read off PTX.
  pm.addPass(createHopperFinalizeLaunches());
  buildTilesToNVVMPipeline(pm);
  buildNVVMToPTXPipeline(pm);
}
