//===- ShareTiles.cpp - The pass hopper-share-tiles -----------------------===//

#include "ReadRows.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "llvm/ADT/MapVector.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERSHARETILES
#include "cca/Dialect/Hopper/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::hopper;

namespace {

struct HopperShareTiles : cca::impl::HopperShareTilesBase<HopperShareTiles> {
  void runOnOperation() override {
    SmallVector<ShareOp> ops;
    bool failed = false;
    getOperation().walk([&](ShareOp op) {
      ops.push_back(op);
      failed |= mlir::failed(check(op));
    });
    if (failed)
      return signalPassFailure();
    for (ShareOp op : ops)
      share(op);
  }

private:
  /// A loop could carry a tile on, but not its memory, which the next iteration
  /// writes.
  static LogicalResult check(ShareOp op) {
    for (Operation *user : op->getUsers()) {
      if (!user->hasTrait<OpTrait::IsTerminator>())
        continue;
      InFlightDiagnostic error = op.emitOpError("expects not to be carried on");
      error.attachNote(user->getLoc()) << "used here";
      return error;
    }
    return success();
  }

  /// Other uses than slices of rows take one of all rows, in each block.
  static void sliceWhole(ShareOp op) {
    llvm::SmallDenseMap<Block *, Value> slices;
    for (OpOperand &use : llvm::make_early_inc_range(op->getUses())) {
      auto rows = dyn_cast<tensor::ExtractSliceOp>(use.getOwner());
      if (rows && cca::isRows(rows))
        continue;
      Block *block = use.getOwner()->getBlock();
      Value &slice = slices[block];
      if (!slice) {
        OpBuilder builder = OpBuilder::atBlockBegin(block);
        if (block == op->getBlock())
          builder.setInsertionPointAfter(op);
        auto type = cast<RankedTensorType>(op.getTile().getType());
        SmallVector<OpFoldResult> zeros(2, builder.getIndexAttr(0)),
            ones(2, builder.getIndexAttr(1));
        slice = tensor::ExtractSliceOp::create(
            builder, op.getLoc(), type, op.getResult(), zeros,
            getAsIndexOpFoldResult(op.getContext(), type.getShape()), ones);
      }
      use.set(slice);
    }
  }

  /// How many tiles are written, to device or to shared memory, between two ops
  /// of a block.
  static int64_t writesBetween(Operation *first, Operation *last) {
    int64_t writes = 0;
    for (Operation *op = first; op != last; op = op->getNextNode())
      writes += isa<ShareOp, StoreOp>(op);
    return writes;
  }

  /// Rows that are used again after other tiles were written are sliced again
  /// there: registers are scarcer than reads.
  static void sliceAgain(tensor::ExtractSliceOp slice) {
    llvm::MapVector<int64_t, SmallVector<OpOperand *>> later;
    for (OpOperand &use : slice->getUses()) {
      Operation *user =
          slice->getBlock()->findAncestorOpInBlock(*use.getOwner());
      if (int64_t writes = writesBetween(slice, user))
        later[writes].push_back(&use);
    }
    for (auto &[writes, uses] : later) {
      Operation *first = nullptr;
      for (OpOperand *use : uses) {
        Operation *user =
            slice->getBlock()->findAncestorOpInBlock(*use->getOwner());
        if (!first || user->isBeforeInBlock(first))
          first = user;
      }
      OpBuilder builder(first);
      Operation *again = builder.clone(*slice);
      for (OpOperand *use : uses)
        use->set(again->getResult(0));
    }
    if (slice.use_empty())
      slice.erase();
  }

  void share(ShareOp op) {
    sliceWhole(op);
    for (Operation *user : llvm::make_early_inc_range(op->getUsers()))
      sliceAgain(cast<tensor::ExtractSliceOp>(user));
    OpBuilder builder =
        OpBuilder::atBlockBegin(&getOperation().getBody().front());
    auto type = cast<RankedTensorType>(op.getTile().getType());
    auto smem =
        SmemType::get(&getContext(), type.getShape(), type.getElementType(),
                      static_cast<int64_t>(cca::Swizzle::Span128));
    Value memory =
        AllocOp::create(builder, op.getLoc(), smem, /*offset=*/IntegerAttr());
    builder.setInsertionPoint(op);
    StmatrixOp::create(builder, op.getLoc(), op.getTile(), memory);
    for (Operation *user : llvm::make_early_inc_range(op->getUsers()))
      cca::readRows(cast<tensor::ExtractSliceOp>(user), memory);
    op->erase();
  }
};

} // namespace
