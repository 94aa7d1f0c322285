//===- VerifyProducts.cpp - Products complete in time ---------------------===//

#include "VerifyProtocol.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::hopper;

namespace {

/// The asynchronous products of one block. Groups complete in the order of
/// their commits, and none is in flight when the block begins or ends.
class Products {
public:
  explicit Products(Block &block)
      : commits(llvm::to_vector(block.getOps<CommitOp>())),
        waits(llvm::to_vector(block.getOps<WaitOp>())) {}

  LogicalResult verify(WgmmaOp wgmma) const;
  LogicalResult verify(CommitOp commit) const;
  LogicalResult verify(WaitOp wait) const;

private:
  int64_t commitsBefore(Operation *op) const {
    return llvm::count_if(
        commits, [&](CommitOp commit) { return commit->isBeforeInBlock(op); });
  }
  /// The op behind which `wgmma` is known to be complete.
  WaitOp completionOf(WgmmaOp wgmma) const;

  LogicalResult verifyGroup(WgmmaOp wgmma) const;
  LogicalResult verifyRegisters(WgmmaOp wgmma) const;
  LogicalResult verifyStages(WgmmaOp wgmma, WaitOp completion) const;
  LogicalResult verifySuccessor(WgmmaOp wgmma, WaitOp completion) const;

  SmallVector<CommitOp> commits;
  SmallVector<WaitOp> waits;
};

} // namespace

WaitOp Products::completionOf(WgmmaOp wgmma) const {
  // The group is the first one that is closed after the product.
  int64_t group = commitsBefore(wgmma);
  for (WaitOp wait : waits)
    if (wgmma->isBeforeInBlock(wait) &&
        group < commitsBefore(wait) - static_cast<int64_t>(wait.getPending()))
      return wait;
  return {};
}

LogicalResult Products::verify(WgmmaOp wgmma) const {
  WaitOp completion = completionOf(wgmma);
  return failure(failed(verifyGroup(wgmma)) || failed(verifyRegisters(wgmma)) ||
                 (completion && (failed(verifyStages(wgmma, completion)) ||
                                 failed(verifySuccessor(wgmma, completion)))));
}

LogicalResult Products::verifyGroup(WgmmaOp wgmma) const {
  int64_t mine = llvm::count_if(wgmma->getUsers(), [&](Operation *user) {
    return user->getBlock() == wgmma->getBlock();
  });
  if (mine != 1 || !wgmma->hasOneUse())
    return wgmma.emitOpError("expects one hopper.commit of its result, in its "
                             "block, but got ")
           << mine;
  return success();
}

LogicalResult Products::verify(CommitOp commit) const {
  for (Operation *user : commit->getUsers())
    if (user->getBlock() == commit->getBlock())
      return success();
  return commit.emitOpError(
      "expects a hopper.wait for its group before its block ends");
}

LogicalResult Products::verify(WaitOp wait) const {
  auto commit = wait.getCommitted().getDefiningOp<CommitOp>();
  if (commit->getBlock() != wait->getBlock())
    return success();
  int64_t newer = commitsBefore(wait) - commitsBefore(commit) - 1;
  int64_t pending = wait.getPending();
  if (pending <= newer)
    return success();
  InFlightDiagnostic error =
      wait.emitOpError("expects to leave at most ")
      << newer << " groups in flight, as many as were committed after its own, "
      << "but got " << pending;
  error.attachNote(commit.getLoc()) << "committed here";
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
  return success();
}

/// The producer overwrites a stage as soon as it has been left.
LogicalResult Products::verifyStages(WgmmaOp wgmma, WaitOp completion) const {
  for (Value operand : wgmma->getOperands()) {
    Value stage = cca::getWholeTile(operand);
    if (!stage.getDefiningOp<GetEnterOp>())
      continue;
    for (Operation *user : stage.getUsers()) {
      auto exit = dyn_cast<GetExitOp>(user);
      if (!exit || exit->getBlock() != wgmma->getBlock() ||
          completion->isBeforeInBlock(exit))
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

/// The tile that takes the place of the first operand in the next iteration
/// takes its registers, too.
LogicalResult Products::verifySuccessor(WgmmaOp wgmma,
                                        WaitOp completion) const {
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
    for (Operation &op : *block) {
      if (auto wgmma = dyn_cast<WgmmaOp>(op))
        failed |= mlir::failed(products.verify(wgmma));
      if (auto commit = dyn_cast<CommitOp>(op))
        failed |= mlir::failed(products.verify(commit));
      if (auto wait = dyn_cast<WaitOp>(op))
        failed |= mlir::failed(products.verify(wait));
    }
  });
  return failure(failed);
}
