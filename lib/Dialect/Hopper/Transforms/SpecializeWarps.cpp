//===- SpecializeWarps.cpp - The pass hopper-specialize-warps -------------===//

#include "Schedule.h"
#include "SharedTiles.h"
#include "cca/Dialect/Hopper/IR/Hopper.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERSPECIALIZEWARPS
#include "cca/Dialect/Hopper/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::hopper;

/// Both roles must be able to follow the control flow of tiles and rings.
static LogicalResult checkControlFlow(gpu::GPUFuncOp kernel) {
  size_t blocks = kernel.getBody().getBlocks().size();
  if (blocks != 1)
    return kernel.emitOpError("expects one block, but got ") << blocks;
  WalkResult result = kernel.walk<WalkOrder::PreOrder>([](Operation *op) {
    bool isShared =
        isa_and_present<HopperDialect>(op->getDialect()) ||
        llvm::any_of(op->getResultTypes(), llvm::IsaPred<RankedTensorType>);
    Operation *parent = op->getParentOp();
    bool isControlFlow = isa<scf::ForOp, scf::IfOp>(op) || !op->getNumRegions();
    if (!isShared ||
        (isControlFlow && isa<gpu::GPUFuncOp, scf::ForOp, scf::IfOp>(parent)))
      return WalkResult::advance();
    return WalkResult(
        op->emitOpError("expects rings and tiles in loops and branches of "
                        "scf.for and scf.if only"));
  });
  return failure(result.wasInterrupted());
}

/// Whether `op` makes what there is once for all roles.
static bool isOfTheBlock(Operation *op) {
  return isa<RingOp>(op) ||
         (isa<AllocOp>(op) && cca::isShared(op->getResult(0)));
}

namespace {

/// The rings of tiles that each consumer has for itself, one for each; or one
/// that they take turns at.
using OwnRings = llvm::MapVector<Value, SmallVector<Value>>;

} // namespace

/// The loop around `op` that consumers take iterations of, if there is one.
static scf::ForOp getDealtLoop(Operation *op) {
  for (; op; op = op->getParentOp())
    if (op->hasAttr(cca::dealtAttrName))
      return dyn_cast<scf::ForOp>(op);
  return {};
}

static bool isDealt(Operation *op) { return getDealtLoop(op) != nullptr; }

/// Whether consumers take turns at `ring`.
static bool isInTurn(Value ring) {
  return ring.getDefiningOp<RingOp>().getTurns();
}

/// How many tiles an iteration gets from `ring`, where loops say how often
/// they go round.
static FailureOr<int64_t> countGets(scf::ForOp loop, Value ring) {
  int64_t count = 0;
  for (Operation *user : ring.getUsers()) {
    if (!isa<GetEnterOp>(user) || !loop->isProperAncestor(user))
      continue;
    int64_t times = 1;
    for (Operation *op = user->getParentOp(); op != loop;
         op = op->getParentOp()) {
      auto inner = dyn_cast<scf::ForOp>(op);
      std::optional<APInt> trips =
          inner ? inner.getStaticTripCount() : std::nullopt;
      if (!trips)
        return op->emitOpError("expects a constant number of gets where "
                               "consumers take turns at a ring");
      times *= trips->getSExtValue();
    }
    count += times;
  }
  return count;
}

