//===- BarrierOps.cpp - Named barriers, proxy fences, roles ---------------===//

#include "Cta.h"
#include "Handlers.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

/// Whether the phase that the agent has last arrived in is over, as it must
/// know before it arrives again: else its threads may count twice in one phase,
/// and somebody's turn is lost.
static bool isLastPhaseOver(Agent &agent, const NamedBarrier &barrier) {
  auto last = barrier.arrivedIn.find(agent.leader.slot);
  return last == barrier.arrivedIn.end() ||
         agent.leader.knows.seen.get(*barrier.slot) > last->second;
}

/// All threads of the agent arrive. False, with an error, if that makes no
/// sense.
static bool arrive(Agent &agent, Operation *op, NamedBarrier &barrier,
                   int64_t threads) {
  constexpr int64_t step = HopperTarget::threadsPerWarpgroup;
  if (agent.isProducer) {
    op->emitError("expects no named barrier of the producer, which is one "
                  "thread");
    return false;
  }
  if (threads <= 0 || threads % step) {
    op->emitError("expects threads of whole warpgroups, a multiple of ")
        << step << ", but got " << threads;
    return false;
  }
  if (barrier.expected != 0 && barrier.expected != threads) {
    InFlightDiagnostic diag = op->emitError("expects a barrier of ")
                              << barrier.expected
                              << " threads, as others who wait at it, but got "
                              << threads;
    diag.attachNote(barrier.first->getLoc()) << "the first arrival";
    return false;
  }
  if (!isLastPhaseOver(agent, barrier)) {
    op->emitError() << agent.name
                    << " arrives at a barrier again, though nothing tells it "
                       "that all have come since it arrived last";
    return false;
  }
  if (!barrier.slot)
    barrier.slot = agent.cta->newSlot();
  barrier.arrivedIn[agent.leader.slot] = barrier.phase;
  if (barrier.expected == 0) {
    barrier.expected = threads;
    barrier.first = op;
  }
  barrier.arrived += step;
  agent.release(barrier.gathering);
  if (barrier.arrived == barrier.expected) {
    ++barrier.phase;
    barrier.gathering.seen.raise(*barrier.slot, barrier.phase);
    barrier.expected = barrier.arrived = 0;
    barrier.released = std::move(barrier.gathering);
    barrier.gathering = {};
  }
  return true;
}

/// The barrier that `id` names, 0 without one; null, with an error, if there is
/// no such barrier.
static NamedBarrier *findBarrier(Agent &agent, Operation *op, Value id,
                                 int64_t &number) {
  number = id ? agent.getInt(id) : 0;
  if (number >= 0 && number < HopperTarget::namedBarriers)
    return &agent.cta->named[number];
  op->emitError("expects a barrier in [0, ")
      << HopperTarget::namedBarriers << "), but got " << number;
  return nullptr;
}

static Step runBarrier(Agent &agent, NVVM::BarrierOp op) {
  if (op.getReductionOp()) {
    op.emitError("the simulator does not know barriers that reduce");
    return Step::Failed;
  }
  int64_t number;
  NamedBarrier *barrier = findBarrier(agent, op, op.getBarrierId(), number);
  if (!barrier)
    return Step::Failed;
  if (!agent.barrierPhase) {
    agent.barrierPhase = barrier->phase;
    int64_t threads = op.getNumberOfThreads()
                          ? agent.getInt(op.getNumberOfThreads())
                          : agent.cta->numThreads;
    if (!arrive(agent, op, *barrier, threads))
      return Step::Failed;
  }
  uint64_t phase = *agent.barrierPhase;
  if (barrier->phase == phase)
    return agent.waitFor("barrier " + std::to_string(number),
                         [barrier, phase] { return barrier->phase != phase; });
  agent.barrierPhase.reset();
  agent.acquire(barrier->released);
  return Step::Next;
}

static Step runArrive(Agent &agent, NVVM::BarrierArriveOp op) {
  int64_t number;
  NamedBarrier *barrier = findBarrier(agent, op, op.getBarrierId(), number);
  if (!barrier ||
      !arrive(agent, op, *barrier, agent.getInt(op.getNumberOfThreads())))
    return Step::Failed;
  return Step::Next;
}

/// Kernels run one after the other here; `checkOp` sees to who would not wait.
static Step runGriddepcontrol(Agent &agent, NVVM::GriddepcontrolOp op) {
  if (op.getKind() == NVVM::GridDepActionKind::wait)
    agent.mayBeEarly = false;
  return Step::Next;
}

static Step runFenceProxy(Agent &agent, NVVM::FenceProxyOp op) {
  if (op.getKind() == NVVM::ProxyKind::async ||
      op.getKind() == NVVM::ProxyKind::async_shared)
    agent.forEachThread([](Thread &thread) { thread.fence(); });
  return Step::Next;
}

static Step runWarpSpecialize(Agent &agent, hopper::WarpSpecializeOp op) {
  agent.cta->specialize(agent, op);
  return Step::Jump;
}

template <typename OpT>
static Step runEnd(Agent &agent, OpT) {
  agent.finished = true;
  return Step::Jump;
}

static Step runConsumerIndex(Agent &agent, hopper::ConsumerIndexOp op) {
  if (!agent.consumer) {
    op.emitError("the simulator runs kernels before hopper-assign-layouts or "
                 "after hopper-specialize-warps");
    return Step::Failed;
  }
  agent.set(op, *agent.consumer);
  return Step::Next;
}

static int64_t at(const Dim3 &dims, gpu::Dimension dimension) {
  return dims[static_cast<size_t>(dimension)];
}

static Step runBlockId(Agent &agent, gpu::BlockIdOp op) {
  agent.set(op, at(agent.cta->block, op.getDimension()));
  return Step::Next;
}

static Step runGridDim(Agent &agent, gpu::GridDimOp op) {
  agent.set(op, at(agent.cta->grid, op.getDimension()));
  return Step::Next;
}

void sim::addBarrierOps(Handlers &handlers) {
  handlers.add(runBarrier);
  handlers.add(runArrive);
  handlers.add(runFenceProxy);
  handlers.add(runGriddepcontrol);
  handlers.add(runWarpSpecialize);
  handlers.add(runEnd<hopper::EndOp>);
  handlers.add(runEnd<gpu::ReturnOp>);
  handlers.add(runConsumerIndex);
  handlers.add(runBlockId);
  handlers.add(runGridDim);
}
