//===- Agent.cpp - Something that executes ops ----------------------------===//

#include "Agent.h"

#include "Handlers.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

SmallVector<RuntimeValue> Agent::getAll(ValueRange values) const {
  SmallVector<RuntimeValue> all;
  for (Value value : values)
    all.push_back(env.find(value)->second);
  return all;
}

void Agent::setAll(ValueRange values, ArrayRef<RuntimeValue> to) {
  for (auto [value, runtime] : llvm::zip_equal(values, to))
    env[value] = runtime;
}

void Agent::release(Knowledge &to) {
  forEachThread([&](Thread &thread) {
    to.merge(thread.knows);
    thread.tick();
  });
}

void Agent::acquire(const Knowledge &from) {
  forEachThread([&](Thread &thread) { thread.knows.merge(from); });
}

static Handlers makeHandlers() {
  Handlers handlers;
  addScalarOps(handlers);
  addConversionOps(handlers);
  addControlFlowOps(handlers);
  addBufferOps(handlers);
  addReshapeOps(handlers);
  addHostOps(handlers);
  addTileOps(handlers);
  addColumnOps(handlers);
  addRowOps(handlers);
  addMatrixOps(handlers);
  addMemoryOps(handlers);
  addCopyOps(handlers);
  addRingOps(handlers);
  addBarrierOps(handlers);
  return handlers;
}

/// Whether ordinary instructions of the op use registers of tiles.
static bool usesRegisters(Operation *op) {
  auto isInRegisters = [](Type type) { return isa<RankedTensorType>(type); };
  return !isa<hopper::WgmmaOp, hopper::CommitOp, hopper::WaitOp>(op) &&
         op->getNumRegions() == 0 && !op->hasTrait<OpTrait::IsTerminator>() &&
         (llvm::any_of(op->getOperandTypes(), isInRegisters) ||
          llvm::any_of(op->getResultTypes(), isInRegisters));
}

Step sim::step(Agent &agent) {
  static const Handlers handlers = makeHandlers();
  Operation *op = agent.stack.back();
  const Handlers::Handler *handler = handlers.lookup(op->getName().getTypeID());
  if (!handler) {
    op->emitError("the simulator does not know ") << op->getName();
    return Step::Failed;
  }
  if (failed(checkOp(agent, op)))
    return Step::Failed;
  noteWrites(agent, op);
  agent.wait.reset();
  if (usesRegisters(op))
    agent.registersFenced = false;
  Step step = (*handler)(agent, op);
  if (step == Step::Next)
    agent.stack.back() = op->getNextNode();
  return step;
}
