//===- HopperToRuntime.cpp - convert-hopper-to-runtime --------------------===//

#include "cca/Conversion/HopperToRuntime/HopperToRuntime.h"
#include "Lowerings.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::cca {
#define GEN_PASS_DEF_CONVERTHOPPERTORUNTIME
#include "cca/Conversion/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::cca;

//===----------------------------------------------------------------------===//
// Which functions are converted
//===----------------------------------------------------------------------===//

static bool usesRuntime(Operation *op) {
  return isa<gpu::LaunchFuncOp, hopper::MakeTensorMapOp,
             hopper::MultiprocessorCountOp, hopper::CheckWorkspaceOp,
             memref::GetGlobalOp>(op);
}

/// Whether a function tells callers of another what that needs. It launches
/// nothing.
static bool isSizeFunction(func::FuncOp function) {
  return function->hasAttr(hopper::workspaceSizeAttrName);
}

/// All functions that others can call, and those that use the runtime, be it
/// through calls.
static llvm::SetVector<func::FuncOp> findHostFunctions(ModuleOp module) {
  llvm::SetVector<func::FuncOp> found;
  for (auto function : module.getOps<func::FuncOp>())
    if (!function.isExternal() && !isSizeFunction(function) &&
        (function.isPublic() || function
                                    .walk([](Operation *op) {
                                      return usesRuntime(op)
                                                 ? WalkResult::interrupt()
                                                 : WalkResult::advance();
                                    })
                                    .wasInterrupted()))
      found.insert(function);
  // The set grows while its members' callers are found.
  for (size_t i = 0; i < found.size(); ++i) {
    func::FuncOp callee = found[i];
    std::optional<SymbolTable::UseRange> uses = callee.getSymbolUses(module);
    if (!uses)
      continue;
    for (SymbolTable::SymbolUse use : *uses)
      if (auto call = dyn_cast<func::CallOp>(use.getUser()))
        if (auto caller = call->getParentOfType<func::FuncOp>())
          found.insert(caller);
  }
  return found;
}

/// The memory of the device is out of reach for the host, and that of the host
/// for kernels.
static bool accessesMemory(Operation *op) {
  if (usesRuntime(op))
    return false;
  bool hasBuffer =
      llvm::any_of(op->getOperandTypes(), llvm::IsaPred<BaseMemRefType>) ||
      llvm::any_of(op->getResultTypes(), llvm::IsaPred<BaseMemRefType>);
  return hasBuffer && !isa<func::CallOp>(op) && !isMemoryEffectFree(op);
}

