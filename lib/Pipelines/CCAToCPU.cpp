//===- CCAToCPU.cpp - The pipeline cca-to-cpu -----------------------------===//
//
// cca on tensors → linalg on tensors → loops on buffers → the LLVM dialect.
//
//===----------------------------------------------------------------------===//

#include "cca/Conversion/Passes.h"
#include "cca/Dialect/CCA/Transforms/Passes.h"
#include "cca/Pipelines/Pipelines.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

/// cca to linalg, all on tensors.
static void buildTensorPasses(OpPassManager &pm,
                              const cca::CCAToCPUOptions &options) {
  // While the ops still know what their operands mean.
  if (options.runtimeChecks)
    pm.addPass(createGenerateRuntimeVerificationPass());
  pm.addPass(cca::createCCADecompose());
  // On the step ops, the only ones that have this form.
  if (options.foldConvs)
    pm.addPass(cca::createCCAFoldConvs());
  pm.addPass(cca::createCCALowerToLinalg());
  // arith on whole tensors (rounding to bf16) has no bufferization of its own.
  pm.addPass(createConvertElementwiseToLinalgPass());
  // Constants, sizes and the bounds of packed sequences repeat for each op.
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

/// Tensors to buffers, allocated and freed inside the function.
static void buildBufferPasses(OpPassManager &pm) {
  // On tensors: the buffers of these would crash the last of the loop passes.
  pm.addPass(cca::createCCAReshapeDynamicGroups());
  // Nothing is computed in the place of a caller's tensor.
  pm.addNestedPass<func::FuncOp>(cca::createCCAProtectArguments());
  // Lets results be computed in place of the slice that they are inserted into.
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(bufferize));
  bufferization::buildBufferDeallocationPipeline(
      pm, bufferization::BufferDeallocationPipelineOptions());
  // The clones that deallocation may have left.
  pm.addPass(createConvertBufferizationToMemRefPass());
}

/// linalg on buffers to scalar loops.
static void buildLoopPasses(OpPassManager &pm) {
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  pm.addNestedPass<func::FuncOp>(createForallToForLoopPass());
  pm.addPass(createLoopInvariantCodeMotionPass());
  // memref.reshape as a cast with computed strides.
  pm.addPass(memref::createExpandOpsPass());
  // Subviews become arithmetic on strides and offsets, which leaves affine
  // maps.
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
}

/// Loops to the LLVM dialect.
static void buildLLVMPasses(OpPassManager &pm) {
  // bf16 conversions as integer arithmetic: CPUs have no instruction for them,
  // and the vectoriser none for the library call that LLVM would make.
  arith::ArithExpandOpsPassOptions expand;
  expand.includeBf16 = true;
  pm.addPass(arith::createArithExpandOpsPass(expand));
  pm.addPass(createSCFToControlFlowPass());
  // `_mlir_ciface_*`, before the functions are lowered.
  pm.addNestedPass<func::FuncOp>(LLVM::createLLVMRequestCWrappersPass());
  pm.addPass(createConvertToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void cca::buildCCAToCPUPipeline(OpPassManager &pm,
                                const CCAToCPUOptions &options) {
  buildTensorPasses(pm, options);
  buildBufferPasses(pm);
  buildLoopPasses(pm);
  buildLLVMPasses(pm);
}
