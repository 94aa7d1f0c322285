//===- ProgrammaticLaunch.cpp - The pass hopper-programmatic-launch -------===//
//
// A dependent grid may be scheduled once all blocks of the one before have
// asked for it. Its blocks then take the place of those that end, and are set
// up while others still run.
//
//===----------------------------------------------------------------------===//

#include "cca/Conversion/HopperToRuntime/HopperToRuntime.h"
#include "cca/Dialect/Hopper/IR/Hopper.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERPROGRAMMATICLAUNCH
#include "cca/Conversion/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;

static void createControl(OpBuilder &b, Location loc,
                          NVVM::GridDepActionKind kind) {
  NVVM::GriddepcontrolOp::create(b, loc, kind);
}

/// The roles, if nothing before them touches memory of the device.
static hopper::WarpSpecializeOp findRoles(gpu::GPUFuncOp kernel) {
  for (Operation &op : kernel.getBody().front()) {
    if (auto roles = dyn_cast<hopper::WarpSpecializeOp>(op))
      return roles;
    if (!isa<hopper::RingOp>(op) && !isMemoryEffectFree(&op))
      break;
  }
  return {};
}

/// Lets the kernel wait for the one ahead of it, and the next one begin.
static void insertControls(gpu::GPUFuncOp kernel) {
  constexpr auto wait = NVVM::GridDepActionKind::wait;
  constexpr auto launchDependents = NVVM::GridDepActionKind::launch_dependents;
  Location loc = kernel.getLoc();
  OpBuilder b(kernel.getContext());
  Block *first = &kernel.getBody().front();
  if (hopper::WarpSpecializeOp roles = findRoles(kernel)) {
    // Barriers are initialised before roles begin. Each role waits by itself;
    // one thread speaks for the block.
    b.setInsertionPointToStart(&roles.getConsumer().front());
    createControl(b, loc, wait);
    first = &roles.getProducer().front();
  }
  b.setInsertionPointToStart(first);
  // Only then may the next one begin: that all that came before it has ended
  // is what the grid after that relies on.
  createControl(b, loc, wait);
  createControl(b, loc, launchDependents);
}

namespace {
struct HopperProgrammaticLaunch
    : cca::impl::HopperProgrammaticLaunchBase<HopperProgrammaticLaunch> {
  void runOnOperation() override {
    SymbolTableCollection symbols;
    llvm::SetVector<gpu::GPUFuncOp> kernels;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal())
        mark(function, symbols, kernels);
    for (gpu::GPUFuncOp kernel : kernels)
      insertControls(kernel);
  }

private:
  /// Marks launches that always follow another one, and collects the kernels of
  /// functions with such launches.
  static void mark(func::FuncOp function, SymbolTableCollection &symbols,
                   llvm::SetVector<gpu::GPUFuncOp> &kernels) {
    SmallVector<gpu::LaunchFuncOp> launches;
    SmallVector<gpu::GPUFuncOp> launched;
    WalkResult result = function.walk([&](gpu::LaunchFuncOp launch) {
      auto kernel = symbols.lookupNearestSymbolFrom<gpu::GPUFuncOp>(
          launch, launch.getKernelAttr());
      launches.push_back(launch);
      launched.push_back(kernel);
      return kernel ? WalkResult::advance() : WalkResult::interrupt();
    });
    // A kernel that cannot be made to wait breaks the chain.
    if (result.wasInterrupted())
      return;
    DominanceInfo dominance(function);
    bool isChain = false;
    for (gpu::LaunchFuncOp launch : launches)
      if (llvm::any_of(launches, [&](gpu::LaunchFuncOp before) {
            return dominance.properlyDominates(before.getOperation(), launch);
          })) {
        launch->setAttr(hopper::programmaticLaunchAttrName,
                        UnitAttr::get(function.getContext()));
        isChain = true;
      }
    if (isChain)
      kernels.insert_range(launched);
  }
};
} // namespace
