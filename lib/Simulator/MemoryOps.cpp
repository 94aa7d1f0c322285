//===- MemoryOps.cpp - What threads do with shared memory -----------------===//

#include "Cta.h"
#include "Handlers.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

Access sim::makeThreadAccess(Agent &agent, Operation *op,
                             const SmemTile &tile) {
  Access access{op, agent.name, tile, {}, /*async=*/false, {}};
  agent.forEachThread([&](Thread &thread) {
    access.stamps.push_back({thread.slot, thread.now()});
    access.knowers.push_back(&thread.knows);
  });
  return access;
}

Access sim::makeAsyncAccess(Agent &agent, Operation *op, const SmemTile &tile,
                            std::string who, unsigned slot, uint32_t time) {
  Access access = makeThreadAccess(agent, op, tile);
  access.who = std::move(who);
  access.stamps = {{slot, time}};
  access.async = true;
  return access;
}

LogicalResult sim::checkEntered(const Agent &agent, Operation *op,
                                const SmemTile &tile) {
  if (tile.ring < 0 || agent.openGets.contains({tile.ring, tile.turn}))
    return success();
  return op->emitError() << agent.name
                         << " reads a stage that it has left, or that is not "
                            "what it got";
}

static Step runAlloc(Agent &agent, hopper::AllocOp op) {
  hopper::SmemType type = op.getTile().getType();
  bool perConsumer = agent.consumer.has_value();
  auto [it, isNew] = agent.cta->allocs.try_emplace(op);
  if (isNew) {
    int64_t instances = perConsumer ? agent.cta->numConsumers : 1;
    auto begin =
        agent.cta->reserve(op, op.getOffset(), instances * op.getBytes(),
                           HopperTarget::swizzleAtomBytes);
    if (failed(begin))
      return Step::Failed;
    it->second = *begin;
  }
  int64_t address = it->second + agent.consumer.value_or(0) * op.getBytes();
  agent.set(op, SmemTile{address, type});
  return Step::Next;
}

static Step runSliceRows(Agent &agent, hopper::SliceRowsOp op) {
  SmemTile tile = agent.get<SmemTile>(op.getSource());
  int64_t row = agent.getInt(op.getRow());
  int64_t last = tile.type.getRows() - op.getTile().getType().getRows();
  // Swizzling repeats every 8 rows.
  if (row % 8 || row < 0 || row > last) {
    op.emitError("expects a row that is a multiple of 8 in [0, ")
        << last << "], but got " << row;
    return Step::Failed;
  }
  tile.address += row * tile.type.getLayout().spanBytes();
  tile.type = op.getTile().getType();
  agent.set(op, tile);
  return Step::Next;
}

static Step runLdmatrix(Agent &agent, hopper::LdmatrixOp op) {
  SmemTile tile = agent.get<SmemTile>(op.getSource());
  if (op.getRow()) {
    int64_t rows = cast<ShapedType>(op.getTile().getType()).getDimSize(0);
    int64_t row = agent.getInt(op.getRow()), last = tile.type.getRows() - rows;
    if (row < 0 || row > last) {
      op.emitError("expects a row in [0, ") << last << "], but got " << row;
      return Step::Failed;
    }
    // Swizzling goes by addresses, so that any row can be the first.
    SharedTile layout = tile.type.getLayout();
    tile.address += row * layout.spanBytes();
    tile.type = hopper::SmemType::get(
        op.getContext(), {rows, layout.cols}, tile.type.getElementType(),
        tile.type.getSwizzle(), layout.panelBytes() / layout.spanBytes());
  }
  if (failed(checkEntered(agent, op, tile)) ||
      failed(agent.cta->smem.read(makeThreadAccess(agent, op, tile))))
    return Step::Failed;
  std::vector<uint8_t> bytes = agent.cta->smem.load(tile);
  agent.setTile(op, decodeTile(cast<RankedTensorType>(op.getTile().getType()),
                               bytes.data()));
  return Step::Next;
}

static Step runStmatrix(Agent &agent, hopper::StmatrixOp op) {
  const auto &tile = agent.get<SmemTile>(op.getDestination());
  if (failed(agent.cta->smem.write(makeThreadAccess(agent, op, tile))))
    return Step::Failed;
  std::vector<uint8_t> bytes =
      encodeTile(tile.type.getElementType(), agent.getTile(op.getTile()));
  agent.cta->smem.store(tile, bytes.data());
  return Step::Next;
}

void sim::addMemoryOps(Handlers &handlers) {
  handlers.add(runAlloc);
  handlers.add(runSliceRows);
  handlers.add(runLdmatrix);
  handlers.add(runStmatrix);
}
