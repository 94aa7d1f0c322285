//===- OverlapSoftmax.cpp - The pass hopper-overlap-softmax ---------------===//

#include "Schedule.h"
#include "cca/Dialect/Hopper/IR/Hopper.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPEROVERLAPSOFTMAX
#include "cca/Dialect/Hopper/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::hopper;

/// Whether `value` depends on the result of `dot`, by ops of one block.
static bool dependsOn(Value value, DotOp dot) {
  Operation *op = value.getDefiningOp();
  if (!op || op->getBlock() != dot->getBlock())
    return false;
  return op == dot || llvm::any_of(op->getOperands(), [&](Value operand) {
           return dependsOn(operand, dot);
         });
}

namespace {

/// A product with what it loads: the part of a step that moves.
struct Tail {
  DotOp dot;
  LoadOp load; ///< of its second operand

  static Tail of(DotOp dot) {
    auto load = dot.getB().getDefiningOp<LoadOp>();
    if (!load || load->getBlock() != dot->getBlock() || !load->hasOneUse() ||
        !dot->hasOneUse())
      return {};
    return {dot, load};
  }
  explicit operator bool() const { return static_cast<bool>(dot); }

  /// What it is computed from; without an accumulator that is zero.
  SmallVector<Value> operands(OpBuilder &builder) {
    Value accumulator = dot.getAccumulator();
    if (!accumulator)
      accumulator = arith::ConstantOp::create(
          builder, dot.getLoc(),
          builder.getZeroAttr(dot.getResult().getType()));
    SmallVector<Value> values{accumulator, dot.getA()};
    llvm::append_range(values, load.getCoordinates());
    return values;
  }

  /// The same of other operands.
  Value clone(OpBuilder &builder, ValueRange operands) {
    auto tile = LoadOp::create(builder, load.getLoc(), load.getType(),
                               load.getMap(), operands.drop_front(2));
    return DotOp::create(builder, dot.getLoc(), dot.getType(), operands[1],
                         tile, operands[0], dot.getTransposeB());
  }
};

/// A loop that carries the sum of its tails.
struct Rotation {
  scf::ForOp loop;
  unsigned position; ///< of the sum in what is carried
  Tail before;       ///< what the sum starts from
  Tail inside;
  DotOp head; ///< the product that the tail comes after
};

} // namespace

/// The rotation of `loop`, if it has the form.
static std::optional<Rotation> match(scf::ForOp loop) {
  for (auto [position, yielded] : llvm::enumerate(loop.getYieldedValues())) {
    auto dot = yielded.getDefiningOp<DotOp>();
    auto init = loop.getInitArgs()[position].getDefiningOp<DotOp>();
    if (!dot || dot->getBlock() != loop.getBody() || !init)
      continue;
    Tail inside = Tail::of(dot), before = Tail::of(init);
    if (!inside || !before || inside.load.getMap() != before.load.getMap() ||
        inside.dot.getTransposeB() != before.dot.getTransposeB())
      continue;
    for (DotOp head : loop.getBody()->getOps<DotOp>()) {
      // The sum so far must not be needed before the head.
      auto usedEarly = [&](Operation *user) {
        Operation *ancestor = loop.getBody()->findAncestorOpInBlock(*user);
        return ancestor && ancestor->isBeforeInBlock(head);
      };
      if (head != dot && dependsOn(dot.getA(), head) &&
          llvm::none_of(loop.getRegionIterArgs()[position].getUsers(),
                        usedEarly))
        return Rotation{loop, static_cast<unsigned>(position), before, inside,
                        head};
    }
  }
  return std::nullopt;
}

static void rotate(Rotation rotation) {
  scf::ForOp loop = rotation.loop;
  OpBuilder builder(loop);
  // Carried: all but the sum, then what the tail is computed from.
  SmallVector<Value> inits(loop.getInitArgs());
  inits.erase(inits.begin() + rotation.position);
  unsigned others = inits.size();
  llvm::append_range(inits, rotation.before.operands(builder));
  auto rotated =
      scf::ForOp::create(builder, loop.getLoc(), loop.getLowerBound(),
                         loop.getUpperBound(), loop.getStep(), inits);

  IRMapping mapping;
  mapping.map(loop.getInductionVar(), rotated.getInductionVar());
  unsigned next = 0;
  for (auto [position, argument] : llvm::enumerate(loop.getRegionIterArgs()))
    if (position != rotation.position)
      mapping.map(argument, rotated.getRegionIterArg(next++));
  builder.setInsertionPointToStart(rotated.getBody());
  for (Operation &op : loop.getBody()->without_terminator()) {
    if (&op == rotation.inside.dot || &op == rotation.inside.load)
      continue;
    builder.clone(op, mapping);
    if (&op == rotation.head) {
      ValueRange carried = rotated.getRegionIterArgs();
      mapping.map(loop.getRegionIterArgs()[rotation.position],
                  rotation.inside.clone(builder, carried.drop_front(others)));
    }
  }
  SmallVector<Value> yielded;
  for (auto [position, value] : llvm::enumerate(loop.getYieldedValues()))
    if (position != rotation.position)
      yielded.push_back(mapping.lookupOrDefault(value));
  for (Value operand : rotation.inside.operands(builder))
    yielded.push_back(mapping.lookupOrDefault(operand));
  scf::YieldOp::create(builder, loop.getLoc(), yielded);

  builder.setInsertionPointAfter(rotated);
  Value sum =
      rotation.inside.clone(builder, rotated.getResults().drop_front(others));
  next = 0;
  for (auto [position, result] : llvm::enumerate(loop.getResults()))
    result.replaceAllUsesWith(
        position == rotation.position ? sum : rotated.getResult(next++));
  loop.erase();
  rotation.before.dot.erase();
  rotation.before.load.erase();
}

namespace {

struct HopperOverlapSoftmax
    : cca::impl::HopperOverlapSoftmaxBase<HopperOverlapSoftmax> {
  void runOnOperation() override {
    if (!cca::getSchedule(getOperation()).overlap)
      return;
    // In program order: the product after one loop is the one before the next.
    SmallVector<scf::ForOp> loops;
    getOperation().walk<WalkOrder::PreOrder>(
        [&](scf::ForOp loop) { loops.push_back(loop); });
    for (scf::ForOp loop : loops)
      if (auto rotation = match(loop))
        rotate(*rotation);
  }
};

} // namespace
