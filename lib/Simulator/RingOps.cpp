//===- RingOps.cpp - Stages between roles ---------------------------------===//

#include "Cta.h"
#include "Handlers.h"
#include "Product.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

Ring::Stage &Cta::stageOf(const SmemTile &tile) {
  Ring &ring = rings[tile.ring];
  return ring.stages[tile.turn % ring.stages.size()];
}

static Step runRing(Agent &agent, hopper::RingOp op) {
  Cta &cta = *agent.cta;
  auto [it, isNew] = cta.ringOf.try_emplace(op, cta.rings.size());
  agent.set(op, RingValue{it->second});
  if (!isNew)
    return Step::Next;
  hopper::RingType type = op.getRing().getType();
  auto offset = cta.reserve(op, op.getOffset(), tileBytes(op),
                            HopperTarget::swizzleAtomBytes);
  if (failed(offset) ||
      failed(cta.reserve(op, op.getBarriers(), barrierBytes(op),
                         HopperTarget::mbarrierBytes)))
    return Step::Failed;
  Ring ring{op, *offset, {}, {}};
  if (hopper::SelectRingOp select = op.getSelection())
    ring.owner = std::distance(select.getRings().begin(),
                               llvm::find(select.getRings(), op.getRing()));
  int64_t consumers = op.isOfOneConsumer() ? 1 : cta.numConsumers;
  for (int64_t stage = 0; stage < type.getStages(); ++stage)
    ring.stages.push_back({MBarrier(1), MBarrier(consumers), cta.newSlot()});
  cta.rings.push_back(std::move(ring));
  return Step::Next;
}

static Step runSelectRing(Agent &agent, hopper::SelectRingOp op) {
  agent.set(op, agent.get<RingValue>(op.getRings()[*agent.consumer]));
  return Step::Next;
}

/// The `turn`-th tile that passes through a ring.
static SmemTile stageAt(const Ring &ring, int64_t index, int64_t turn) {
  hopper::RingOp op = ring.op;
  hopper::SmemType type = op.getRing().getType().getTile();
  int64_t stage = turn % int64_t(ring.stages.size());
  return {ring.offset + stage * type.getBytes(), type, index, turn};
}

/// The parity of the phase in which the `turn`-th tile fills its stage.
static int64_t parityOf(const Ring &ring, int64_t turn) {
  return turn / int64_t(ring.stages.size()) % 2;
}

static Step waitForPhase(Agent &agent, const SmemTile &tile, bool full,
                         int64_t parity) {
  Cta &cta = *agent.cta;
  int64_t stage = tile.turn % int64_t(cta.rings[tile.ring].stages.size());
  std::string what = llvm::formatv("stage {0} of a ring to be {1}", stage,
                                   full ? "full" : "empty");
  return agent.waitFor(what, [&cta, tile, full, parity] {
    Ring::Stage &stage = cta.stageOf(tile);
    return (full ? stage.full : stage.empty).hasPassed(parity);
  });
}

static Step runPutEnter(Agent &agent, hopper::PutEnterOp op) {
  int64_t index = agent.get<RingValue>(op.getRing()).index;
  const Ring &ring = agent.cta->rings[index];
  SmemTile tile = stageAt(ring, index, agent.puts[index]);
  // All stages begin empty: the first round does not wait.
  int64_t parity = 1 - parityOf(ring, tile.turn);
  MBarrier &empty = agent.cta->stageOf(tile).empty;
  if (!empty.hasPassed(parity))
    return waitForPhase(agent, tile, /*full=*/false, parity);
  agent.acquire(empty.getReleased());
  ++agent.puts[index];
  agent.openPuts[{index, tile.turn}] = op;
  agent.set(op, tile);
  return Step::Next;
}

static Step runGetEnter(Agent &agent, hopper::GetEnterOp op) {
  int64_t index = agent.get<RingValue>(op.getRing()).index;
  const Ring &ring = agent.cta->rings[index];
  SmemTile tile = stageAt(ring, index, agent.gets[index]);
  int64_t parity = parityOf(ring, tile.turn);
  MBarrier &full = agent.cta->stageOf(tile).full;
  if (!full.hasPassed(parity))
    return waitForPhase(agent, tile, /*full=*/true, parity);
  agent.acquire(full.getReleased());
  ++agent.gets[index];
  agent.openGets[{index, tile.turn}] = op;
  agent.set(op, tile);
  return Step::Next;
}

static Step runSkip(Agent &agent, hopper::SkipOp op) {
  int64_t index = agent.get<RingValue>(op.getRing()).index;
  int64_t count = agent.getInt(op.getCount());
  if (count < 0) {
    op.emitError("expects a count of at least 0, but got ") << count;
    return Step::Failed;
  }
  agent.gets[index] += count;
  agent.skips[index] += count;
  return Step::Next;
}

static Step arrive(Agent &agent, Operation *op, MBarrier &barrier) {
  Knowledge knowledge;
  agent.release(knowledge);
  if (barrier.arrive(knowledge))
    return Step::Next;
  op->emitError() << agent.name << " arrives at a barrier that has all its "
                  << barrier.getCount() << " arrivals";
  return Step::Failed;
}

static Step runPutExit(Agent &agent, hopper::PutExitOp op) {
  const auto &tile = agent.get<SmemTile>(op.getTile());
  if (!agent.openPuts.erase({tile.ring, tile.turn})) {
    op.emitError() << agent.name << " leaves a stage that it has left already";
    return Step::Failed;
  }
  MBarrier &full = agent.cta->stageOf(tile).full;
  full.expectBytes(tile.type.getBytes());
  return arrive(agent, op, full);
}

static Step runGetExit(Agent &agent, hopper::GetExitOp op) {
  const auto &tile = agent.get<SmemTile>(op.getTile());
  if (!agent.openGets.erase({tile.ring, tile.turn})) {
    op.emitError() << agent.name << " leaves a stage that it has left already";
    return Step::Failed;
  }
  uint32_t done = agent.leader.knows.seen.get(agent.productSlot);
  for (const auto &product : agent.unwaited) {
    bool isOver = product->group != 0 && product->group <= done;
    if (isOver || !product->reads(tile.ring, tile.turn))
      continue;
    InFlightDiagnostic diag = op.emitError()
                              << agent.name
                              << " leaves a stage that its product may still "
                                 "be reading";
    diag.attachNote(product->op->getLoc()) << "issued here";
    return Step::Failed;
  }
  return arrive(agent, op, agent.cta->stageOf(tile).empty);
}

void sim::addRingOps(Handlers &handlers) {
  handlers.add(runRing);
  handlers.add(runSelectRing);
  handlers.add(runPutEnter);
  handlers.add(runGetEnter);
  handlers.add(runSkip);
  handlers.add(runPutExit);
  handlers.add(runGetExit);
}
