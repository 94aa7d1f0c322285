//===- VerifySharing.cpp - Consumers read what others have written --------===//

#include "FollowPaths.h"
#include "VerifyProtocol.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace mlir::hopper;
using cca::HopperTarget;

namespace {

using Accesses = llvm::MapVector<Value, Operation *>;

/// What may be the case at some point of the consumers: the shared tiles that
/// were written, or read, since all consumers met last, and where.
struct State {
  Accesses written, read;

  void join(const State &other) {
    for (const auto &access : other.written)
      written.insert(access);
    for (const auto &access : other.read)
      read.insert(access);
  }
  /// Of states that grew out of each other.
  bool operator==(const State &other) const {
    return written.size() == other.written.size() &&
           read.size() == other.read.size();
  }
};

/// Follows the consumers through all paths.
class Sharing {
public:
  explicit Sharing(WarpSpecializeOp roles) : roles(roles) {}

  bool run() {
    State state;
    follow(roles.getConsumer(), state);
    return reported.empty();
  }

private:
  void follow(Region &region, State &state) {
    for (Operation &op : region.getOps())
      follow(op, state);
  }
  void follow(Operation &op, State &state);

  /// `op` accesses `tile`, if consumers share it.
  void visit(Operation *op, Value tile, Accesses &mine, const Accesses &others);

  /// All consumers wait at it for each other.
  bool isMeeting(NVVM::BarrierOp barrier) {
    APInt threads;
    Value count = barrier.getNumberOfThreads();
    return count && matchPattern(count, m_ConstantInt(&threads)) &&
           threads ==
               roles.getNumConsumers() * HopperTarget::threadsPerWarpgroup;
  }

  WarpSpecializeOp roles;
  /// Ops, once each, though loops are followed more than once.
  llvm::DenseSet<Operation *> reported;
};

} // namespace

void Sharing::follow(Operation &op, State &state) {
  auto inside = [&](Region &region, State &mine) { follow(region, mine); };
  if (auto store = dyn_cast<StmatrixOp>(op)) {
    visit(store, store.getDestination(), state.written, state.read);
  } else if (auto load = dyn_cast<LdmatrixOp>(op)) {
    visit(load, load.getSource(), state.read, state.written);
  } else if (auto barrier = dyn_cast<NVVM::BarrierOp>(op)) {
    if (isMeeting(barrier))
      state = {};
  } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
    cca::followBranch(branch, state, inside);
  } else if (op.getNumRegions() != 0) {
    cca::followLoop(op, state, inside);
  }
}

void Sharing::visit(Operation *op, Value tile, Accesses &mine,
                    const Accesses &others) {
  if (!cca::isShared(tile))
    return;
  Value whole = cca::getWholeTile(tile);
  mine.insert({whole, op});
  const auto *other = others.find(whole);
  if (other == others.end() || !reported.insert(op).second)
    return;
  bool writes = isa<StmatrixOp>(op);
  StringRef expected =
      writes ? "expects an nvvm.barrier of all consumers before it writes what "
               "they may still read"
             : "expects an nvvm.barrier of all consumers before it reads what "
               "they may still write";
  InFlightDiagnostic error = op->emitOpError(expected);
  error.attachNote(other->second->getLoc())
      << (writes ? "read here" : "written here");
}

LogicalResult cca::verifySharing(WarpSpecializeOp roles) {
  return success(Sharing(roles).run());
}
