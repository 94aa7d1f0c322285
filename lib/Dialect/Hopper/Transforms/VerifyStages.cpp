//===- VerifyStages.cpp - Stages of rings are entered and left ------------===//

#include "ProxyFence.h"
#include "StageUses.h"
#include "VerifyProtocol.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::hopper;

namespace {
/// The least and the most copies into a stage, over all paths.
struct Copies {
  int64_t least = 0;
  int64_t most = 0;
};
} // namespace

static Copies copiesInto(Value stage, Block &block) {
  Copies sum;
  for (Operation &op : block) {
    if (auto load = dyn_cast<TmaLoadOp>(op)) {
      sum.least += load.getTile() == stage;
      sum.most += load.getTile() == stage;
    }
    if (op.getNumRegions() == 0)
      continue;
    Copies inside = {INT64_MAX, 0};
    for (Region &region : op.getRegions()) {
      Copies mine;
      for (Block &body : region) {
        Copies copies = copiesInto(stage, body);
        mine.least += copies.least;
        mine.most += copies.most;
      }
      inside.least = std::min(inside.least, mine.least);
      inside.most = std::max(inside.most, mine.most);
    }
    // Of a loop one iteration counts.
    sum.least += inside.least;
    sum.most += inside.most;
  }
  return sum;
}

/// The ring is there before the roles, so that all roles mean the same one.
static LogicalResult verifyRing(Operation *enter, Value ring,
                                WarpSpecializeOp roles) {
  if (isa_and_present<SelectRingOp>(ring.getDefiningOp()))
    return success();
  auto made = ring.getDefiningOp<RingOp>();
  if (!made || roles->isProperAncestor(made))
    return enter->emitOpError(
        "expects a hopper.ring that is made before the roles");
  return success();
}

/// Consumers that take turns wait for theirs before they get anything.
static LogicalResult verifyTurn(GetEnterOp get) {
  auto ring = get.getRing().getDefiningOp<RingOp>();
  if (!ring || !ring.getTurns())
    return success();
  for (Operation *op = get; !isa<WarpSpecializeOp>(op); op = op->getParentOp())
    for (Operation *before = op; before; before = before->getPrevNode())
      if (isa<NVVM::BarrierOp>(before))
        return success();
  return get.emitOpError("expects an nvvm.barrier before, where consumers take "
                         "turns at its ring");
}

/// Whether `user` takes a stage over, to hand it to the next iteration.
static bool carriesOn(Operation *user) {
  return isa<scf::ForOp>(user) ||
         (isa<scf::YieldOp>(user) && isa<scf::ForOp>(user->getParentOp()));
}

/// A stage is left once, behind its last use and on the path that entered it,
/// or a loop takes it over. `origin` is where `stage` comes from.
template <typename ExitOp>
static LogicalResult verifyStay(Value stage, Operation *origin) {
  SmallVector<Operation *> exits;
  for (Operation *user : stage.getUsers())
    if (isa<ExitOp>(user) ||
        (std::is_same_v<ExitOp, GetExitOp> && carriesOn(user)))
      exits.push_back(user);
  StringRef whose = isa<scf::ForOp>(origin) ? " of each stage that it carries"
                                            : " of its tile";
  if (exits.size() != 1) {
    InFlightDiagnostic error = origin->emitOpError("expects one ")
                               << ExitOp::getOperationName() << whose
                               << ", but got " << exits.size();
    for (Operation *exit : llvm::reverse(exits))
      error.attachNote(exit->getLoc()) << "left here";
    return error;
  }
  Operation *exit = exits.front();
  if (exit->getBlock() != stage.getParentBlock()) {
    InFlightDiagnostic error =
        exit->emitOpError("expects to be in the block of ")
        << origin->getName();
    error.attachNote(origin->getLoc()) << "entered here";
    return error;
  }
  for (Operation *use : cca::getStageUses(stage)) {
    Operation *ancestor = exit->getBlock()->findAncestorOpInBlock(*use);
    if (!ancestor || use == exit || ancestor->isBeforeInBlock(exit))
      continue;
    InFlightDiagnostic error =
        use->emitOpError("expects a stage that has not been left");
    error.attachNote(exit->getLoc()) << "left here";
    return error;
  }
  return success();
}

