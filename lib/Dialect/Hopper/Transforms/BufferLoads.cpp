//===- BufferLoads.cpp - The pass hopper-buffer-loads ---------------------===//

#include "Schedule.h"
#include "cca/Dialect/Hopper/IR/Hopper.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERBUFFERLOADS
#include "cca/Dialect/Hopper/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::hopper;

namespace {

struct HopperBufferLoads : cca::impl::HopperBufferLoadsBase<HopperBufferLoads> {
  void runOnOperation() override {
    // One ring for each tensor map.
    llvm::MapVector<Value, SmallVector<LoadOp>> loads;
    WalkResult result = getOperation().walk([&](LoadOp load) {
      loads[load.getMap()].push_back(load);
      return check(load);
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    for (auto &[map, loadsOfMap] : loads) {
      Value ring = createRing(loadsOfMap);
      for (LoadOp load : loadsOfMap)
        buffer(load, ring);
    }
  }

private:
  static WalkResult check(LoadOp load) {
    for (Operation *user : load->getUsers()) {
      bool isInside = load->getBlock()->findAncestorOpInBlock(*user);
      if (isa<DotOp>(user) && isInside)
        continue;
      InFlightDiagnostic error = load.emitOpError(
          isInside ? "expects to be used by hopper.dot only"
                   : "expects to be used in its block, or in regions there");
      error.attachNote(user->getLoc()) << "used here";
      return error;
    }
    return WalkResult::advance();
  }

  Value createRing(ArrayRef<LoadOp> loads) {
    // Loaded again and again: second operands, and first ones of a sum of
    // products.
    auto isStreamed = [](LoadOp load) {
      return llvm::any_of(load->getUsers(), [&](Operation *user) {
        auto dot = cast<DotOp>(user);
        return dot.getB() == load.getTile() ||
               (dot.getAccumulator() && load->hasOneUse());
      });
    };
    int64_t stages = llvm::any_of(loads, isStreamed)
                         ? cca::getSchedule(getOperation()).stages
                         : 1;
    LoadOp first = loads.front();
    OpBuilder builder =
        OpBuilder::atBlockBegin(&getOperation().getBody().front());
    auto type = RingType::get(&getContext(), stages,
                              first.getMap().getType().getTileType());
    return RingOp::create(builder, first.getLoc(), type, IntegerAttr(),
                          IntegerAttr());
  }

  static void buffer(LoadOp load, Value ring) {
    OpBuilder builder(load);
    Location loc = load.getLoc();
    Value empty = PutEnterOp::create(builder, loc, ring);
    TmaLoadOp::create(builder, loc, load.getMap(), load.getCoordinates(),
                      empty);
    PutExitOp::create(builder, loc, ring, empty);
    Value full = GetEnterOp::create(builder, loc, ring);
    Operation *last = full.getDefiningOp();
    for (OpOperand &use : llvm::make_early_inc_range(load->getUses())) {
      Operation *user =
          load->getBlock()->findAncestorOpInBlock(*use.getOwner());
      if (last->isBeforeInBlock(user))
        last = user;
      use.set(full);
    }
    builder.setInsertionPointAfter(last);
    GetExitOp::create(builder, loc, ring, full);
    load.erase();
  }
};

} // namespace
