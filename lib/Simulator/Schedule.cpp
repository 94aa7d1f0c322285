//===- Schedule.cpp - Who goes on next ------------------------------------===//

#include "Cta.h"

#include "cca/Simulator/Trace.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

SmallVector<Agent *> Cta::findReady() {
  SmallVector<Agent *> ready;
  for (auto &agent : agents)
    if (agent->isReady())
      ready.push_back(agent.get());
  return ready;
}

/// The asynchronous things that no earlier one of their stream holds up.
SmallVector<size_t> Cta::findDue() const {
  SmallVector<size_t> due;
  llvm::SmallDenseSet<int64_t, 8> held;
  for (auto [index, async] : llvm::enumerate(asyncs))
    if (async.stream < 0 || held.insert(async.stream).second)
      due.push_back(index);
  return due;
}

LogicalResult Cta::run(ArrayRef<RuntimeValue> arguments) {
  Agent &main = addAgent("kernel");
  main.mayBeEarly = isProgrammatic;
  main.written = written;
  main.setAll(ValueRange(kernel.getArguments()).take_front(arguments.size()),
              arguments);
  main.enter(kernel.getBody().front());
  if (options.policy == SimulatorPolicy::Timed)
    return runTimed();
  while (true) {
    SmallVector<Agent *> ready = findReady();
    SmallVector<size_t> due = findDue();
    if (ready.empty() && due.empty())
      break;
    bool goesOn = llvm::is_contained(ready, current);
    Agent *agent = nullptr;
    size_t async = 0;
    switch (options.policy) {
    case SimulatorPolicy::Eager:
      if (due.empty())
        agent = goesOn ? current : ready.front();
      else
        async = due.front();
      break;
    case SimulatorPolicy::Latest:
      if (ready.empty())
        async = due.back();
      else
        agent = goesOn ? current : ready.back();
      break;
    default: {
      size_t choice = random() % (ready.size() + due.size());
      if (choice < ready.size())
        agent = ready[choice];
      else
        async = due[choice - ready.size()];
    }
    }
    if (!agent)
      finishAsync(async);
    else if (failed(stepAgent(*agent)))
      return failure();
  }
  return endRun();
}

/// Nothing can go on: because all is done, or because nothing can.
LogicalResult Cta::endRun() {
  if (llvm::all_of(agents, [](auto &agent) { return agent->finished; }))
    return checkEnd();
  return reportDeadlock();
}

//===----------------------------------------------------------------------===//
// By time
//===----------------------------------------------------------------------===//

int64_t Cta::linearBlock() const {
  return block[0] + grid[0] * (block[1] + grid[1] * block[2]);
}

void Cta::trace(StringRef track, StringRef name, double begin, double end) {
  if (options.trace)
    options.trace->add(linearBlock(), track, name, begin, end);
}

void Cta::spend(Agent &agent, Operation *op, double begin) {
  Cost cost = TimeModel::ofOp(op);
  agent.time = time.use(cost, agent.time);
  if (cost.unit != Unit::None)
    begin = time.getLastBegin();
  trace(agent.name, op->getName().getStringRef(), begin, agent.time);
}

LogicalResult Cta::runTimed() {
  double now = 0;
  while (true) {
    // Those whose wait is over since the last event.
    Agent *agent = nullptr;
    for (auto &other : agents) {
      if (!other->isReady())
        continue;
      if (other->wait && !other->wait->noticed) {
        other->wait->noticed = true;
        if (now > other->time)
          trace(other->name, "wait: " + other->wait->what, other->time, now);
        other->time = std::max(other->time, now);
      }
      if (!agent || other->time < agent->time)
        agent = other.get();
    }
    std::optional<size_t> first;
    for (size_t index : findDue())
      if (!first || asyncs[index].time < asyncs[*first].time)
        first = index;
    if (!agent && !first)
      return endRun();
    if (first && (!agent || asyncs[*first].time <= agent->time)) {
      now = asyncs[*first].time;
      finishAsync(*first);
      continue;
    }
    if (failed(stepAgent(*agent)))
      return failure();
    now = agent->time;
  }
}
