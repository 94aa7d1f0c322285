//===- ProtectArguments.cpp - cca-protect-arguments -----------------------===//

#include "cca/Dialect/CCA/Transforms/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"

namespace mlir::cca {
#define GEN_PASS_DEF_CCAPROTECTARGUMENTS
#include "cca/Dialect/CCA/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using bufferization::BufferizationDialect;

namespace {

struct ProtectArgumentsPass
    : cca::impl::CCAProtectArgumentsBase<ProtectArgumentsPass> {
  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func.isPublic())
      return;
    StringRef writable = BufferizationDialect::kWritableAttrName;
    for (BlockArgument argument : func.getArguments()) {
      unsigned index = argument.getArgNumber();
      if (isa<TensorType>(argument.getType()) &&
          !func.getArgAttr(index, writable))
        func.setArgAttr(index, writable,
                        BoolAttr::get(func.getContext(), false));
    }
  }
};

} // namespace
