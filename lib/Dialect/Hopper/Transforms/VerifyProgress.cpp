//===- VerifyProgress.cpp - No role waits for ever ------------------------===//
//
// Runs the waits and arrivals of producer and consumers against each other, in
// abstract time. What a role may do next depends on how far the other ones have
// come only, never on who is faster: one run tells for all.
//
//===----------------------------------------------------------------------===//

#include "VerifyProtocol.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace mlir::hopper;

namespace {

/// How control flow that depends on data goes in one run.
struct Choice {
  int64_t iterations;
  unsigned branch;
};

/// One op, the n-th time that its role does the same to its ring.
struct Event {
  Operation *op;
  Value ring;
  int64_t number;
};

/// What a role does to rings, one after the other.
class Trace {
public:
  Trace(Region &role, Choice choice, int64_t consumer = 0)
      : choice(choice), consumer(consumer) {
    follow(role);
  }

  /// Kernels that do more than that are not followed to their end, and nothing
  /// is known about them.
  bool isComplete() const { return steps < maxSteps; }
  ArrayRef<Event> getEvents() const { return events; }

private:
  static constexpr int64_t maxSteps = 1000000;
  /// Loops with more iterations are cut short.
  static constexpr uint64_t maxIterations = 1024;

  void follow(Region &region) {
    for (Operation &op : region.getOps())
      if (steps++ < maxSteps)
        follow(op);
  }
  void follow(scf::ForOp loop, int64_t times) {
    hand(loop.getInitArgs(), loop.getRegionIterArgs());
    for (int64_t i = 0; i < times && steps < maxSteps; ++i) {
      follow(loop.getRegion());
      hand(loop.getYieldedValues(), loop.getRegionIterArgs());
    }
    hand(loop.getRegionIterArgs(), loop.getResults());
  }
  /// Stages that a loop carries.
  void hand(ValueRange from, ValueRange to) {
    SmallVector<int64_t> numbers;
    for (Value tile : from)
      numbers.push_back(current.lookup(tile));
    for (auto [tile, number] : llvm::zip_equal(to, numbers))
      if (isa<SmemType>(tile.getType()))
        current[tile] = number;
  }

  /// Whether a loop puts into, or gets from, rings at which consumers take
  /// turns.
  static bool takesTurns(scf::ForOp loop) {
    return loop
        .walk([](Operation *op) {
          auto ring = isa<PutEnterOp, GetEnterOp>(op)
                          ? op->getOperand(0).getDefiningOp<RingOp>()
                          : RingOp();
          return ring && ring.getTurns() ? WalkResult::interrupt()
                                         : WalkResult::advance();
        })
        .wasInterrupted();
  }

  /// Of consumers that have rings for themselves, the one of this consumer.
  Value resolve(Value ring) const {
    auto select = ring.getDefiningOp<SelectRingOp>();
    return select ? select.getRings()[consumer] : ring;
  }

  /// Constants, and multiples of the index of the consumer.
  std::optional<int64_t> evaluate(Value value) const {
    APInt constant;
    if (matchPattern(value, m_ConstantInt(&constant)))
      return constant.getSExtValue();
    if (auto roles =
            dyn_cast<WarpSpecializeOp>(value.getParentBlock()->getParentOp());
        roles && value == roles.getConsumerIndex())
      return consumer;
    auto product = value.getDefiningOp<arith::MulIOp>();
    if (!product)
      return std::nullopt;
    std::optional<int64_t> a = evaluate(product.getLhs()),
                           b = evaluate(product.getRhs());
    return a && b ? std::optional(*a * *b) : std::nullopt;
  }

  void follow(Operation &op) {
    if (isa<PutEnterOp, GetEnterOp>(op)) {
      Value ring = resolve(op.getOperand(0));
      current[op.getResult(0)] = entered[ring]++;
      events.push_back({&op, ring, current[op.getResult(0)]});
    } else if (auto put = dyn_cast<PutExitOp>(op)) {
      events.push_back({&op, put.getRing(), current[put.getTile()]});
    } else if (auto get = dyn_cast<GetExitOp>(op)) {
      events.push_back({&op, resolve(get.getRing()), current[get.getTile()]});
    } else if (auto skip = dyn_cast<SkipOp>(op)) {
      // Where the count is not known, nothing is known.
      if (std::optional<int64_t> count = evaluate(skip.getCount()))
        entered[skip.getRing()] += *count;
      else
        steps = maxSteps;
    } else if (auto loop = dyn_cast<scf::ForOp>(op)) {
      int64_t times = choice.iterations;
      if (std::optional<APInt> count = loop.getStaticTripCount()) {
        times = count->getLimitedValue(maxIterations);
        // Skips of what it gets are not cut short.
        if (count->ugt(maxIterations) && takesTurns(loop))
          steps = maxSteps;
      }
      follow(loop, times);
    } else if (auto loop = dyn_cast<scf::WhileOp>(op)) {
      for (int64_t i = 0; i < choice.iterations && steps < maxSteps; ++i) {
        follow(loop.getBefore());
        follow(loop.getAfter());
      }
      follow(loop.getBefore());
    } else if (isa<scf::IfOp>(op)) {
      follow(op.getRegion(choice.branch));
    } else {
      for (Region &region : op.getRegions())
        follow(region);
    }
  }

