//===- VerifyProducts.cpp - Products complete in time ---------------------===//

#include "VerifyProtocol.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::hopper;

namespace {

/// The asynchronous products of one block. Groups complete in the order of
/// their commits. None is in flight when the block begins or ends, but for
/// those that a loop carries: they are older than any of the block, and no
/// newer than the loop that returns them.
class Products {
public:
  explicit Products(Block &block)
      : commits(llvm::to_vector(block.getOps<CommitOp>())) {
    for (Operation &op : block)
      if (isa<WaitOp, WaitOlderOp>(op))
        waits.push_back(&op);
  }

  LogicalResult verify(WgmmaOp wgmma) const;
  LogicalResult verify(WaitOp wait) const;
  /// Of what a commit or a loop returns, or a loop carries.
  LogicalResult verify(Value value) const {
    if (isa<PendingType>(value.getType()))
      return verifyPending(value);
    return success(!isa<SmemType>(value.getType()) ||
                   succeeded(verifyCarried(value)));
  }

private:
  int64_t commitsBefore(Operation *op) const {
    return llvm::count_if(
        commits, [&](CommitOp commit) { return commit->isBeforeInBlock(op); });
  }
  /// The commits of the block that come before a value is there.
  int64_t commitsUpTo(Value value) const {
    Operation *op = value.getDefiningOp();
    return op ? commitsBefore(op) + isa<CommitOp>(op) : 0;
  }
  static int64_t pendingOf(Operation *wait) {
    auto older = dyn_cast<WaitOlderOp>(wait);
    return older ? older.getPending() : cast<WaitOp>(wait).getPending();
  }
  /// The op behind which `wgmma` is known to be complete.
  Operation *completionOf(WgmmaOp wgmma) const;

  LogicalResult verifyPending(Value pending) const;
  /// The last product that reads a stage may be in flight.
  LogicalResult verifyCarried(Value stage) const;
  LogicalResult verifyGroup(WgmmaOp wgmma) const;
  LogicalResult verifyRegisters(WgmmaOp wgmma) const;
  LogicalResult verifyStages(WgmmaOp wgmma, Operation *completion) const;
  LogicalResult verifySuccessor(WgmmaOp wgmma, Operation *completion) const;

  SmallVector<CommitOp> commits;
  SmallVector<Operation *> waits;
};

} // namespace

Operation *Products::completionOf(WgmmaOp wgmma) const {
  // The group is the first one that is closed after the product.
  int64_t group = commitsBefore(wgmma);
  for (Operation *wait : waits)
    if (wgmma->isBeforeInBlock(wait) &&
        group < commitsBefore(wait) - pendingOf(wait))
      return wait;
  return {};
}

/// Whether a loop hands on what is in flight.
static bool isHandedOn(Operation *user) {
  return isa<scf::ForOp>(user) ||
         (isa<scf::YieldOp>(user) && isa<scf::ForOp>(user->getParentOp()));
}

/// Whether a loop carries the group of `wgmma`, or what is added to it.
static bool isHandedOn(WgmmaOp wgmma) {
  while (true) {
    Operation *commit = *wgmma->user_begin();
    if (commit->use_empty())
      return false;
    Operation *user = *commit->user_begin();
    wgmma = dyn_cast<WgmmaOp>(user);
    if (!wgmma || wgmma->use_empty())
      return isHandedOn(user);
  }
}

LogicalResult Products::verify(WgmmaOp wgmma) const {
  Operation *completion = completionOf(wgmma);
  if (failed(verifyGroup(wgmma)) || failed(verifyRegisters(wgmma)))
    return failure();
  if (!completion && !isHandedOn(wgmma))
    return success();
  if (!completion && isFragment(wgmma.getA().getType()))
    return wgmma.emitOpError("expects a in shared memory, since it is in "
                             "flight when its block ends");
  return failure(failed(verifyStages(wgmma, completion)) ||
                 (completion && failed(verifySuccessor(wgmma, completion))));
}

LogicalResult Products::verifyGroup(WgmmaOp wgmma) const {
  int64_t mine = llvm::count_if(wgmma->getUsers(), [&](Operation *user) {
    return isa<CommitOp>(user) && user->getBlock() == wgmma->getBlock();
  });
  if (mine != 1 || !wgmma->hasOneUse())
    return wgmma.emitOpError("expects one hopper.commit of its result, in its "
                             "block, but got ")
           << mine;
  return success();
}

LogicalResult Products::verifyPending(Value pending) const {
  Operation *origin = pending.getDefiningOp();
  if (!origin)
    origin = pending.getParentBlock()->getParentOp();
  bool isWaitedFor = false, isTaken = false;
  for (Operation *user : pending.getUsers()) {
    isWaitedFor |=
        isa<WaitOp>(user) && user->getBlock() == pending.getParentBlock();
    if (isa<WaitOp>(user))
      continue;
    if (user->getBlock() != pending.getParentBlock() ||
        (!isa<WgmmaOp>(user) && !isHandedOn(user))) {
      InFlightDiagnostic error = user->emitOpError(
          "expects products in flight to stay in their block, or to be carried "
          "by scf.for");
      error.attachNote(pending.getLoc()) << "in flight from here on";
      return error;
    }
    isTaken = true;
  }
  if (isTaken && !pending.hasOneUse()) {
    InFlightDiagnostic error =
        origin->emitOpError("expects one use of a product that is added to or "
                            "carried, but got ");
    error << std::distance(pending.use_begin(), pending.use_end());
    return error;
  }
  if (!isWaitedFor && !isTaken)
    return origin->emitOpError(
        "expects a hopper.wait for its group before its block ends");
  return success();
}

