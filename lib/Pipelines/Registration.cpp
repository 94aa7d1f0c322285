//===- Registration.cpp - Named pipelines ---------------------------------===//

#include "cca/Pipelines/Pipelines.h"

#include "mlir/Pass/PassRegistry.h"

using namespace mlir;

void cca::registerPipelines() {
  PassPipelineRegistration<CCAToCPUOptions>(
      "cca-to-cpu", "The cca dialect to the LLVM dialect, for the CPU",
      buildCCAToCPUPipeline);
  PassPipelineRegistration<CCAToTilesOptions>(
      "cca-to-tiles", "The cca dialect to scheduled kernels on tiles",
      buildCCAToTilesPipeline);
  PassPipelineRegistration<CCAToTilesOptions>(
      "cca-to-ptx", "The cca dialect to host code and kernels in PTX",
      buildCCAToPTXPipeline);
  PassPipelineRegistration<>("tiles-to-nvvm",
                             "Scheduled hopper kernels to the NVVM dialect",
                             buildTilesToNVVMPipeline);
  PassPipelineRegistration<>("nvvm-to-ptx", "Kernels in NVVM to PTX text",
                             buildNVVMToPTXPipeline);
  PassPipelineRegistration<>(
      "host-to-llvm", "Functions that launch kernels to the LLVM dialect",
      buildHostToLLVMPipeline);
}
