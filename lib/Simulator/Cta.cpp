//===- Cta.cpp - One thread block of a kernel -----------------------------===//

#include "Cta.h"

#include "Product.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

static std::optional<int64_t> getI64(Operation *op, StringRef name) {
  auto attr = op->getAttrOfType<IntegerAttr>(name);
  return attr ? std::optional(attr.getInt()) : std::nullopt;
}

int64_t sim::tileBytes(hopper::RingOp ring) {
  hopper::RingType type = ring.getRing().getType();
  return type.getStages() * type.getTile().getBytes();
}

int64_t sim::barrierBytes(hopper::RingOp ring) {
  return 2 * ring.getRing().getType().getStages() * HopperTarget::mbarrierBytes;
}

Cta::Cta(gpu::GPUFuncOp kernel, Dim3 block, Dim3 grid,
         const SimulatorOptions &options)
    : kernel(kernel), block(block), grid(grid), options(options) {
  // Other blocks, other interleavings.
  random.seed(options.seed * 1000003 + block[0] + 7919 * block[1] +
              104729 * block[2]);
  smemLimit = getI64(kernel, "hopper.smem_bytes");
  // What has no offset yet lies behind what has one.
  auto keepFree = [&](std::optional<int64_t> offset, int64_t bytes) {
    if (offset)
      smemEnd = std::max(smemEnd,
                         std::min(*offset, HopperTarget::maxDynamicSmemBytes) +
                             bytes);
  };
  kernel.walk([&](Operation *op) {
    if (auto alloc = dyn_cast<hopper::AllocOp>(op)) {
      keepFree(alloc.getOffset(), alloc.getBytes());
    } else if (auto ring = dyn_cast<hopper::RingOp>(op)) {
      keepFree(ring.getOffset(), tileBytes(ring));
      keepFree(ring.getBarriers(), barrierBytes(ring));
    } else if (auto roles = dyn_cast<hopper::WarpSpecializeOp>(op)) {
      numConsumers = roles.getNumConsumers();
      numThreads = roles.getNumThreads();
    }
  });
}

FailureOr<int64_t> Cta::reserve(Operation *op, std::optional<int64_t> offset,
                                int64_t bytes, int64_t alignment) {
  int64_t begin = offset.value_or(llvm::alignTo(smemEnd, alignment));
  if (failed(smem.reserve(op, begin, bytes, offset ? smemLimit : std::nullopt)))
    return failure();
  smemEnd = std::max(smemEnd, begin + bytes);
  return begin;
}

//===----------------------------------------------------------------------===//
// Agents
//===----------------------------------------------------------------------===//

Agent &Cta::addAgent(std::string name) {
  agents.push_back(std::make_unique<Agent>(std::move(name), options, this));
  Agent &agent = *agents.back();
  agent.forEachThread([&](Thread &thread) {
    thread.slot = newSlot();
    thread.tick();
  });
  agent.productSlot = newSlot();
  agent.storeSlot = newSlot();
  agent.productStream = newStream();
  agent.storeStream = newStream();
  return agent;
}

void Cta::specialize(Agent &main, hopper::WarpSpecializeOp op) {
  main.finished = true;
  Knowledge all;
  main.release(all);
  auto begin = [&](std::string name, Block &body) -> Agent & {
    Agent &agent = addAgent(std::move(name));
    agent.env = main.env;
    agent.acquire(all);
    agent.time = main.time;
    agent.mayBeEarly = main.mayBeEarly;
    agent.written = main.written;
    agent.enter(body);
    return agent;
  };
  begin("producer", op.getProducer().front()).isProducer = true;
  for (int64_t i = 0; i < numConsumers; ++i) {
    Agent &agent =
        begin("consumer " + std::to_string(i), op.getConsumer().front());
    agent.consumer = i;
    agent.set(op.getConsumerIndex(), i);
  }
}

//===----------------------------------------------------------------------===//
// End
//===----------------------------------------------------------------------===//

/// What a role must not leave behind.
static LogicalResult checkRoleEnd(Agent &agent) {
  for (const auto &product : agent.unwaited)
    return reportUnwaited(agent, *product);
  if (agent.leader.knows.seen.get(agent.storeSlot) < agent.storesIssued)
    return agent.lastStore->emitError()
           << agent.name
           << " ends while this copy may still be reading shared memory: "
              "expects hopper.tma_store_wait 0";
  for (auto &[turn, op] : agent.openGets)
    return op->emitError() << agent.name << " ends in a stage: expects "
                           << hopper::GetExitOp::getOperationName();
  for (auto &[turn, op] : agent.openPuts)
    return op->emitError() << agent.name << " ends in a stage: expects "
                           << hopper::PutExitOp::getOperationName();
  return success();
}

/// What has been put into a ring must have been taken out by all, or by one of
/// those that take turns.
LogicalResult Cta::checkEnd() {
  for (auto [index, ring] : llvm::enumerate(rings)) {
    int64_t puts = 0, taken = 0;
    for (auto &agent : agents) {
      puts += agent->puts.lookup(index);
      taken += agent->gets.lookup(index) - agent->skips.lookup(index);
    }
    if (ring.op.getTurns()) {
      if (taken == puts)
        continue;
      return ring.op.emitError("expects as many gets as puts, but consumers "
                               "have got ")
             << taken << " of " << puts << " tiles when the kernel ends";
    }
    for (auto &agent : agents) {
      if (agents.size() > 1 && !agent->consumer)
        continue;
      if (ring.owner && agent->consumer != ring.owner)
        continue;
      int64_t gets = agent->gets.lookup(index);
      if (gets != puts)
        return ring.op.emitError("expects as many gets as puts, but ")
               << agent->name << " has got " << gets << " of " << puts
               << " tiles when the kernel ends";
    }
  }
  return success();
}

LogicalResult Cta::stepAgent(Agent &agent) {
  current = &agent;
  Operation *op = agent.stack.back();
  double begin = agent.time;
  Step result = step(agent);
  if (result == Step::Failed)
    return failure();
  if (result == Step::Wait)
    return success();
  if (options.policy == SimulatorPolicy::Timed)
    spend(agent, op, begin);
  return agent.finished ? checkRoleEnd(agent) : success();
}

void Cta::finishAsync(size_t index) {
  Async async = std::move(asyncs[index]);
  asyncs.erase(asyncs.begin() + index);
  async.finish();
}

LogicalResult Cta::reportDeadlock() {
  std::optional<InFlightDiagnostic> diag;
  for (auto &agent : agents) {
    if (agent->finished)
      continue;
    Operation *op = agent->stack.back();
    if (!diag)
      diag.emplace(op->emitError("deadlock: ")
                   << agent->name << " waits for " << agent->wait->what);
    else
      diag->attachNote(op->getLoc())
          << agent->name << " waits for " << agent->wait->what;
  }
  return failure();
}
