//===- VerifyStaging.cpp - Registers to TMA through shared memory ---------===//

#include "FollowPaths.h"
#include "ProxyFence.h"
#include "VerifyProtocol.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::hopper;

namespace {

/// A tile that threads have stored registers to.
struct Written {
  StmatrixOp by;
  /// Whether each thread has made its stores visible to the async proxy. A
  /// barrier then tells that all have.
  bool isFenced = false;

  bool operator==(const Written &other) const {
    return by == other.by && isFenced == other.isFenced;
  }
};

/// What may be the case at some point of a role: the worst over all paths.
struct State {
  llvm::MapVector<Value, Written> written;
  /// Stores that may still read their tile, the oldest first.
  llvm::SetVector<Operation *> reading;
  /// Stores that have read it, as one thread knows.
  llvm::SetVector<Operation *> waited;

  void join(const State &other) {
    for (auto &[tile, mine] : other.written) {
      auto [entry, isNew] = written.insert({tile, mine});
      entry->second.isFenced &= mine.isFenced;
    }
    reading.insert_range(other.reading);
    waited.insert_range(other.waited);
  }
  bool operator==(const State &other) const {
    return written.size() == other.written.size() &&
           llvm::equal(written, other.written) && reading == other.reading &&
           waited == other.waited;
  }
};

/// Follows one role through all paths.
class Staging {
public:
  bool run(Region &role) {
    State state;
    follow(role, state);
    for (Operation *store : state.reading)
      error(store, "expects a hopper.tma_store_wait before its role ends");
    return reported.empty();
  }

private:
  void follow(Region &region, State &state) {
    for (Operation &op : region.getOps())
      follow(op, state);
  }
  void follow(Operation &op, State &state);

  void visit(StmatrixOp store, State &state);
  void visitReader(Operation *reader, Value tile, State &state);

  /// Once for each op, though loops are followed more than once.
  std::optional<InFlightDiagnostic> error(Operation *op, const Twine &message) {
    if (!reported.insert(op).second)
      return std::nullopt;
    return op->emitOpError(message);
  }

  llvm::DenseSet<Operation *> reported;
};

} // namespace

void Staging::follow(Operation &op, State &state) {
  auto inside = [&](Region &region, State &mine) { follow(region, mine); };
  if (auto store = dyn_cast<StmatrixOp>(op)) {
    visit(store, state);
  } else if (auto store = dyn_cast<TmaStoreOp>(op)) {
    visitReader(&op, store.getTile(), state);
    state.reading.remove(&op);
    state.reading.insert(&op);
  } else if (auto wgmma = dyn_cast<WgmmaOp>(op)) {
    visitReader(&op, wgmma.getA(), state);
    visitReader(&op, wgmma.getB(), state);
  } else if (auto wait = dyn_cast<TmaStoreWaitOp>(op)) {
    size_t newest = std::min<size_t>(wait.getPending(), state.reading.size());
    SmallVector<Operation *> done(
        ArrayRef(state.reading.getArrayRef()).drop_back(newest));
    state.waited.insert_range(done);
    for (Operation *store : done)
      state.reading.remove(store);
  } else if (cca::isProxyFence(&op)) {
    for (auto &[tile, mine] : state.written)
      mine.isFenced = true;
  } else if (isa<NVVM::BarrierOp>(op)) {
    state.written.remove_if([](auto &each) { return each.second.isFenced; });
    state.waited.clear();
  } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
    cca::followBranch(branch, state, inside);
  } else if (op.getNumRegions() != 0) {
    cca::followLoop(op, state, inside);
  }
}

/// A tile must have been read before it is written again.
void Staging::visit(StmatrixOp store, State &state) {
  Value tile = cca::getWholeTile(store.getDestination());
  auto readsTile = [&](Operation *reader) {
    return cca::getWholeTile(cast<TmaStoreOp>(reader).getTile()) == tile;
  };
  auto report = [&](Operation *reader, const Twine &message) {
    if (auto diagnostic = error(store, message))
      diagnostic->attachNote(reader->getLoc()) << "read here";
  };
  if (auto *found = llvm::find_if(state.reading, readsTile);
      found != state.reading.end())
    report(*found, "expects a hopper.tma_store_wait before it writes what a "
                   "store may still read");
  if (auto *found = llvm::find_if(state.waited, readsTile);
      found != state.waited.end())
    report(*found, "expects an nvvm.barrier after the hopper.tma_store_wait, "
                   "since only one thread has waited");
  state.written[tile] = {store};
}

/// TMA and the tensor cores read through the async proxy what all threads of
/// the warpgroup have written.
void Staging::visitReader(Operation *reader, Value tile, State &state) {
  auto *found = state.written.find(cca::getWholeTile(tile));
  if (found == state.written.end())
    return;
  Written written = found->second;
  auto diagnostic = error(
      reader, written.isFenced
                  ? "expects an nvvm.barrier after the nvvm.fence.proxy, since "
                    "each thread fences its own writes only"
                  : "expects an nvvm.fence.proxy, and then an nvvm.barrier, "
                    "after its tile was written");
  if (diagnostic)
    diagnostic->attachNote(written.by.getLoc()) << "written here";
}

LogicalResult cca::verifyStaging(WarpSpecializeOp roles) {
  bool producer = Staging().run(roles.getProducer());
  bool consumer = Staging().run(roles.getConsumer());
  return success(producer && consumer);
}