LogicalResult Products::verify(WaitOp wait) const {
  Value committed = wait.getCommitted();
  if (committed.getParentBlock() != wait->getBlock())
    return success();
  int64_t newer = commitsBefore(wait) - commitsUpTo(committed);
  int64_t pending = wait.getPending();
  if (pending <= newer)
    return success();
  InFlightDiagnostic error =
      wait.emitOpError("expects to leave at most ")
      << newer << " groups in flight, as many as were committed after its own, "
      << "but got " << pending;
  error.attachNote(committed.getLoc()) << "committed here";
  return error;
}

/// Ordinary instructions may have written what does not come out of a fence.
/// Accumulators may come from the product before, too: the tensor cores order
/// their own writes.
LogicalResult Products::verifyRegisters(WgmmaOp wgmma) const {
  auto nameOf = [](Value value) -> std::string {
    Operation *op = value.getDefiningOp();
    return op ? op->getName().getStringRef().str() : "a block argument";
  };
  Value a = wgmma.getA(), accumulator = wgmma.getAccumulator();
  if (isFragment(a.getType()) && !a.getDefiningOp<WgmmaFenceOp>())
    return wgmma.emitOpError(
               "expects registers of a from hopper.wgmma_fence, but got them "
               "from ")
           << nameOf(a);
  if (accumulator &&
      !isa_and_present<WgmmaFenceOp, WaitOp>(accumulator.getDefiningOp()))
    return wgmma.emitOpError("expects an accumulator from hopper.wgmma_fence "
                             "or hopper.wait, but got it from ")
           << nameOf(accumulator);
  Value onto = wgmma.getOnto();
  if (onto && !onto.getDefiningOp<CommitOp>() && !isCarried(onto))
    return wgmma.emitOpError("expects a product in flight from hopper.commit "
                             "or a loop, but got it from ")
           << nameOf(onto);
  return success();
}

/// The producer overwrites a stage as soon as it has been left.
LogicalResult Products::verifyStages(WgmmaOp wgmma,
                                     Operation *completion) const {
  for (Value operand : {wgmma.getA(), Value(wgmma.getB())}) {
    Value stage = cca::getWholeTile(operand);
    if (!stage.getDefiningOp<GetEnterOp>() && !isCarried(stage))
      continue;
    for (Operation *user : stage.getUsers()) {
      auto exit = dyn_cast<GetExitOp>(user);
      if (!exit || exit->getBlock() != wgmma->getBlock() ||
          (completion && completion->isBeforeInBlock(exit)))
        continue;
      InFlightDiagnostic error = exit.emitOpError(
          "expects to come after the hopper.wait for the product that reads "
          "the stage");
      error.attachNote(wgmma.getLoc()) << "read here";
      return error;
    }
  }
  return success();
}

LogicalResult Products::verifyCarried(Value stage) const {
  int64_t older = commitsUpTo(stage);
  for (Operation *user : stage.getUsers()) {
    auto exit = dyn_cast<GetExitOp>(user);
    if (!exit)
      continue;
    bool isOver = llvm::any_of(waits, [&](Operation *wait) {
      bool isAfter = !stage.getDefiningOp() ||
                     stage.getDefiningOp()->isBeforeInBlock(wait);
      return isAfter && wait->isBeforeInBlock(exit) &&
             pendingOf(wait) <= commitsBefore(wait) - older;
    });
    if (!isOver)
      return exit.emitOpError("expects a hopper.wait or hopper.wait_older for "
                              "the products that a loop carries before it "
                              "leaves a stage that they may read");
  }
  return success();
}

/// The tile that takes the place of the first operand in the next iteration
/// takes its registers, too.
LogicalResult Products::verifySuccessor(WgmmaOp wgmma,
                                        Operation *completion) const {
  Value a = wgmma.getA();
  while (auto fence = a.getDefiningOp<WgmmaFenceOp>())
    a = fence.getTiles()[cast<OpResult>(a).getResultNumber()];
  auto carried = dyn_cast<BlockArgument>(a);
  auto loop = dyn_cast<scf::ForOp>(wgmma->getParentOp());
  if (!carried || !loop || carried.getOwner() != loop.getBody() ||
      carried.getArgNumber() == 0)
    return success();
  Operation *next =
      loop.getYieldedValues()[carried.getArgNumber() - 1].getDefiningOp();
  if (!next || next->getBlock() != wgmma->getBlock() ||
      next->isBeforeInBlock(wgmma) || completion->isBeforeInBlock(next) ||
      completion == next)
    return success();
  InFlightDiagnostic error = next->emitOpError(
      "expects to come after the hopper.wait for the product that reads the "
      "registers it takes over in the next iteration");
  error.attachNote(wgmma.getLoc()) << "read here";
  return error;
}

LogicalResult cca::verifyProducts(WarpSpecializeOp roles) {
  bool failed = false;
  roles.getConsumer().walk([&](Block *block) {
    Products products(*block);
    for (BlockArgument argument : block->getArguments())
      failed |= mlir::failed(products.verify(argument));
    for (Operation &op : *block) {
      if (auto wgmma = dyn_cast<WgmmaOp>(op))
        failed |= mlir::failed(products.verify(wgmma));
      if (isa<CommitOp, scf::ForOp>(op))
        for (Value result : op.getResults())
          failed |= mlir::failed(products.verify(result));
      if (auto wait = dyn_cast<WaitOp>(op))
        failed |= mlir::failed(products.verify(wait));
    }
  });
  return failure(failed);
}
