//===- CCAToTiles.cpp - The pipeline cca-to-tiles -------------------------===//
//
// cca on tensors → kernels on tiles, scheduled, and host code on buffers.
//
//===----------------------------------------------------------------------===//

#include "cca/Conversion/Passes.h"
#include "cca/Dialect/CCA/Transforms/Passes.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"
#include "cca/Pipelines/Pipelines.h"

#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

/// cca to sequential kernels and their launches.
static void buildKernelPasses(OpPassManager &pm,
                              const cca::CCAToTilesOptions &options) {
  cca::CCADecomposeOptions kernels;
  kernels.into = cca::Grain::Kernels;
  pm.addPass(cca::createCCADecompose(kernels));
  // The prologue of a block whose keys and values are results, too, is one.
  pm.addPass(createCSEPass());
  cca::CCALowerPrologueOptions prologue;
  prologue.structure = options.prologue;
  pm.addPass(cca::createCCALowerPrologue(prologue));
  // While the ops are those that packing was marked with: what is known of
  // weights now, then what will be when they are loaded.
  pm.addNestedPass<func::FuncOp>(cca::createCCAFoldPacking());
  if (options.outlinePacking)
    pm.addPass(cca::createCCAOutlinePacking());
  pm.addPass(cca::createCCASelectSchedule());
  pm.addPass(cca::createConvertCCAToHopper());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

/// The host's tensors to buffers of its callers.
static void buildHostPasses(OpPassManager &pm) {
  // What functions compute themselves, packed weights: arith on whole tensors
  // has no bufferization, and a constant one is memory that nobody fills.
  OpPassManager &functions = pm.nest<func::FuncOp>();
  functions.addPass(createConvertElementwiseToLinalgPass());
  functions.addPass(createLinalgElementwiseOpFusionPass());
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  // Callers pass views with any strides.
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::InferLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(bufferize));
  // Results are written where the caller says; nothing is allocated.
  bufferization::BufferResultsToOutParamsPassOptions outParameters;
  outParameters.hoistStaticAllocs = true;
  outParameters.hoistDynamicAllocs = true;
  outParameters.modifyPublicFunctions = true;
  outParameters.addResultAttribute = true;
  pm.addPass(bufferization::createBufferResultsToOutParamsPass(outParameters));
  pm.addNestedPass<func::FuncOp>(cca::createHopperRelaxResultLayouts());
  // Sizes of temporaries are those of arguments, each once.
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(cca::createHopperAllocateWorkspace());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

/// The schedule: from what a block computes to who computes it when.
static void buildSchedulePasses(OpPassManager &pm) {
  OpPassManager &kernel = pm.nest<gpu::GPUModuleOp>().nest<gpu::GPUFuncOp>();
  // On whole tiles, while products still are values.
  kernel.addPass(cca::createHopperOverlapSoftmax());
  kernel.addPass(cca::createHopperBufferLoads());
  kernel.addPass(cca::createHopperShareTiles());
  kernel.addPass(cca::createHopperAssignLayouts());
  kernel.addPass(cca::createHopperDeferRowSums());
  // Constants and index arithmetic once, before waits fix the order.
  kernel.addPass(createCanonicalizerPass());
  kernel.addPass(createCSEPass());
  kernel.addPass(cca::createHopperIssueDots());
  kernel.addPass(cca::createHopperSpecializeWarps());
  // What a role does not need.
  kernel.addPass(createCanonicalizerPass());
  kernel.addPass(createCSEPass());
  kernel.addPass(cca::createHopperPingPong());
  // Last of what adds ops: nothing comes between a fence and its product.
  kernel.addPass(cca::createHopperInsertFences());
  kernel.addPass(cca::createHopperAllocateSmem());
  kernel.addPass(cca::createHopperVerifyProtocol());
}

void cca::buildCCAToTilesPipeline(OpPassManager &pm,
                                  const CCAToTilesOptions &options) {
  buildKernelPasses(pm, options);
  buildHostPasses(pm);
  // Sizes that are known are constants of the host now.
  pm.addPass(cca::createHopperSinkConstants());
  buildSchedulePasses(pm);
  // Block sizes and shared memory are known now.
  pm.addPass(cca::createHopperFinalizeLaunches());
  // When roles are there: each waits by itself.
  pm.addPass(cca::createHopperProgrammaticLaunch());
}

void cca::buildCCAToPTXPipeline(OpPassManager &pm,
                                const CCAToTilesOptions &options) {
  buildCCAToTilesPipeline(pm, options);
  buildTilesToNVVMPipeline(pm);
  buildNVVMToPTXPipeline(pm);
}