/// Consumers that do not share tiles need loops to take tiles from, and all
/// gets of a ring are inside of these or outside. Unless they take turns at the
/// rings inside, each gets rings of its own.
static FailureOr<OwnRings> makeOwnRings(gpu::GPUFuncOp kernel,
                                        const cca::KernelSchedule &schedule) {
  OwnRings own;
  if (schedule.cooperative)
    return own;
  bool hasLoop = false;
  WalkResult result = kernel.walk([&](Operation *op) {
    if (op->hasAttr(cca::dealtAttrName)) {
      hasLoop = true;
      auto loop = dyn_cast<scf::ForOp>(op);
      if (!loop || loop.getNumResults() || isDealt(op->getParentOp()))
        return WalkResult(op->emitOpError(
            "expects iterations that are dealt out to be those of one scf.for "
            "that carries nothing"));
    }
    if (auto get = dyn_cast<GetEnterOp>(op); get && isDealt(op))
      own.insert({get.getRing(), {}});
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  if (!hasLoop)
    return kernel.emitOpError("expects a loop with the attribute '")
           << cca::dealtAttrName << "' where consumers do not share tiles";
  for (auto &[ring, rings] : own) {
    for (Operation *user : ring.getUsers())
      if (isa<GetEnterOp>(user) && !isDealt(user))
        return user->emitOpError("expects to get from another ring than loops "
                                 "whose iterations are dealt out do");
    rings.push_back(ring);
    if (schedule.takesTurns) {
      for (Operation *user : ring.getUsers())
        if (isa<GetEnterOp>(user) &&
            failed(countGets(getDealtLoop(user), ring)))
          return failure();
      ring.getDefiningOp<RingOp>().setTurns(true);
      continue;
    }
    OpBuilder builder(ring.getContext());
    builder.setInsertionPointAfterValue(ring);
    while (static_cast<int64_t>(rings.size()) < schedule.consumers)
      rings.push_back(builder.clone(*ring.getDefiningOp())->getResult(0));
  }
  return own;
}

namespace {

/// Copies the ops of a sequential kernel that one role executes.
class RoleCloner {
public:
  RoleCloner(WarpSpecializeOp roles, bool isProducer, bool sharesTiles,
             const OwnRings &ownRings, OpBuilder &builder)
      : roles(roles), isProducer(isProducer), sharesTiles(sharesTiles),
        ownRings(ownRings), builder(builder) {
    if (isProducer)
      return;
    for (auto &[ring, rings] : ownRings)
      if (!isInTurn(ring))
        map(ring, SelectRingOp::create(builder, ring.getLoc(), rings));
  }

  void map(Value from, Value to) { mapping.map(from, to); }
  void cloneOp(Operation &op) { clone(op); }
  void cloneOps(Block &block) {
    for (Operation &op : block.without_terminator())
      clone(op);
  }

private:
  /// Tiles are what consumers compute with. The producer's stages are those
  /// that it puts.
  bool has(Value value) const {
    return !isProducer ||
           !isa<PendingType, RankedTensorType, SmemType>(value.getType());
  }
  bool has(Operation &op) const {
    bool isPut = isa<PutEnterOp, TmaLoadOp, PutExitOp>(op);
    if (!isProducer)
      return !isPut;
    if (isPut)
      return true;
    bool isOfTheDialect = isa_and_present<HopperDialect>(op.getDialect());
    return !isOfTheDialect && llvm::all_of(op.getOperands(), [&](Value value) {
      return has(value);
    }) && llvm::all_of(op.getResults(), [&](Value value) {
      return has(value);
    });
  }

  void clone(Operation &op) {
    if (auto loop = dyn_cast<scf::ForOp>(op))
      return clone(loop);
    if (auto branch = dyn_cast<scf::IfOp>(op))
      return clone(branch);
    if (has(op))
      builder.clone(op, mapping);
  }

  SmallVector<Value> lookup(ValueRange values) {
    SmallVector<Value> mine;
    for (Value value : values)
      if (has(value))
        mine.push_back(mapping.lookupOrDefault(value));
    return mine;
  }
  void mapMine(ValueRange from, ValueRange to) {
    auto next = to.begin();
    for (Value value : from)
      if (has(value))
        mapping.map(value, *next++);
  }
  void cloneBody(Block &from, Block &to) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(&to);
    cloneOps(from);
    Operation *yield = from.getTerminator();
    scf::YieldOp::create(builder, yield->getLoc(),
                         lookup(yield->getOperands()));
  }

  void clone(scf::ForOp loop) {
    if (!sharesTiles && loop->hasAttr(cca::dealtAttrName))
      return deal(loop);
    SmallVector<Value> inits = lookup(loop.getInitArgs());
    auto mine = scf::ForOp::create(
        builder, loop.getLoc(), mapping.lookupOrDefault(loop.getLowerBound()),
        mapping.lookupOrDefault(loop.getUpperBound()),
        mapping.lookupOrDefault(loop.getStep()), inits);
    mapping.map(loop.getInductionVar(), mine.getInductionVar());
    mapMine(loop.getRegionIterArgs(), mine.getRegionIterArgs());
    mapMine(loop.getResults(), mine.getResults());
    if (!mine.getBody()->empty())
      mine.getBody()->getTerminator()->erase();
    cloneBody(*loop.getBody(), *mine.getBody());
  }

  /// As many iterations at a time as there are consumers: of them one consumer
  /// executes one, the producer all, into the rings of one after the other.
  void deal(scf::ForOp loop) {
    Location loc = loop.getLoc();
    auto consumers = static_cast<int64_t>(roles.getNumConsumers());
    Type type = loop.getInductionVar().getType();
    auto multiple = [&](Value value, int64_t factor) -> Value {
      Value by = arith::ConstantOp::create(
          builder, loc, builder.getIntegerAttr(type, factor));
      return arith::MulIOp::create(builder, loc, value, by);
    };
    Value end = mapping.lookupOrDefault(loop.getUpperBound());
    Value step = mapping.lookupOrDefault(loop.getStep());
    auto rounds = scf::ForOp::create(
        builder, loc, mapping.lookupOrDefault(loop.getLowerBound()), end,
        multiple(step, consumers));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(rounds.getBody()->getTerminator());
    Value first = rounds.getInductionVar();
    Value left = arith::SubIOp::create(builder, loc, end, first);
    auto iteration = [&](Value offset) {
      Value isThere = arith::CmpIOp::create(
          builder, loc, arith::CmpIPredicate::sgt, left, offset);
      auto branch = scf::IfOp::create(builder, loc, isThere);
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(branch.thenBlock());
      map(loop.getInductionVar(),
          arith::AddIOp::create(builder, loc, first, offset));
      cloneOps(*loop.getBody());
    };
    if (!isProducer) {
      Value index = roles.getConsumerIndex();
      if (type.isIndex())
        index = arith::IndexCastOp::create(builder, loc, type, index);
      iteration(arith::MulIOp::create(builder, loc, index, step));
      return skipOthers(loop, rounds);
    }
    for (int64_t consumer = 0; consumer < consumers; ++consumer) {
      for (auto &[ring, rings] : ownRings)
        map(ring, rings[isInTurn(ring) ? 0 : consumer]);
      iteration(multiple(step, consumer));
    }
  }

  /// Consumer i begins with the i-th tile of a round, and in each round leaves
  /// those of others out.
  void skipOthers(scf::ForOp loop, scf::ForOp rounds) {
    Location loc = loop.getLoc();
    auto others = static_cast<int64_t>(roles.getNumConsumers()) - 1;
    for (auto &[ring, rings] : ownRings) {
      if (!isInTurn(ring))
        continue;
      int64_t gets = *countGets(loop, ring);
      auto constant = [&](int64_t value) -> Value {
        return arith::ConstantIntOp::create(builder, loc, value, 32);
      };
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPoint(rounds);
      SkipOp::create(builder, loc,
                     arith::MulIOp::create(builder, loc,
                                           roles.getConsumerIndex(),
                                           constant(gets)),
                     ring);
      builder.setInsertionPoint(rounds.getBody()->getTerminator());
      SkipOp::create(builder, loc, constant(others * gets), ring);
    }
  }

  void clone(scf::IfOp branch) {
    SmallVector<Type> types;
    for (Value result : branch.getResults())
      if (has(result))
        types.push_back(result.getType());
    auto mine = scf::IfOp::create(
        builder, branch.getLoc(), types,
        mapping.lookupOrDefault(branch.getCondition()),
        /*addThenBlock=*/true, /*addElseBlock=*/branch.elseBlock() != nullptr);
    mapMine(branch.getResults(), mine.getResults());
    cloneBody(*branch.thenBlock(), *mine.thenBlock());
    if (Block *elseBlock = branch.elseBlock())
      cloneBody(*elseBlock, *mine.elseBlock());
  }

  WarpSpecializeOp roles;
  bool isProducer, sharesTiles;
  const OwnRings &ownRings;
  OpBuilder &builder;
  IRMapping mapping;
};

struct HopperSpecializeWarps
    : cca::impl::HopperSpecializeWarpsBase<HopperSpecializeWarps> {
  void runOnOperation() override {
    gpu::GPUFuncOp kernel = getOperation();
    if (failed(checkControlFlow(kernel)))
      return signalPassFailure();
    Block &body = kernel.getBody().front();
    cca::KernelSchedule schedule = cca::getSchedule(kernel);
    FailureOr<OwnRings> ownRings = makeOwnRings(kernel, schedule);
    if (failed(ownRings))
      return signalPassFailure();
    int64_t consumers = schedule.consumers;
    cca::RegisterBudget budget =
        cca::registerBudget(consumers, schedule.blocksPerMultiprocessor);

    SmallVector<Operation *> sequential, shared;
    ConsumerIndexOp index;
    for (Operation &op : body.without_terminator()) {
      (isOfTheBlock(&op) ? shared : sequential).push_back(&op);
      if (auto found = dyn_cast<ConsumerIndexOp>(op))
        index = found;
    }
    OpBuilder builder(body.getTerminator());
    auto roles = WarpSpecializeOp::create(
        builder, kernel.getLoc(), budget.producer, consumers, budget.consumer);
    for (bool isProducer : {true, false}) {
      Block &role =
          (isProducer ? roles.getProducer() : roles.getConsumer()).front();
      builder.setInsertionPointToStart(&role);
      RoleCloner cloner(roles, isProducer, schedule.cooperative, *ownRings,
                        builder);
      if (index) {
        // Of no meaning to the producer, in arithmetic that is dead there.
        Value mine = roles.getConsumerIndex();
        if (isProducer)
          mine = arith::ConstantIntOp::create(builder, index.getLoc(), 0, 32);
        cloner.map(index.getIndex(), mine);
      }
      builder.setInsertionPoint(role.getTerminator());
      for (Operation *op : sequential)
        if (op != index)
          cloner.cloneOp(*op);
    }
    for (Operation *op : llvm::reverse(sequential)) {
      op->dropAllUses();
      op->erase();
    }
    for (Operation *op : llvm::reverse(shared))
      op->moveBefore(&body, body.begin());
    kernel.setKnownBlockSizeAttr(builder.getDenseI32ArrayAttr(
        {static_cast<int32_t>(roles.getNumThreads()), 1, 1}));
    if (schedule.blocksPerMultiprocessor > 1)
      kernel->setAttr(
          NVVM::NVVMDialect::getMinctasmAttrName(),
          builder.getI32IntegerAttr(schedule.blocksPerMultiprocessor));
  }
};

} // namespace
