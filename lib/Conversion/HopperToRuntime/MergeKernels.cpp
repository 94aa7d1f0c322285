//===- MergeKernels.cpp - The pass hopper-merge-kernels -------------------===//

#include "cca/Conversion/HopperToRuntime/HopperToRuntime.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERMERGEKERNELS
#include "cca/Conversion/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;

using Renames = DenseMap<Attribute, SymbolRefAttr>;

/// Moves the symbols of `from` to `to`, under names that are free in both.
/// Notes what references from outside are to become.
static LogicalResult move(gpu::GPUModuleOp from, gpu::GPUModuleOp to,
                          Renames &renames) {
  SymbolTable source(from), target(to);
  for (Operation &op : llvm::make_early_inc_range(*from.getBody())) {
    auto name = op.getAttrOfType<StringAttr>(SymbolTable::getSymbolAttrName());
    if (!name) {
      op.moveBefore(to.getBody(), to.getBody()->end());
      continue;
    }
    auto before =
        SymbolRefAttr::get(from.getNameAttr(), FlatSymbolRefAttr::get(name));
    if (target.lookup(name) && failed(source.renameToUnique(&op, {&target})))
      return failure();
    source.remove(&op);
    op.remove();
    target.insert(&op);
    renames[before] = SymbolRefAttr::get(
        to.getNameAttr(),
        FlatSymbolRefAttr::get(SymbolTable::getSymbolName(&op)));
  }
  return success();
}

namespace {
struct HopperMergeKernels
    : cca::impl::HopperMergeKernelsBase<HopperMergeKernels> {
  void runOnOperation() override {
    SmallVector<gpu::GPUModuleOp> modules(
        getOperation().getOps<gpu::GPUModuleOp>());
    if (modules.size() < 2)
      return;
    Renames renames;
    for (gpu::GPUModuleOp module : llvm::drop_begin(modules)) {
      if (failed(move(module, modules.front(), renames)))
        return signalPassFailure();
      module.erase();
    }
    AttrTypeReplacer replacer;
    replacer.addReplacement(
        [&](SymbolRefAttr reference)
            -> std::optional<std::pair<Attribute, WalkResult>> {
          auto it = renames.find(reference);
          if (it == renames.end())
            return std::nullopt;
          return std::pair<Attribute, WalkResult>(it->second,
                                                  WalkResult::skip());
        });
    replacer.recursivelyReplaceElementsIn(getOperation());
  }
};
} // namespace
