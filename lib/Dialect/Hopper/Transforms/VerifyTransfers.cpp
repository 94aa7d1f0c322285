//===- VerifyTransfers.cpp - As many gets as puts -------------------------===//

#include "EquivalentValues.h"
#include "VerifyProtocol.h"

using namespace mlir;
using namespace mlir::hopper;
using cca::EquivalentValues;

namespace {

struct Transfer;
/// The puts or the gets of one ring in a block, with the loops and branches
/// around them.
using Transfers = std::vector<Transfer>;

struct Transfer {
  Operation *op;
  /// Of a loop or a branch: its regions. None of a put or a get.
  std::vector<Transfers> regions;
};

} // namespace

static Transfers transfersIn(Region &region, Value ring) {
  Transfers transfers;
  for (Operation &op : region.getOps()) {
    if (isa<PutEnterOp, GetEnterOp>(op) && op.getOperand(0) == ring)
      transfers.push_back({&op, {}});
    std::vector<Transfers> regions;
    for (Region &inside : op.getRegions())
      regions.push_back(transfersIn(inside, ring));
    if (llvm::any_of(regions, [](auto &inside) { return !inside.empty(); }))
      transfers.push_back({&op, std::move(regions)});
  }
  return transfers;
}

/// `put, scf.for {put}`
static void print(raw_ostream &os, ArrayRef<Transfer> transfers) {
  llvm::interleaveComma(transfers, os, [&](const Transfer &transfer) {
    if (transfer.regions.empty()) {
      os << (isa<PutEnterOp>(transfer.op) ? "put" : "get");
      return;
    }
    os << transfer.op->getName();
    for (const Transfers &inside : transfer.regions) {
      os << " {";
      print(os, inside);
      os << '}';
    }
  });
}

static std::string toText(ArrayRef<Transfer> transfers) {
  std::string text;
  llvm::raw_string_ostream os(text);
  print(os, transfers);
  return transfers.empty() ? "none" : text;
}

static bool haveOneShape(ArrayRef<Transfer> puts, ArrayRef<Transfer> gets);

static bool haveOneShape(const Transfer &put, const Transfer &get) {
  if (put.regions.empty() || get.regions.empty())
    return put.regions.empty() && get.regions.empty();
  return put.op->getName() == get.op->getName() &&
         put.regions.size() == get.regions.size() &&
         llvm::all_of(llvm::zip_equal(put.regions, get.regions), [](auto pair) {
           return haveOneShape(ArrayRef(std::get<0>(pair)),
                               ArrayRef(std::get<1>(pair)));
         });
}

static bool haveOneShape(ArrayRef<Transfer> puts, ArrayRef<Transfer> gets) {
  return puts.size() == gets.size() &&
         llvm::all_of(llvm::zip_equal(puts, gets), [](auto pair) {
           return haveOneShape(std::get<0>(pair), std::get<1>(pair));
         });
}

/// Loops and branches around puts and gets go the same way.
static LogicalResult verifyControl(ArrayRef<Transfer> puts,
                                   ArrayRef<Transfer> gets,
                                   EquivalentValues &values) {
  for (auto [put, get] : llvm::zip_equal(puts, gets)) {
    if (put.regions.empty())
      continue;
    if (!values.areEqual(put.op, get.op)) {
      InFlightDiagnostic error = get.op->emitOpError(
          "expects the bounds or the condition of the producer's, or else it "
          "may not get as many tiles");
      error.attachNote(put.op->getLoc()) << "puts are in this one";
      return error;
    }
    for (auto [putsInside, getsInside] :
         llvm::zip_equal(put.regions, get.regions))
      if (failed(verifyControl(putsInside, getsInside, values)))
        return failure();
  }
  return success();
}

/// Of puts in a loop that are for consumers in turn, those for one of them.
static Transfers ofTurn(Transfers puts, int64_t consumer, int64_t consumers) {
  if (puts.size() != 1 || puts.front().regions.size() != 1)
    return puts;
  Transfers &turns = puts.front().regions.front();
  auto all = static_cast<int64_t>(turns.size());
  if (all % consumers == 0) {
    auto first = turns.begin() + consumer * (all / consumers);
    turns = Transfers(first, first + all / consumers);
  }
  return puts;
}

/// `gets` of the consumer that `values` suppose.
static LogicalResult verifyTransfers(RingOp ring, ArrayRef<Transfer> puts,
                                     ArrayRef<Transfer> gets,
                                     EquivalentValues values) {
  if (haveOneShape(puts, gets))
    return verifyControl(puts, gets, values);
  InFlightDiagnostic error =
      ring.emitOpError("expects a get for each put, in the same loops and "
                       "branches, but got puts '")
      << toText(puts) << "' and gets '" << toText(gets) << "'";
  if (!puts.empty())
    error.attachNote(puts.front().op->getLoc()) << "put here";
  if (!gets.empty())
    error.attachNote(gets.front().op->getLoc()) << "got here";
  return error;
}

LogicalResult cca::verifyTransfers(WarpSpecializeOp roles) {
  bool failed = false;
  auto consumers = static_cast<int64_t>(roles.getNumConsumers());
  roles->getParentRegion()->walk([&](RingOp ring) {
    Transfers puts = transfersIn(roles.getProducer(), ring);
    Transfers gets = transfersIn(roles.getConsumer(), ring);
    // Of a consumer that has the ring for itself, or its turn, the number is
    // known.
    if (SelectRingOp select = ring.getSelection()) {
      auto number =
          std::distance(select.getRings().begin(),
                        llvm::find(select.getRings(), ring.getRing()));
      failed |= mlir::failed(::verifyTransfers(
          ring, puts, transfersIn(roles.getConsumer(), select),
          {roles.getConsumerIndex(), number}));
      return;
    }
    if (!ring.getTurns()) {
      failed |= mlir::failed(::verifyTransfers(ring, puts, gets, {}));
      return;
    }
    for (int64_t i = 0; i < consumers && !failed; ++i)
      failed |=
          mlir::failed(::verifyTransfers(ring, ofTurn(puts, i, consumers), gets,
                                         {roles.getConsumerIndex(), i}));
  });
  return failure(failed);
}
