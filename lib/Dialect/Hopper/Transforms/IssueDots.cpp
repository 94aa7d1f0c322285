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

//===----------------------------------------------------------------------===//
// Sums of products
//===----------------------------------------------------------------------===//

namespace {

/// A stage that a product reads.
struct Stage {
  GetEnterOp enter;
  GetExitOp exit;
};

/// A product, and those that a loop adds to it.
struct Sum {
  DotOp first, next;
  scf::ForOp loop;
  BlockArgument carried;
  SmallVector<Stage> firstStages, nextStages;
};

} // namespace

/// The stages of both operands, or none unless `dot` alone reads them and
/// others can be filled meanwhile.
static SmallVector<Stage> stagesOf(DotOp dot) {
  SmallVector<Stage> stages;
  for (Value operand : {dot.getA(), dot.getB()}) {
    if (auto slice = operand.getDefiningOp<SliceRowsOp>();
        slice && slice->hasOneUse())
      operand = slice.getSource();
    auto enter = operand.getDefiningOp<GetEnterOp>();
    if (!enter || enter->getBlock() != dot->getBlock() ||
        enter.getRing().getType().getStages() < 2 || !operand.hasNUses(2))
      return {};
    for (Operation *user : operand.getUsers())
      if (auto exit = dyn_cast<GetExitOp>(user))
        if (exit->getBlock() == dot->getBlock() && dot->isBeforeInBlock(exit))
          stages.push_back({enter, exit});
  }
  return stages.size() == 2 ? stages : SmallVector<Stage>();
}

/// The sum that `next` adds to, if nothing else happens to it in its loop.
static std::optional<Sum> findSum(DotOp next) {
  auto carried = dyn_cast_if_present<BlockArgument>(next.getAccumulator());
  auto loop = dyn_cast<scf::ForOp>(next->getParentOp());
  if (!carried || !loop || carried.getOwner() != loop.getBody() ||
      !carried.hasOneUse() || !next->hasOneUse() ||
      loop.getTiedLoopYieldedValue(carried)->get() != next.getResult())
    return std::nullopt;
  auto first = loop.getTiedLoopInit(carried)->get().getDefiningOp<DotOp>();
  if (!first || first->getBlock() != loop->getBlock() || !first->hasOneUse())
    return std::nullopt;
  Sum sum{first, next, loop, carried, stagesOf(first), stagesOf(next)};
  if (sum.firstStages.empty() || sum.nextStages.empty())
    return std::nullopt;
  for (auto [one, other] : llvm::zip_equal(sum.firstStages, sum.nextStages))
    if (one.enter.getRing() != other.enter.getRing() ||
        !one.exit->isBeforeInBlock(loop))
      return std::nullopt;
  return sum;
}

/// `dot`, issued and closed where it stands.
static CommitOp issueProduct(DotOp dot, Value accumulator, Value onto) {
  OpBuilder builder(dot);
  Location loc = dot.getLoc();
  auto pending =
      PendingType::get(dot.getContext(), cast<RankedTensorType>(dot.getType()));
  Value issued = WgmmaOp::create(builder, loc, pending, dot.getA(), dot.getB(),
                                 accumulator, onto, dot.getTransposeB());
  return CommitOp::create(builder, loc, pending, issued);
}

/// `loop` with the sum in flight, and the stages that its newest product reads.
static scf::ForOp carryInFlight(Sum &sum, CommitOp first) {
  scf::ForOp loop = sum.loop;
  OpBuilder builder(loop);
  unsigned position = loop.getTiedLoopInit(sum.carried)->getOperandNumber() -
                      loop.getNumControlOperands();
  SmallVector<Value> inits(loop.getInitArgs());
  inits[position] = first;
  for (Stage &stage : sum.firstStages)
    inits.push_back(stage.enter);
  auto flying = scf::ForOp::create(builder, loop.getLoc(), loop.getLowerBound(),
                                   loop.getUpperBound(), loop.getStep(), inits,
                                   nullptr, loop.getUnsignedCmp());
  Block *body = flying.getBody();
  body->getOperations().splice(body->end(), loop.getBody()->getOperations());
  auto yield = cast<scf::YieldOp>(body->getTerminator());

  CommitOp next =
      issueProduct(sum.next, Value(), body->getArgument(position + 1));
  yield->setOperand(position, next);
  sum.next->erase();
  for (auto [from, to] :
       llvm::zip(loop.getBody()->getArguments(), body->getArguments()))
    if (from != sum.carried)
      from.replaceAllUsesWith(to);

  // What the product before has read is left while this one is computed.
  builder.setInsertionPointAfter(next);
  WaitOlderOp::create(builder, next.getLoc(), 1);
  for (auto [stage, before] : llvm::zip_equal(
           sum.nextStages, flying.getRegionIterArgs().take_back(2))) {
    GetExitOp::create(builder, stage.exit.getLoc(), stage.exit.getRing(),
                      before);
    yield->insertOperands(yield->getNumOperands(), stage.enter.getTile());
    stage.exit->erase();
  }
  return flying;
}

/// Each product is issued while the one before it is still computed: the tensor
/// cores add to one accumulator in order.
static void issueSum(Sum &sum) {
  CommitOp first = issueProduct(sum.first, sum.first.getAccumulator(), Value());
  scf::ForOp loop = sum.loop;
  scf::ForOp flying = carryInFlight(sum, first);
  Operation *use = firstUse(loop);
  unsigned position = sum.carried.getArgNumber() - 1;
  OpBuilder builder(use);
  auto wait = WaitOp::create(builder, flying.getLoc(),
                             loop.getResult(position).getType(), 0,
                             flying.getResult(position));
  for (auto [stage, last] :
       llvm::zip_equal(sum.firstStages, flying.getResults().take_back(2))) {
    GetExitOp::create(builder, stage.exit.getLoc(), stage.exit.getRing(), last);
    stage.exit->erase();
  }
  for (OpResult result : loop.getResults())
    result.replaceAllUsesWith(result.getResultNumber() == position
                                  ? wait.getTile()
                                  : flying.getResult(result.getResultNumber()));
  loop->erase();
  sum.first->erase();
}

//===----------------------------------------------------------------------===//
// Single products
//===----------------------------------------------------------------------===//

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
    SmallVector<DotOp> dots;
    getOperation().walk([&](DotOp dot) { dots.push_back(dot); });
    // A sum erases this product, and its first one, which comes before.
    for (DotOp dot : dots)
      if (std::optional<Sum> sum = findSum(dot))
        issueSum(*sum);
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
    Operation *use = firstUse(dot);
    SmallVector<GetExitOp> exits = exitsOf(dot);
    CommitOp commit = issueProduct(dot, dot.getAccumulator(), Value());
    OpBuilder builder(use);
    auto wait = WaitOp::create(builder, dot.getLoc(), dot.getType(), 0,
                               commit.getResult());
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