  Choice choice;
  int64_t consumer;
  int64_t steps = 0;
  SmallVector<Event> events;
  /// How often each ring has been entered, and which time a tile is from.
  llvm::DenseMap<Value, int64_t> entered;
  llvm::DenseMap<Value, int64_t> current;
};

/// The barriers of a ring: which puts have landed, how many gets are done.
struct Barriers {
  llvm::DenseSet<int64_t> full;
  llvm::DenseMap<int64_t, int64_t> empty;
};

/// Producer and consumers, as far as they come.
class Run {
public:
  /// The producer first.
  explicit Run(ArrayRef<Trace> traces) {
    for (const Trace &trace : traces)
      roles.push_back(trace.getEvents());
    bool progress = true;
    while (progress) {
      progress = false;
      for (ArrayRef<Event> &role : roles)
        while (!role.empty() && execute(role.front())) {
          role = role.drop_front();
          progress = true;
        }
    }
  }

  /// Where a role stands for ever, if not at its end.
  Operation *getStuckProducer() const { return stuck(roles.front()); }
  Operation *getStuckConsumer() const {
    for (ArrayRef<Event> role : ArrayRef(roles).drop_front())
      if (Operation *op = stuck(role))
        return op;
    return nullptr;
  }

private:
  static Operation *stuck(ArrayRef<Event> role) {
    return role.empty() ? nullptr : role.front().op;
  }
  int64_t consumersOf(Value ring) const {
    bool isOfOne = ring.getDefiningOp<RingOp>().isOfOneConsumer();
    return isOfOne ? 1 : static_cast<int64_t>(roles.size()) - 1;
  }

  bool execute(Event event) {
    Barriers &barriers = rings[event.ring];
    if (auto enter = dyn_cast<PutEnterOp>(event.op)) {
      int64_t before = event.number - enter.getRing().getType().getStages();
      return before < 0 ||
             barriers.empty.lookup(before) == consumersOf(event.ring);
    }
    if (isa<GetEnterOp>(event.op))
      return barriers.full.contains(event.number);
    if (isa<PutExitOp>(event.op))
      barriers.full.insert(event.number);
    else
      ++barriers.empty[event.number];
    return true;
  }

  SmallVector<ArrayRef<Event>> roles;
  llvm::DenseMap<Value, Barriers> rings;
};

} // namespace

static LogicalResult verifyProgress(WarpSpecializeOp roles, Choice choice) {
  std::vector<Trace> traces;
  traces.emplace_back(roles.getProducer(), choice);
  for (int64_t i : llvm::seq<int64_t>(roles.getNumConsumers()))
    traces.emplace_back(roles.getConsumer(), choice, i);
  if (!llvm::all_of(traces, [](const Trace &t) { return t.isComplete(); }))
    return success();
  Run run(traces);
  Operation *waiting = run.getStuckConsumer();
  Operation *other = run.getStuckProducer();
  if (!waiting || !other)
    return success();
  InFlightDiagnostic error = waiting->emitOpError(
      "expects a put that the producer reaches, but it is waiting for this "
      "consumer: deadlock");
  error.attachNote(other->getLoc())
      << "the producer is waiting here, for a stage that is left later";
  return error;
}

LogicalResult cca::verifyProgress(WarpSpecializeOp roles) {
  // Rings are full after as many iterations as they have stages. Beyond 16,
  // nothing new happens in kernels that people write.
  int64_t stages = 0;
  roles->getParentRegion()->walk([&](RingOp ring) {
    stages = std::max(stages, ring.getRing().getType().getStages());
  });
  for (int64_t iterations : {int64_t(1), std::min<int64_t>(stages, 16) + 2})
    for (unsigned branch : {0, 1})
      if (failed(::verifyProgress(roles, {iterations, branch})))
        return failure();
  return success();
}
