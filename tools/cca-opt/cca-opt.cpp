//===- cca-opt.cpp - mlir-opt with this project's dialects and passes -----===//

#include "cca/Register.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::cca::registerAllDialects(registry);
  mlir::cca::registerAllPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "CCA optimizer driver\n", registry));
}
