//===- PingPong.cpp - The pass hopper-ping-pong ---------------------------===//

#include "NamedBarriers.h"
#include "Schedule.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERPINGPONG
#include "cca/Dialect/Hopper/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::hopper;
using cca::NamedBarriers;

static bool containsLoop(scf::ForOp loop) {
  return loop.getBody()
      ->walk([](scf::ForOp) { return WalkResult::interrupt(); })
      .wasInterrupted();
}

namespace {

struct HopperPingPong : cca::impl::HopperPingPongBase<HopperPingPong> {
  void runOnOperation() override {
    if (!cca::getSchedule(getOperation()).pingPong)
      return;
    getOperation().walk([](WarpSpecializeOp roles) {
      if (roles.getNumConsumers() == 2)
        takeTurns(roles);
    });
  }

private:
  static void takeTurns(WarpSpecializeOp roles) {
    bool any = false;
    roles.getConsumer().walk([&](scf::ForOp loop) {
      auto products = loop.getBody()->getOps<WgmmaOp>();
      auto commits = llvm::to_vector(loop.getBody()->getOps<CommitOp>());
      // Not the loop over tiles: turns alternate in the loops inside.
      if (products.empty() || commits.empty() || containsLoop(loop))
        return;
      any = true;
      Location loc = loop.getLoc();
      OpBuilder builder(*products.begin());
      NamedBarriers before{builder, loc, roles};
      before.sync(before.turn(), 2);
      builder.setInsertionPointAfter(commits.back());
      NamedBarriers after{builder, loc, roles};
      after.arrive(after.otherTurn(), 2);
    });
    if (!any)
      return;
    // The first turn is consumer 0's: consumer 1 passes it on before it had it.
    Location loc = roles.getLoc();
    OpBuilder builder = OpBuilder::atBlockBegin(&roles.getConsumer().front());
    NamedBarriers barriers{builder, loc, roles};
    Value isSecond =
        arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                              roles.getConsumerIndex(), barriers.constant(1));
    Value first = barriers.constant(1);
    auto branch = scf::IfOp::create(builder, loc, isSecond);
    builder.setInsertionPointToStart(branch.thenBlock());
    barriers.arrive(first, 2);
  }
};

} // namespace
