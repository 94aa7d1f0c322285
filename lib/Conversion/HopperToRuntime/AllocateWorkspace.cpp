//===- AllocateWorkspace.cpp - The pass hopper-allocate-workspace ---------===//

#include "Workspace.h"
#include "cca/Conversion/HopperToRuntime/HopperToRuntime.h"
#include "cca/Dialect/Hopper/IR/Hopper.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERALLOCATEWORKSPACE
#include "cca/Conversion/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::cca;

/// Adds the function that returns how many bytes `function` needs.
static LogicalResult addSizeFunction(func::FuncOp function,
                                     const WorkspaceLayout &layout,
                                     SymbolTable &symbols) {
  Location loc = function.getLoc();
  std::string name = (function.getName() + hopper::workspaceSizeSuffix).str();
  if (Operation *other = symbols.lookup(name))
    return other->emitError("expects no function of this name beside @")
           << function.getName() << ", which needs a workspace, but got @"
           << name;
  OpBuilder b(function.getContext());
  b.setInsertionPointAfter(function);
  auto sizeFunction =
      func::FuncOp::create(b, loc, name, b.getFunctionType({}, b.getI64Type()));
  symbols.insert(sizeFunction);
  sizeFunction->setAttr(hopper::workspaceSizeAttrName, b.getUnitAttr());
  Block *body = sizeFunction.addEntryBlock();

  IRMapping mapping;
  SmallVector<Type> types;
  SmallVector<DictionaryAttr> attributes;
  std::optional<std::pair<unsigned, int64_t>> last;
  for (memref::DimOp dim : layout.getDims()) {
    auto size = *getSizeOfArgument(dim);
    if (size != last) {
      last = size;
      body->addArgument(b.getIndexType(),
                        function.getArgument(size.first).getLoc());
      types.push_back(b.getIndexType());
      attributes.push_back(b.getDictionaryAttr(
          b.getNamedAttr(hopper::sizeOfAttrName,
                         b.getDenseI64ArrayAttr({size.first, size.second}))));
    }
    mapping.map(dim.getResult(), body->getArguments().back());
  }
  sizeFunction.setFunctionType(b.getFunctionType(types, b.getI64Type()));
  sizeFunction.setAllArgAttrs(attributes);
  b.setInsertionPointToStart(body);
  Value bytes = layout.emitOffsets(b, loc, mapping).back();
  bytes = arith::IndexCastOp::create(b, loc, b.getI64Type(), bytes);
  func::ReturnOp::create(b, loc, bytes);
  return success();
}

/// Makes temporaries views of one more argument.
static void replaceAllocs(func::FuncOp function,
                          const WorkspaceLayout &layout) {
  Location loc = function.getLoc();
  auto b = OpBuilder::atBlockBegin(&function.front());
  auto type = MemRefType::get(ShapedType::kDynamic, b.getI8Type());
  unsigned last = function.getNumArguments();
  if (failed(function.insertArgument(
          last, type,
          b.getDictionaryAttr(
              b.getNamedAttr(hopper::workspaceAttrName, b.getUnitAttr())),
          loc)))
    llvm_unreachable("a func.func can have any argument");
  Value workspace = function.getArgument(last);
  SmallVector<Value> offsets = layout.emitOffsets(b, loc, IRMapping());
  hopper::CheckWorkspaceOp::create(b, loc, workspace, offsets.back());
  for (auto [alloc, offset] : llvm::zip(layout.getAllocs(), offsets)) {
    for (Operation *user : llvm::make_early_inc_range(alloc->getUsers()))
      if (isa<memref::DeallocOp>(user))
        user->erase();
    b.setInsertionPoint(alloc);
    Value view =
        memref::ViewOp::create(b, alloc.getLoc(), alloc.getType(), workspace,
                               offset, alloc.getDynamicSizes());
    alloc.getResult().replaceAllUsesWith(view);
  }
  for (memref::AllocOp alloc : layout.getAllocs())
    alloc.erase();
}

namespace {
struct HopperAllocateWorkspace
    : cca::impl::HopperAllocateWorkspaceBase<HopperAllocateWorkspace> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    SmallVector<func::FuncOp> functions(module.getOps<func::FuncOp>());
    for (func::FuncOp function : functions)
      if (!function.isExternal() && failed(allocate(function, symbols)))
        return signalPassFailure();
  }

private:
  LogicalResult allocate(func::FuncOp function, SymbolTable &symbols) {
    FailureOr<WorkspaceLayout> layout = WorkspaceLayout::get(function);
    if (failed(layout))
      return failure();
    if (layout->getAllocs().empty())
      return success();
    // Its callers would have to pass on what they do not have.
    if (!function.isPublic() ||
        !SymbolTable::symbolKnownUseEmpty(function, getOperation()))
      return layout->getAllocs().front().emitOpError(
                 "expects temporaries in public functions that are not called, "
                 "but got one in @")
             << function.getName();
    if (failed(addSizeFunction(function, *layout, symbols)))
      return failure();
    replaceAllocs(function, *layout);
    return success();
  }
};
} // namespace
