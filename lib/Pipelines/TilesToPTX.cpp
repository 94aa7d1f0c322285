//===- TilesToPTX.cpp - The pipelines tiles-to-nvvm and nvvm-to-ptx -------===//
//
// hopper on tiles → threads → the NVVM dialect → PTX.
//
//===----------------------------------------------------------------------===//

#include "cca/Conversion/Passes.h"
#include "cca/Pipelines/Pipelines.h"
#include "cca/Target/HopperTarget.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

/// What host functions compute on buffers to plain kernels.
static void buildLoopPasses(OpPassManager &pm) {
  OpPassManager &functions = pm.nest<func::FuncOp>();
  functions.addPass(createConvertLinalgToParallelLoopsPass());
  functions.addPass(cca::createHopperLaunchLoops());
  pm.addPass(createGpuKernelOutliningPass());
}

void cca::buildTilesToNVVMPipeline(OpPassManager &pm) {
  buildLoopPasses(pm);
  OpPassManager &kernels = pm.nest<gpu::GPUModuleOp>();
  kernels.addPass(createConvertHopperToNVVM());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  // Views of strided buffers, which kernels write where TMA cannot.
  kernels.addPass(memref::createExpandStridedMetadataPass());
  kernels.addPass(createLowerAffinePass());
  kernels.addPass(createConvertVectorToLLVMPass());
  kernels.addPass(createSCFToControlFlowPass());
  // gpu, arith, math, cf and memref to the NVVM and LLVM dialects.
  kernels.addPass(createConvertGpuOpsToNVVMOps());
  // nvvm ops that are inline PTX.
  kernels.addPass(createConvertNVVMToLLVMPass());
  kernels.addPass(createReconcileUnrealizedCastsPass());
  kernels.addNestedPass<LLVM::LLVMFuncOp>(createNVVMMarkGridConstants());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
}

void cca::buildNVVMToPTXPipeline(OpPassManager &pm) {
  // One image to load.
  pm.addPass(createHopperMergeKernels());
  GpuNVVMAttachTargetOptions target;
  target.chip = HopperTarget::chip.str();
  target.features = "+ptx" + std::to_string(HopperTarget::ptxVersion);
  pm.addPass(createGpuNVVMAttachTarget(target));
  // PTX text: the driver compiles it when it is loaded.
  GpuModuleToBinaryPassOptions binary;
  binary.compilationTarget = "isa";
  pm.addPass(createGpuModuleToBinaryPass(binary));
}