/// TMA writes the next tile when all have left: an arrival does not wait for
/// loads of registers that nobody has used yet, a proxy fence does.
static LogicalResult verifyReads(Value stage) {
  Operation *last = nullptr, *exit = nullptr;
  Block *block = stage.getParentBlock();
  for (Operation *use : cca::getStageUses(stage))
    if (isa<LdmatrixOp>(use)) {
      Operation *ancestor = block->findAncestorOpInBlock(*use);
      if (!last || last->isBeforeInBlock(ancestor))
        last = ancestor;
    }
  for (Operation *user : stage.getUsers())
    if (isa<GetExitOp>(user) || carriesOn(user))
      exit = user;
  if (!last)
    return success();
  for (Operation *op = last->getNextNode(); op != exit; op = op->getNextNode())
    if (cca::isProxyFence(op))
      return success();
  InFlightDiagnostic error = exit->emitOpError(
      "expects an nvvm.fence.proxy between the last hopper.ldmatrix of its "
      "stage and leaving it");
  error.attachNote(last->getLoc()) << "read here";
  return error;
}

//===----------------------------------------------------------------------===//
// Stages that loops carry
//===----------------------------------------------------------------------===//

/// The ring of a stage; none of another tile.
static Value ringOf(Value tile) {
  while (true) {
    if (auto enter = tile.getDefiningOp<GetEnterOp>())
      return enter.getRing();
    auto result = dyn_cast<OpResult>(tile);
    Operation *parent =
        result ? result.getOwner() : tile.getParentBlock()->getParentOp();
    auto loop = dyn_cast<scf::ForOp>(parent);
    if (!loop || !isCarried(tile))
      return {};
    unsigned position = result ? result.getResultNumber()
                               : cast<BlockArgument>(tile).getArgNumber() - 1;
    tile = loop.getInitArgs()[position];
  }
}

/// In each iteration a stage of the same ring, which is left in the next one or
/// behind the loop.
static LogicalResult verifyCarried(scf::ForOp loop) {
  for (auto [init, argument, next, result] :
       llvm::zip_equal(loop.getInitArgs(), loop.getRegionIterArgs(),
                       loop.getYieldedValues(), loop.getResults())) {
    if (!isa<SmemType>(init.getType()))
      continue;
    Value ring = ringOf(init);
    if (ring != ringOf(next))
      return loop.emitOpError("expects to carry stages of one ring");
    if (!ring)
      continue;
    for (Value stage : {Value(argument), Value(result)})
      if (failed(verifyStay<GetExitOp>(stage, loop)) ||
          failed(verifyReads(stage)))
        return failure();
  }
  return success();
}

static LogicalResult verifyExit(GetExitOp exit) {
  if (ringOf(exit.getTile()) == exit.getRing())
    return success();
  return exit.emitOpError("expects a stage of its ring");
}

/// The full barrier expects the bytes of one copy of the whole tile.
static LogicalResult verifyCopies(PutEnterOp enter) {
  Copies copies = copiesInto(enter.getTile(), *enter->getBlock());
  if (copies.least == 1 && copies.most == 1)
    return success();
  InFlightDiagnostic error =
      enter.emitOpError("expects one hopper.tma_load into its tile, but got ");
  error << copies.least;
  if (copies.least != copies.most)
    error << " to " << copies.most;
  return error;
}

LogicalResult cca::verifyStages(WarpSpecializeOp roles) {
  bool failed = false;
  roles.getProducer().walk([&](PutEnterOp enter) {
    failed |= mlir::failed(verifyRing(enter, enter.getRing(), roles)) ||
              mlir::failed(verifyStay<PutExitOp>(enter.getTile(), enter)) ||
              mlir::failed(verifyCopies(enter));
  });
  roles.getConsumer().walk([&](GetEnterOp enter) {
    failed |= mlir::failed(verifyRing(enter, enter.getRing(), roles)) ||
              mlir::failed(verifyTurn(enter)) ||
              mlir::failed(verifyStay<GetExitOp>(enter.getTile(), enter)) ||
              mlir::failed(verifyReads(enter.getTile()));
  });
  roles.getConsumer().walk(
      [&](scf::ForOp loop) { failed |= mlir::failed(verifyCarried(loop)); });
  roles.getConsumer().walk(
      [&](GetExitOp exit) { failed |= mlir::failed(verifyExit(exit)); });
  return failure(failed);
}
