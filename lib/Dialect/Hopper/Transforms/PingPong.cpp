//===- PingPong.cpp - The pass hopper-ping-pong ---------------------------===//

#include "NamedBarriers.h"
#include "Schedule.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"

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
    cca::KernelSchedule schedule = cca::getSchedule(getOperation());
    getOperation().walk([&](WarpSpecializeOp roles) {
      if (roles.getNumConsumers() != 2)
        return;
      if (schedule.takesTurns)
        takeTurnsAtTiles(roles);
      else if (schedule.pingPong)
        takeTurns(roles);
    });
  }

private:
  /// One multiplies while the other stores. A turn begins before the first
  /// tile is got, and ends when the last product is issued: what the other one
  /// gets next is behind all that this one has waited for.
  static void takeTurnsAtTiles(WarpSpecializeOp roles) {
    llvm::SetVector<Block *> turns;
    roles.getConsumer().walk([&](GetEnterOp get) {
      if (Block *turn = findTurn(get))
        turns.insert(turn);
    });
    for (Block *turn : turns) {
      Operation *first = nullptr, *last = nullptr;
      for (Operation &op : *turn) {
        if (!first && contains<GetEnterOp>(op))
          first = &op;
        if (contains<CommitOp>(op))
          last = &op;
      }
      if (!last)
        continue;
      Location loc = first->getLoc();
      OpBuilder builder(first);
      NamedBarriers before{builder, loc, roles};
      before.sync(before.turn(), 2);
      builder.setInsertionPointAfter(last);
      NamedBarriers after{builder, loc, roles};
      after.arrive(after.otherTurn(), 2);
    }
    if (!turns.empty())
      passFirstTurn(roles);
  }

  template <typename OpT>
  static bool contains(Operation &op) {
    return op.walk([](OpT) { return WalkResult::interrupt(); })
        .wasInterrupted();
  }

  /// The block of one iteration of the loop that leaves stages of `get`'s ring
  /// to other consumers, or of a branch there.
  static Block *findTurn(GetEnterOp get) {
    auto isRound = [&](Operation *op) {
      auto loop = dyn_cast<scf::ForOp>(op);
      return loop &&
             llvm::any_of(loop.getBody()->getOps<SkipOp>(), [&](SkipOp skip) {
               return skip.getRing() == get.getRing();
             });
    };
    for (Operation *op = get; !isa<WarpSpecializeOp>(op);
         op = op->getParentOp()) {
      Operation *parent = op->getParentOp();
      if (isRound(parent) ||
          (isa<scf::IfOp>(parent) && isRound(parent->getParentOp())))
        return op->getBlock();
    }
    return nullptr;
  }

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
    passFirstTurn(roles);
  }

  /// The first turn is consumer 0's: consumer 1 passes it on before it had it.
  static void passFirstTurn(WarpSpecializeOp roles) {
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
