//===- HostToLLVM.cpp - The pipeline host-to-llvm -------------------------===//
//
// Functions that launch kernels → calls of the runtime → the LLVM dialect.
//
//===----------------------------------------------------------------------===//

#include "cca/Conversion/Passes.h"
#include "cca/Pipelines/Pipelines.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void cca::buildHostToLLVMPipeline(OpPassManager &pm) {
  // A failed call returns at once, which regions do not allow.
  pm.addNestedPass<func::FuncOp>(createSCFToControlFlowPass());
  pm.addPass(createConvertHopperToRuntime());
  // Subviews become arithmetic on strides and offsets, which leaves affine
  // maps.
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createConvertToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  // Last, because C interfaces are called by their MLIR names until here.
  pm.addPass(createHopperExportHostFunctions());
}
