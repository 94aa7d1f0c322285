//===- BufferLoads.cpp - The pass hopper-buffer-loads ---------------------===//

#include "ReadRows.h"
#include "Schedule.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERBUFFERLOADS
#include "cca/Dialect/Hopper/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::hopper;

namespace {

struct HopperBufferLoads : cca::impl::HopperBufferLoadsBase<HopperBufferLoads> {
  void runOnOperation() override {
    // One ring for each tensor map, or for what has the name of one.
    llvm::MapVector<std::pair<Value, Attribute>, SmallVector<LoadOp>> loads;
    WalkResult result = getOperation().walk([&](LoadOp load) {
      Attribute name = load->getAttr(cca::ringAttrName);
      SmallVector<LoadOp> &ofRing =
          loads[{name ? Value() : load.getMap(), name}];
      ofRing.push_back(load);
      return check(load, ofRing.front());
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    for (auto &[key, loadsOfRing] : loads) {
      Value ring = createRing(loadsOfRing);
      for (LoadOp load : loadsOfRing)
        buffer(load, ring);
    }
  }

private:
  /// `first` is the first load of the same ring.
  static WalkResult check(LoadOp load, LoadOp first) {
    SmemType tile = load.getMap().getType().getTileType();
    if (SmemType stage = first.getMap().getType().getTileType();
        tile != stage) {
      InFlightDiagnostic error =
          load.emitOpError("expects tiles of one type in a ring, ")
          << stage << ", but got " << tile;
      error.attachNote(first->getLoc()) << "the first load of the ring";
      return error;
    }
    bool is16Bits =
        cast<ShapedType>(load.getTile().getType()).getElementTypeBitWidth() ==
        16;
    for (Operation *user : load->getUsers()) {
      StringRef expected;
      if (!load->getBlock()->findAncestorOpInBlock(*user))
        expected = "expects to be used in its block, or in regions there";
      else if (!isa<DotOp>(user) && !is16Bits)
        expected = "expects 16-bit elements where it is not used by hopper.dot";
      else if (auto slice = dyn_cast<tensor::ExtractSliceOp>(user);
               slice && !cca::isRows(slice) &&
               slice.getType().getDimSize(0) != tile.getShape().front())
        expected = "expects slices of whole rows, from a known one on, or of "
                   "whole columns";
      if (expected.empty())
        continue;
      InFlightDiagnostic error = load.emitOpError(expected);
      error.attachNote(user->getLoc()) << "used here";
      return error;
    }
    return WalkResult::advance();
  }

  Value createRing(ArrayRef<LoadOp> loads) {
    // Operands of products in a loop around them stay for all of its
    // iterations: each of the tiles has a stage of its own. What is loaded as
    // often as it is used is loaded ahead, as far as the schedule says.
    bool stays = false, isStreamed = false;
    for (LoadOp load : loads)
      for (Operation *user : load->getUsers()) {
        bool isHere = user->getBlock() == load->getBlock();
        auto dot = dyn_cast<DotOp>(user);
        if (dot && dot.getB() != load.getTile()) {
          // A first operand of a sum of products.
          isStreamed |= dot.getAccumulator() && load->hasOneUse();
          continue;
        }
        bool isInLoop =
            !isHere &&
            isa<scf::ForOp>(load->getBlock()->findAncestorOpInBlock(*user));
        (isInLoop ? stays : isStreamed) = true;
      }
    int64_t stages = 1;
    if (stays)
      stages = loads.size();
    else if (isStreamed)
      stages = cca::getSchedule(getOperation()).stages;
    LoadOp first = loads.front();
    if (auto given = first->getAttrOfType<IntegerAttr>(cca::stagesAttrName))
      stages = given.getInt();
    OpBuilder builder =
        OpBuilder::atBlockBegin(&getOperation().getBody().front());
    auto type = RingType::get(&getContext(), stages,
                              first.getMap().getType().getTileType());
    return RingOp::create(builder, first.getLoc(), type);
  }

  static void buffer(LoadOp load, Value ring) {
    OpBuilder builder(load);
    Location loc = load.getLoc();
    Value empty = PutEnterOp::create(builder, loc, ring);
    TmaLoadOp::create(builder, loc, load.getMap(), load.getCoordinates(),
                      empty);
    PutExitOp::create(builder, loc, ring, empty);
    Value full = GetEnterOp::create(builder, loc, ring);
    readRows(load, full);
    load.getTile().replaceAllUsesWith(full);
    Operation *last = full.getDefiningOp();
    for (Operation *op : full.getUsers()) {
      Operation *user = load->getBlock()->findAncestorOpInBlock(*op);
      if (last->isBeforeInBlock(user))
        last = user;
    }
    builder.setInsertionPointAfter(last);
    GetExitOp::create(builder, loc, ring, full);
    load.erase();
  }

  /// What is no operand of a product goes to registers: rows where they are
  /// sliced, the whole tile before its first use.
  static void readRows(LoadOp load, Value stage) {
    OpBuilder builder(load->getContext());
    Operation *first = nullptr;
    for (OpOperand &use : llvm::make_early_inc_range(load->getUses())) {
      Operation *user = use.getOwner();
      auto slice = dyn_cast<tensor::ExtractSliceOp>(user);
      if (slice && cca::isRows(slice)) {
        cca::readRows(slice, stage);
      } else if (!isa<DotOp>(user)) {
        user = load->getBlock()->findAncestorOpInBlock(*user);
        if (!first || user->isBeforeInBlock(first))
          first = user;
      }
    }
    if (!first)
      return;
    builder.setInsertionPoint(first);
    Value tile = LdmatrixOp::create(builder, load.getLoc(),
                                    load.getTile().getType(), stage, Value());
    load.getTile().replaceUsesWithIf(
        tile, [](OpOperand &use) { return !isa<DotOp>(use.getOwner()); });
  }
};

} // namespace
