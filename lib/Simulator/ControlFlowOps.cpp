//===- ControlFlowOps.cpp - scf, func -------------------------------------===//

#include "Handlers.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

/// Whether a loop runs again with its induction variable at `iv`.
static bool isInside(scf::ForOp op, int64_t iv, int64_t end) {
  return op.getUnsignedCmp() ? uint64_t(iv) < uint64_t(end) : iv < end;
}

static Step runFor(Agent &agent, scf::ForOp op) {
  int64_t begin = agent.getInt(op.getLowerBound());
  if (agent.getInt(op.getStep()) <= 0) {
    op.emitError("expects a step above 0, but got ")
        << agent.getInt(op.getStep());
    return Step::Failed;
  }
  SmallVector<RuntimeValue> carried = agent.getAll(op.getInitArgs());
  if (!isInside(op, begin, agent.getInt(op.getUpperBound()))) {
    agent.setAll(op.getResults(), carried);
    return Step::Next;
  }
  agent.set(op.getInductionVar(), begin);
  agent.setAll(op.getRegionIterArgs(), carried);
  agent.enter(*op.getBody());
  return Step::Jump;
}

static Step runIf(Agent &agent, scf::IfOp op) {
  bool holds = agent.getInt(op.getCondition());
  if (!holds && op.getElseRegion().empty())
    return Step::Next;
  agent.enter(holds ? *op.thenBlock() : *op.elseBlock());
  return Step::Jump;
}

static Step runWhile(Agent &agent, scf::WhileOp op) {
  agent.setAll(op.getBeforeArguments(), agent.getAll(op.getInits()));
  agent.enter(*op.getBeforeBody());
  return Step::Jump;
}

static Step runCondition(Agent &agent, scf::ConditionOp op) {
  auto loop = cast<scf::WhileOp>(op->getParentOp());
  SmallVector<RuntimeValue> values = agent.getAll(op.getArgs());
  if (agent.getInt(op.getCondition())) {
    agent.setAll(loop.getAfterArguments(), values);
    agent.stack.back() = &loop.getAfterBody()->front();
    return Step::Jump;
  }
  agent.setAll(loop.getResults(), values);
  agent.leave();
  return Step::Jump;
}

static Step yieldFromFor(Agent &agent, scf::ForOp loop,
                         ArrayRef<RuntimeValue> values) {
  int64_t iv = agent.getInt(loop.getInductionVar()), next;
  bool overflows = llvm::AddOverflow(iv, agent.getInt(loop.getStep()), next) ||
                   wrap(next, loop.getInductionVar().getType()) != next;
  if (!overflows && isInside(loop, next, agent.getInt(loop.getUpperBound()))) {
    agent.set(loop.getInductionVar(), next);
    agent.setAll(loop.getRegionIterArgs(), values);
    agent.stack.back() = &loop.getBody()->front();
    return Step::Jump;
  }
  agent.setAll(loop.getResults(), values);
  agent.leave();
  return Step::Jump;
}

static Step runYield(Agent &agent, scf::YieldOp op) {
  SmallVector<RuntimeValue> values = agent.getAll(op.getResults());
  Operation *parent = op->getParentOp();
  if (auto loop = dyn_cast<scf::ForOp>(parent))
    return yieldFromFor(agent, loop, values);
  if (auto loop = dyn_cast<scf::WhileOp>(parent)) {
    agent.setAll(loop.getBeforeArguments(), values);
    agent.stack.back() = &loop.getBeforeBody()->front();
    return Step::Jump;
  }
  if (!isa<scf::IfOp>(parent)) {
    parent->emitError("the simulator does not know ") << parent->getName();
    return Step::Failed;
  }
  agent.setAll(parent->getResults(), values);
  agent.leave();
  return Step::Jump;
}

static Step runCall(Agent &agent, func::CallOp op) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      op, op.getCalleeAttr());
  if (callee.isExternal()) {
    op.emitError("expects a function with a body, but @")
        << op.getCallee() << " has none";
    return Step::Failed;
  }
  if (llvm::any_of(agent.stack, [&](Operation *caller) {
        return callee->isAncestor(caller);
      })) {
    op.emitError("the simulator does not run recursive functions");
    return Step::Failed;
  }
  agent.setAll(callee.getArguments(), agent.getAll(op.getOperands()));
  agent.enter(callee.getBody().front());
  return Step::Jump;
}

static Step runReturn(Agent &agent, func::ReturnOp op) {
  SmallVector<RuntimeValue> values = agent.getAll(op.getOperands());
  if (agent.stack.size() == 1) {
    agent.results = std::move(values);
    agent.finished = true;
    return Step::Jump;
  }
  agent.setAll(agent.stack[agent.stack.size() - 2]->getResults(), values);
  agent.leave();
  return Step::Jump;
}

void sim::addControlFlowOps(Handlers &handlers) {
  handlers.add(runFor);
  handlers.add(runIf);
  handlers.add(runWhile);
  handlers.add(runCondition);
  handlers.add(runYield);
  handlers.add(runCall);
  handlers.add(runReturn);
}
