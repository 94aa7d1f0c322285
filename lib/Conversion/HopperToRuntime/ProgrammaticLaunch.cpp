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
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/TypeSwitch.h"

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

namespace {

/// Parameters of a kernel that lead to memory which no kernel of its function
/// writes: it was complete before the first of them began.
using Given = llvm::BitVector;

/// A kernel in the chains of its functions.
struct Link {
  Given given;
  /// Whether blocks of the next kernel may take the place of its own one by
  /// one.
  bool letsNextBegin = true;
};

} // namespace

/// What a load reads, null if `op` is none.
static Value findSource(Operation &op) {
  return llvm::TypeSwitch<Operation *, Value>(&op)
      .Case([](hopper::TmaLoadOp load) { return load.getMap(); })
      .Case([](hopper::GatherOp load) { return load.getBuffer(); })
      .Case([](hopper::LoadColumnsOp load) { return load.getBuffer(); })
      .Case([](memref::LoadOp load) { return load.getMemref(); })
      .Default(Value());
}

/// Whether a kernel only reads what this parameter leads to.
static bool isOnlyRead(Value parameter) {
  return llvm::all_of(parameter.getUsers(), [&](Operation *user) {
    return isa<memref::DimOp>(user) || findSource(*user) == parameter;
  });
}

/// The argument of the function whose memory a launch passes on, if it is one.
static BlockArgument findArgument(func::FuncOp function, Value value) {
  while (true) {
    if (auto map = value.getDefiningOp<hopper::MakeTensorMapOp>())
      value = map.getBuffer();
    else if (auto view = value.getDefiningOp<ViewLikeOpInterface>())
      value = view.getViewSource();
    else
      break;
  }
  auto argument = dyn_cast<BlockArgument>(value);
  bool isOfFunction =
      argument && argument.getOwner() == &function.getBody().front();
  return isOfFunction ? argument : BlockArgument();
}

/// The first op of a role that needs the kernel ahead to have ended, null if
/// there is none, and whether some before it load what is given. A loop is
/// taken apart only where some inside of it do.
static Operation *findFirstDependent(Block &block, const Given &given,
                                     bool &hasGivenLoads) {
  auto isGiven = [&](Value value) {
    auto parameter = dyn_cast_if_present<BlockArgument>(value);
    return parameter && parameter.getArgNumber() < given.size() &&
           isa<gpu::GPUFuncOp>(parameter.getOwner()->getParentOp()) &&
           given.test(parameter.getArgNumber());
  };
  for (Operation &op : block.without_terminator()) {
    if (isGiven(findSource(op))) {
      hasGivenLoads = true;
      continue;
    }
    // What consumers get has been loaded by a producer that waited if it had
    // to.
    if (isa<hopper::AllocOp, hopper::PutEnterOp, hopper::PutExitOp,
            hopper::GetEnterOp>(op) ||
        isMemoryEffectFree(&op))
      continue;
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      bool loadsInside = false;
      Operation *inside =
          findFirstDependent(*loop.getBody(), given, loadsInside);
      hasGivenLoads |= loadsInside;
      if (!inside)
        continue;
      return loadsInside ? inside : &op;
    }
    return &op;
  }
  return nullptr;
}

/// Sets `builder` to where a role waits: weights that it loads first need not
/// wait. Inside of a loop the controls are executed again, where they do
/// nothing.
static void setToWait(OpBuilder &builder, Block &role, const Given &given) {
  bool hasGivenLoads = false;
  Operation *dependent = findFirstDependent(role, given, hasGivenLoads);
  if (dependent && hasGivenLoads)
    builder.setInsertionPoint(dependent);
  else
    builder.setInsertionPointToStart(&role);
}

/// Lets the kernel wait for the one ahead of it, and the next one begin.
static void insertControls(gpu::GPUFuncOp kernel, const Link &link) {
  constexpr auto wait = NVVM::GridDepActionKind::wait;
  constexpr auto launchDependents = NVVM::GridDepActionKind::launch_dependents;
  Location loc = kernel.getLoc();
  OpBuilder b(kernel.getContext());
  if (hopper::WarpSpecializeOp roles = findRoles(kernel)) {
    // Barriers are initialised before roles begin. Each role waits by itself;
    // one thread speaks for the block.
    setToWait(b, roles.getConsumer().front(), link.given);
    createControl(b, loc, wait);
    setToWait(b, roles.getProducer().front(), link.given);
  } else {
    b.setInsertionPointToStart(&kernel.getBody().front());
  }
  // Only then may the next one begin: that all that came before it has ended
  // is what the grid after that relies on. Without a word it begins when the
  // last block has ended.
  createControl(b, loc, wait);
  if (link.letsNextBegin)
    createControl(b, loc, launchDependents);
}

namespace {
struct HopperProgrammaticLaunch
    : cca::impl::HopperProgrammaticLaunchBase<HopperProgrammaticLaunch> {
  void runOnOperation() override {
    SymbolTableCollection symbols;
    llvm::MapVector<gpu::GPUFuncOp, Link> kernels;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal())
        mark(function, symbols, kernels);
    for (auto &[kernel, link] : kernels)
      insertControls(kernel, link);
  }

private:
  /// Marks launches that always follow another one, and collects the kernels of
  /// functions with such launches.
  static void mark(func::FuncOp function, SymbolTableCollection &symbols,
                   llvm::MapVector<gpu::GPUFuncOp, Link> &kernels) {
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
    if (!isChain)
      return;
    // Arguments that some kernel may write.
    llvm::DenseSet<Value> written;
    for (auto [launch, kernel] : llvm::zip_equal(launches, launched))
      for (auto [operand, parameter] :
           llvm::zip(launch.getKernelOperands(), kernel.getArguments()))
        if (BlockArgument argument = findArgument(function, operand);
            argument && !isOnlyRead(parameter))
          written.insert(argument);
    for (auto [launch, kernel] : llvm::zip_equal(launches, launched)) {
      Given given(launch.getNumKernelOperands());
      for (auto [index, operand] : llvm::enumerate(launch.getKernelOperands()))
        if (BlockArgument argument = findArgument(function, operand))
          given[index] = !written.contains(argument);
      // Of a kernel that is launched more than once, what always is.
      auto [entry, isNew] = kernels.insert({kernel, {given}});
      if (!isNew)
        entry->second.given &= given;
    }
    for (auto [kernel, next] : llvm::zip(launched, llvm::drop_begin(launched)))
      if (next->hasAttr(hopper::neighbouringBlocksAttrName))
        kernels.find(kernel)->second.letsNextBegin = false;
  }
};
} // namespace
