//===- HostInterface.cpp - What compiled functions take -------------------===//

#include "cca/Compiler/HostInterface.h"

#include "cca/Compiler/SourceNames.h"
#include "cca/Dialect/CCA/Transforms/Passes.h"
#include "cca/Dialect/Hopper/IR/Hopper.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

/// Set by buffer-results-to-out-params.
static constexpr StringRef resultAttrName = "bufferize.result";

/// Which sizes of another function's arguments a function takes.
static SmallVector<std::pair<int64_t, int64_t>> getSizesOf(func::FuncOp func) {
  SmallVector<std::pair<int64_t, int64_t>> sizes;
  for (unsigned i = 0, e = func.getNumArguments(); i < e; ++i) {
    auto size =
        func.getArgAttrOfType<DenseI64ArrayAttr>(i, hopper::sizeOfAttrName);
    if (size && size.size() == 2)
      sizes.push_back({size[0], size[1]});
  }
  return sizes;
}

SmallVector<cca::HostFunctionInterface>
cca::getHostInterface(ModuleOp module, llvm::SourceMgr &sources) {
  SmallVector<HostFunctionInterface> functions;
  for (auto func : module.getOps<func::FuncOp>()) {
    if (!func.isPublic() || func.isExternal())
      continue;
    HostFunctionInterface function{
        func.getName().str(), {}, func.getLoc(), std::nullopt};
    for (BlockArgument argument : func.getArguments()) {
      unsigned index = argument.getArgNumber();
      std::string name = getNameInSource(argument.getLoc(), sources);
      HostParameter parameter{
          name.empty() ? name : name.substr(1),
          argument.getType(),
          static_cast<bool>(func.getArgAttr(index, resultAttrName)),
          static_cast<bool>(func.getArgAttr(index, hopper::workspaceAttrName)),
          std::nullopt,
          argument.getLoc()};
      if (auto packed =
              func.getArgAttrOfType<IntegerAttr>(index, cca::packedAttrName))
        parameter.packed = packed.getInt();
      function.parameters.push_back(std::move(parameter));
    }
    if (func->hasAttr(hopper::workspaceSizeAttrName))
      function.sizesOf = getSizesOf(func);
    functions.push_back(std::move(function));
  }
  return functions;
}
