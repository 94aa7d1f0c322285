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
  auto made = ring.getDefiningOp<RingOp>();
  if (!made || roles->isProperAncestor(made))
    return enter->emitOpError(
        "expects a hopper.ring that is made before the roles");
  return success();
}

/// A stage is left once, behind its last use and on the path that entered it.
template <typename ExitOp, typename EnterOp>
static LogicalResult verifyStay(EnterOp enter) {
  SmallVector<ExitOp> exits;
  for (Operation *user : enter.getTile().getUsers())
    if (auto exit = dyn_cast<ExitOp>(user))
      exits.push_back(exit);
  if (exits.size() != 1) {
    InFlightDiagnostic error = enter.emitOpError("expects one ")
                               << ExitOp::getOperationName()
                               << " of its tile, but got " << exits.size();
    for (ExitOp exit : llvm::reverse(exits))
      error.attachNote(exit.getLoc()) << "left here";
    return error;
  }
  ExitOp exit = exits.front();
  if (exit->getBlock() != enter->getBlock()) {
    InFlightDiagnostic error =
        exit.emitOpError("expects to be in the block of ")
        << EnterOp::getOperationName();
    error.attachNote(enter.getLoc()) << "entered here";
    return error;
  }
  for (Operation *use : cca::getStageUses(enter.getTile())) {
    Operation *ancestor = exit->getBlock()->findAncestorOpInBlock(*use);
    if (!ancestor || ancestor->isBeforeInBlock(exit))
      continue;
    InFlightDiagnostic error =
        use->emitOpError("expects a stage that has not been left");
    error.attachNote(exit.getLoc()) << "left here";
    return error;
  }
  return success();
}

/// TMA writes the next tile when all have left: an arrival does not wait for
/// loads of registers that nobody has used yet, a proxy fence does.
static LogicalResult verifyReads(GetEnterOp enter) {
  Operation *last = nullptr, *exit = nullptr;
  Block *block = enter->getBlock();
  for (Operation *use : cca::getStageUses(enter.getTile()))
    if (isa<LdmatrixOp>(use)) {
      Operation *ancestor = block->findAncestorOpInBlock(*use);
      if (!last || last->isBeforeInBlock(ancestor))
        last = ancestor;
    }
  for (Operation *user : enter.getTile().getUsers())
    if (isa<GetExitOp>(user))
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
              mlir::failed(verifyStay<PutExitOp>(enter)) ||
              mlir::failed(verifyCopies(enter));
  });
  roles.getConsumer().walk([&](GetEnterOp enter) {
    failed |= mlir::failed(verifyRing(enter, enter.getRing(), roles)) ||
              mlir::failed(verifyStay<GetExitOp>(enter)) ||
              mlir::failed(verifyReads(enter));
  });
  return failure(failed);
}
