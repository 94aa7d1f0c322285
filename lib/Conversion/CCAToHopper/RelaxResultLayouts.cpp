//===- RelaxResultLayouts.cpp - The pass hopper-relax-result-layouts ------===//

#include "cca/Conversion/CCAToHopper/CCAToHopper.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERRELAXRESULTLAYOUTS
#include "cca/Conversion/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;

/// The type that all users of `argument` cast it to, if there is one.
static Type viewType(BlockArgument argument) {
  Type type;
  for (Operation *user : argument.getUsers()) {
    auto cast = dyn_cast<memref::CastOp>(user);
    if (cast && cast.use_empty())
      continue;
    if (!cast || (type && cast.getType() != type))
      return {};
    type = cast.getType();
  }
  return type;
}

namespace {

struct HopperRelaxResultLayouts
    : cca::impl::HopperRelaxResultLayoutsBase<HopperRelaxResultLayouts> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    for (BlockArgument argument : function.getArguments()) {
      unsigned index = argument.getArgNumber();
      Type type = viewType(argument);
      if (!type || !function.getArgAttr(index, "bufferize.result"))
        continue;
      argument.setType(type);
      for (Operation *user : llvm::make_early_inc_range(argument.getUsers())) {
        user->getResult(0).replaceAllUsesWith(argument);
        user->erase();
      }
    }
    function.setType(
        FunctionType::get(&getContext(), function.getBody().getArgumentTypes(),
                          function.getFunctionType().getResults()));
  }
};

} // namespace
