//===- Registration.cpp - Named pipelines ---------------------------------===//

#include "cca/Pipelines/Pipelines.h"

#include "mlir/Pass/PassRegistry.h"

using namespace mlir;

void cca::registerPipelines() {
  PassPipelineRegistration<CCAToCPUOptions>(
      "cca-to-cpu", "The cca dialect to the LLVM dialect, for the CPU",
      buildCCAToCPUPipeline);
}