static LogicalResult checkFunction(func::FuncOp function) {
  if (function.getNumResults())
    return function.emitOpError(
               "expects results to be arguments, as the status is what host "
               "functions return, but got ")
           << function.getNumResults() << " results";
  WalkResult result = function.walk([&](Operation *op) {
    if (accessesMemory(op)) {
      op->emitOpError("expects the host to leave buffers to kernels");
      return WalkResult::interrupt();
    }
    if (usesRuntime(op) && op->getParentOp() != function) {
      op->emitOpError("expects to be in the body of a function, but got ")
          << op->getParentOp()->getName() << " around it";
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

//===----------------------------------------------------------------------===//
// Conversion
//===----------------------------------------------------------------------===//

namespace {
/// The conversion of one module.
class Converter {
public:
  explicit Converter(ModuleOp module) : module(module), runtime(module) {}

  LogicalResult run();

private:
  LogicalResult convertBinaries();
  LogicalResult convertFunction(func::FuncOp function);
  void convertCall(func::CallOp op, HostFunction &function);

  ModuleOp module;
  RuntimeInterface runtime;
  llvm::SetVector<func::FuncOp> functions;
  KernelGlobals globals;
  ConstantGlobals constants;
};
} // namespace

/// Makes variables of the kernels that are launched.
LogicalResult Converter::convertBinaries() {
  llvm::SetVector<SymbolRefAttr> kernels;
  WalkResult result = module.walk([&](gpu::LaunchFuncOp op) {
    Operation *binary = module.lookupSymbol(op.getKernelModuleName());
    if (!isa_and_present<gpu::BinaryOp>(binary)) {
      op.emitOpError("expects a kernel of a gpu.binary, but got ")
          << op.getKernelAttr();
      return WalkResult::interrupt();
    }
    kernels.insert(op.getKernelAttr());
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  for (auto binary : module.getOps<gpu::BinaryOp>())
    if (failed(lowerBinary(binary, kernels.getArrayRef(), runtime, globals)))
      return failure();
  return success();
}

/// Passes the stream on, and checks the status.
void Converter::convertCall(func::CallOp op, HostFunction &function) {
  OpBuilder b(op);
  SmallVector<Value> operands = llvm::to_vector(op.getOperands());
  operands.push_back(function.getStream());
  auto call = func::CallOp::create(b, op.getLoc(), op.getCalleeAttr(),
                                   b.getI32Type(), operands);
  function.check(b, op.getLoc(), call.getResult(0));
}

LogicalResult Converter::convertFunction(func::FuncOp func) {
  SmallVector<Operation *> ops;
  func.walk([&](Operation *op) {
    auto call = dyn_cast<func::CallOp>(op);
    if (usesRuntime(op) || isa<cf::AssertOp>(op) ||
        (call && functions.contains(
                     module.lookupSymbol<func::FuncOp>(call.getCallee()))))
      ops.push_back(op);
  });

  HostFunction function(func);
  if (func.isPublic())
    checkArguments(function, runtime);
  DenseMap<Value, Value> maps;
  // Dominance is what counts, not the order of blocks in the text.
  for (Operation *op : ops)
    if (auto makeMap = dyn_cast<hopper::MakeTensorMapOp>(op)) {
      FailureOr<Value> map = lowerTensorMap(makeMap, function, runtime);
      if (failed(map))
        return failure();
      maps[makeMap.getMap()] = *map;
    }
  for (Operation *op : ops) {
    if (isa<hopper::MakeTensorMapOp>(op))
      continue;
    if (auto launch = dyn_cast<gpu::LaunchFuncOp>(op)) {
      if (failed(lowerLaunch(launch, function, globals, maps, runtime)))
        return failure();
    } else if (auto count = dyn_cast<hopper::MultiprocessorCountOp>(op)) {
      lowerMultiprocessorCount(count, function, runtime);
    } else if (auto check = dyn_cast<hopper::CheckWorkspaceOp>(op)) {
      lowerCheckWorkspace(check, function, runtime);
    } else if (auto constant = dyn_cast<memref::GetGlobalOp>(op)) {
      if (failed(lowerConstant(constant, function, constants, runtime)))
        return failure();
    } else if (auto condition = dyn_cast<cf::AssertOp>(op)) {
      lowerAssert(condition, function, runtime);
    } else {
      convertCall(cast<func::CallOp>(op), function);
    }
    op->erase();
  }
  for (auto [map, address] : maps) {
    Operation *op = map.getDefiningOp();
    if (!op->use_empty())
      return op->emitOpError("expects a tensor map to be an argument of "
                             "launches, but got a use by ")
             << op->user_begin()->getName();
    op->erase();
  }
  return success();
}

/// Removes attributes of arguments that nothing after this knows.
static void removeNotes(func::FuncOp function) {
  for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
    for (StringRef name :
         {StringRef(hopper::workspaceAttrName),
          StringRef(hopper::sizeOfAttrName), StringRef("cca.packed")})
      function.removeArgAttr(i, name);
}

LogicalResult Converter::run() {
  if (failed(runtime.checkNames()))
    return failure();
  functions = findHostFunctions(module);
  for (func::FuncOp function : functions)
    if (failed(checkFunction(function)))
      return failure();
  if (failed(convertBinaries()))
    return failure();
  for (func::FuncOp function : functions)
    if (failed(convertFunction(function)))
      return failure();
  // What `hopper-export-host-functions` makes public.
  for (auto function : module.getOps<func::FuncOp>())
    if (functions.contains(function) || isSizeFunction(function))
      if (function.isPublic())
        function->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                          UnitAttr::get(function.getContext()));
  for (auto function : module.getOps<func::FuncOp>())
    removeNotes(function);
  // Their data is elsewhere now.
  for (auto [name, constant] : constants) {
    Operation *global = module.lookupSymbol(name.getLeafReference());
    if (SymbolTable::symbolKnownUseEmpty(global, module))
      global->erase();
  }
  for (auto binary : llvm::make_early_inc_range(module.getOps<gpu::BinaryOp>()))
    binary.erase();
  module->removeAttr(gpu::GPUDialect::getContainerModuleAttrName());
  return success();
}

namespace {
struct ConvertHopperToRuntimePass
    : cca::impl::ConvertHopperToRuntimeBase<ConvertHopperToRuntimePass> {
  void runOnOperation() override {
    if (failed(Converter(getOperation()).run()))
      signalPassFailure();
  }
};
} // namespace
