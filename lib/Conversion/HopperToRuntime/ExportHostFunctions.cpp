//===- ExportHostFunctions.cpp - hopper-export-host-functions -------------===//

#include "cca/Conversion/HopperToRuntime/HopperToRuntime.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPEREXPORTHOSTFUNCTIONS
#include "cca/Conversion/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;

/// What MLIR calls the C interface of a function.
static constexpr StringRef interfacePrefix = "_mlir_ciface_";

namespace {
struct ExportHostFunctionsPass
    : cca::impl::HopperExportHostFunctionsBase<ExportHostFunctionsPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>()) {
      if (function.isExternal())
        continue;
      StringRef name = function.getName();
      auto implementation = name.consume_front(interfacePrefix)
                                ? symbols.lookup<LLVM::LLVMFuncOp>(name)
                                : LLVM::LLVMFuncOp();
      if (!implementation) {
        function.setLinkage(LLVM::Linkage::Internal);
        continue;
      }
      // Both names are in the table, so that neither renaming can fail.
      StringAttr publicName = implementation.getSymNameAttr();
      if (failed(symbols.renameToUnique(implementation, {})) ||
          failed(symbols.rename(function, publicName)))
        return signalPassFailure();
      function.setLinkage(LLVM::Linkage::External);
    }
  }
};
} // namespace
