//===- IssueDots.cpp - The pass hopper-issue-dots -------------------------===//

#include "cca/Dialect/Hopper/IR/Hopper.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERISSUEDOTS
#include "cca/Dialect/Hopper/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::hopper;

/// The first op of `op`'s block after it that uses one of its results, in a
/// nested region perhaps; the terminator if none does.
static Operation *firstUse(Operation *op) {
  Operation *first = op->getBlock()->getTerminator();
  for (Operation *user : op->getUsers()) {
    Operation *ancestor = op->getBlock()->findAncestorOpInBlock(*user);
    if (ancestor && ancestor->isBeforeInBlock(first))
      first = ancestor;
  }
  return first;
}

/// What leaves a stage that `dot` reads, in its block.
static SmallVector<GetExitOp> exitsOf(DotOp dot) {
  SmallVector<GetExitOp> exits;
  for (Value operand : {dot.getA(), dot.getB()}) {
    // A consumer reads its rows of a stage.
    if (auto slice = operand.getDefiningOp<SliceRowsOp>())
      operand = slice.getSource();
    if (isa<SmemType>(operand.getType()))
      for (Operation *user : operand.getUsers())
        if (auto exit = dyn_cast<GetExitOp>(user))
          if (exit->getBlock() == dot->getBlock())
            exits.push_back(exit);
  }
  return exits;
}

namespace {

/// A product in flight.
struct Group {
  CommitOp commit;
  WaitOp wait;
  Operation *end; ///< the last op that leaves one of its stages
  bool readsRegisters;
};

struct HopperIssueDots : cca::impl::HopperIssueDotsBase<HopperIssueDots> {
  void runOnOperation() override {
    SmallVector<Block *> blocks;
    getOperation().walk([&](Block *block) { blocks.push_back(block); });
    for (Block *block : blocks)
      issue(*block);
  }

private:
  static void issue(Block &block) {
    SmallVector<Group> groups;
    for (DotOp dot : llvm::make_early_inc_range(block.getOps<DotOp>()))
      groups.push_back(issue(dot));
    for (Group &group : groups) {
      // Groups complete in order: those committed after this one may go on.
      int64_t newer = llvm::count_if(groups, [&](const Group &other) {
        return group.commit->isBeforeInBlock(other.commit) &&
               other.commit->isBeforeInBlock(group.wait);
      });
      group.wait.setPending(newer);
      if (group.readsRegisters)
        convertAfterwards(group);
    }
  }

  static Group issue(DotOp dot) {
    OpBuilder builder(dot);
    Location loc = dot.getLoc();
    auto tile = cast<RankedTensorType>(dot.getType());
    Operation *use = firstUse(dot);
    SmallVector<GetExitOp> exits = exitsOf(dot);
    auto pending = PendingType::get(dot.getContext(), tile);
    Value issued =
        WgmmaOp::create(builder, loc, pending, dot.getA(), dot.getB(),
                        dot.getAccumulator(), dot.getTransposeB());
    auto commit = CommitOp::create(builder, loc, pending, issued);
    builder.setInsertionPoint(use);
    auto wait = WaitOp::create(builder, loc, tile, 0, commit.getResult());
    Operation *end = wait;
    for (GetExitOp exit : exits) {
      // Others leave a stage that later products read, too.
      if (!exit->isBeforeInBlock(wait))
        continue;
      exit->moveAfter(end);
      end = exit;
    }
    bool readsRegisters = isFragment(dot.getA().getType());
    dot.replaceAllUsesWith(wait.getTile());
    dot.erase();
    return {commit, wait, end, readsRegisters};
  }

  /// Tiles for a later product, made while `group` may still read the registers
  /// that they go to.
  static void convertAfterwards(Group &group) {
    Block *block = group.wait->getBlock();
    SmallVector<arith::TruncFOp> conversions;
    for (auto conversion : block->getOps<arith::TruncFOp>()) {
      bool isYielded =
          llvm::all_of(conversion->getUsers(), [&](Operation *user) {
            return user == block->getTerminator();
          });
      if (isYielded && isFragment(conversion.getType()) &&
          group.commit->isBeforeInBlock(conversion) &&
          conversion->isBeforeInBlock(group.wait))
        conversions.push_back(conversion);
    }
    for (arith::TruncFOp conversion : llvm::reverse(conversions))
      conversion->moveAfter(group.end);
  }
};

} // namespace
