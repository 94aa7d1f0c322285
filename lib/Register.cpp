//===- Register.cpp - Everything a tool needs, in two calls ---------------===//

#include "cca/Register.h"
#include "cca/Conversion/Passes.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/CCA/Transforms/Passes.h"
#include "cca/Dialect/Hopper/IR/Hopper.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"
#include "cca/Pipelines/Pipelines.h"
#include "cca/Simulator/Passes.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

using namespace mlir;

void cca::registerAllDialects(DialectRegistry &registry) {
  registry.insert<CCADialect, hopper::HopperDialect>();
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registerAllGPUToLLVMIRTranslations(registry);
}

void cca::registerAllPasses() {
  mlir::registerAllPasses();
  registerCCATransformsPasses();
  registerCCAConversionPasses();
  registerHopperTransformsPasses();
  registerCCASimulatorPasses();
  registerPipelines();
}
