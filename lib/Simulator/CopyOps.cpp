//===- CopyOps.cpp - TMA --------------------------------------------------===//

#include "Box.h"
#include "Cta.h"
#include "Handlers.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

// A copy does not land at once.
static constexpr int64_t piecesPerLoad = 2;

/// Occupies the copy unit: when the copy is over, which begins now.
static double timeCopy(Agent &agent, StringRef name, int64_t bytes) {
  Cta &cta = *agent.cta;
  double end = cta.time.use(TimeModel::ofCopy(bytes), agent.time) +
               TimeModel::copyLatency;
  cta.trace("copies", name, cta.time.getLastBegin(), end);
  return end;
}

static Step runTmaLoad(Agent &agent, hopper::TmaLoadOp op) {
  SmemTile tile = agent.get<SmemTile>(op.getTile());
  Cta &cta = *agent.cta;
  Ring::Stage &stage = cta.stageOf(tile);
  uint32_t time = tile.turn + 1;
  Access access = makeAsyncAccess(agent, op, tile, "a copy", stage.slot, time);
  // One thread issues it.
  access.knowers = {&agent.leader.knows};
  if (failed(cta.smem.write(access)))
    return Step::Failed;
  Box box = Box::get(agent, op.getMap(), op.getCoordinates());
  int64_t rowBytes = tile.type.getBytes() / box.rows;
  double end = timeCopy(agent, "load", tile.type.getBytes());
  for (int64_t piece = 0; piece < piecesPerLoad; ++piece) {
    int64_t first = box.rows * piece / piecesPerLoad;
    int64_t last = box.rows * (piece + 1) / piecesPerLoad;
    auto finish = [&cta, tile, box, first, last, rowBytes, time] {
      std::vector<uint8_t> bytes(box.rows * rowBytes);
      box.load(bytes.data(), first, last);
      cta.smem.store(tile, bytes.data(), first, last);
      Ring::Stage &stage = cta.stageOf(tile);
      stage.full.land((last - first) * rowBytes, stage.slot, time);
    };
    cta.later({/*stream=*/-1, finish, end});
  }
  return Step::Next;
}

static Step runTmaStore(Agent &agent, hopper::TmaStoreOp op) {
  SmemTile tile = agent.get<SmemTile>(op.getTile());
  Cta &cta = *agent.cta;
  uint32_t time = ++agent.storesIssued;
  agent.lastStore = op;
  Access access = makeAsyncAccess(agent, op, tile, "a copy of " + agent.name,
                                  agent.storeSlot, time);
  access.knowers = {&agent.leader.knows};
  if (failed(cta.smem.read(access)))
    return Step::Failed;
  Box box = Box::get(agent, op.getMap(), op.getCoordinates());
  // The source is read when the copy happens, not when it is issued.
  auto finish = [&agent, &cta, tile, box, time, reduce = op.getReduce()] {
    box.store(cta.smem.load(tile).data(), reduce);
    agent.storesCompleted = time;
  };
  cta.later({agent.storeStream, finish,
             timeCopy(agent, "store", tile.type.getBytes())});
  return Step::Next;
}

static Step runTmaStoreWait(Agent &agent, hopper::TmaStoreWaitOp op) {
  int64_t pending = op.getPending();
  if (agent.storesIssued <= pending)
    return Step::Next;
  uint32_t done = agent.storesIssued - pending;
  if (agent.storesCompleted < done)
    return agent.waitFor(
        "its stores", [&agent, done] { return agent.storesCompleted >= done; });
  // Only the thread that issued them learns of it.
  agent.leader.knows.seen.raise(agent.storeSlot, done);
  return Step::Next;
}

void sim::addCopyOps(Handlers &handlers) {
  handlers.add(runTmaLoad);
  handlers.add(runTmaStore);
  handlers.add(runTmaStoreWait);
}
