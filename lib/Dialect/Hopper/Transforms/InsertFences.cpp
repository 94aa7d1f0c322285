//===- InsertFences.cpp - The pass hopper-insert-fences -------------------===//

#include "NamedBarriers.h"
#include "ProxyFence.h"
#include "SharedTiles.h"
#include "cca/Dialect/Hopper/IR/Hopper.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERINSERTFENCES
#include "cca/Dialect/Hopper/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::hopper;
using cca::NamedBarriers;

//===----------------------------------------------------------------------===//
// Registers: wgmma
//===----------------------------------------------------------------------===//

/// Whether ordinary instructions may have written `tile` since a fence.
static bool needsFence(Value tile) {
  return !isa_and_present<WaitOp, WgmmaFenceOp>(tile.getDefiningOp());
}

/// `wgmma` takes `fenced` where it took `tile`.
static void fenceOperand(WgmmaOp wgmma, Value tile, Value fenced) {
  for (OpOperand &operand : wgmma->getOpOperands())
    if (operand.get() == tile)
      operand.set(fenced);
}

/// Tiles from outside of a loop once, where they are defined: passing them
/// through a fence in each iteration would copy them.
static void fenceAtDefinition(Value tile) {
  OpBuilder builder(tile.getContext());
  builder.setInsertionPointAfterValue(tile);
  auto fence = WgmmaFenceOp::create(builder, tile.getLoc(), tile);
  tile.replaceAllUsesExcept(fence.getResult(0), fence);
}

static void fenceRegisters(gpu::GPUFuncOp kernel) {
  SmallVector<WgmmaOp> products;
  kernel.walk([&](WgmmaOp wgmma) { products.push_back(wgmma); });
  for (WgmmaOp wgmma : products)
    for (Value tile : wgmma->getOperands())
      if (isFragment(tile.getType()) && needsFence(tile) &&
          tile.getParentBlock() != wgmma->getBlock())
        fenceAtDefinition(tile);
  for (WgmmaOp wgmma : products) {
    llvm::SetVector<Value> tiles;
    for (Value tile : wgmma->getOperands())
      if (isFragment(tile.getType()) && needsFence(tile))
        tiles.insert(tile);
    OpBuilder builder(wgmma);
    auto fence =
        WgmmaFenceOp::create(builder, wgmma.getLoc(), tiles.getArrayRef());
    for (auto [tile, fenced] : llvm::zip_equal(tiles, fence.getResults()))
      fenceOperand(wgmma, tile, fenced);
  }
}

//===----------------------------------------------------------------------===//
// Shared memory: TMA
//===----------------------------------------------------------------------===//

/// An arrival overtakes an ldmatrix whose registers nobody has used yet, and
/// TMA writes the next tile under its eyes: the fence waits for it.
static void fenceReads(GetExitOp exit) {
  bool isRead = llvm::any_of(cca::getStageUses(exit.getTile()),
                             llvm::IsaPred<LdmatrixOp>);
  if (!isRead)
    return;
  OpBuilder builder(exit);
  cca::createProxyFence(builder, exit.getLoc());
}

/// How many copies may still be under way when `store` writes its tile: those
/// of the stores since the one that wrote it last, in its block or in the
/// iteration before.
static int64_t countPending(StmatrixOp store) {
  Block *block = store->getBlock();
  Value tile = store.getDestination();
  if (llvm::any_of(tile.getUsers(), [&](Operation *user) {
        return isa<StmatrixOp>(user) && user->getBlock() != block;
      }))
    return 0;
  SmallVector<StmatrixOp> others;
  for (auto other : block->getOps<StmatrixOp>())
    if (!cca::isShared(other.getDestination()))
      others.push_back(other);
  std::rotate(others.begin(), llvm::find(others, store), others.end());
  auto last = llvm::find_if(llvm::reverse(others), [&](StmatrixOp other) {
    return other.getDestination() == tile;
  });
  return std::distance(others.rbegin(), last);
}

/// One thread of a warpgroup issues its stores and waits for them.
static void fenceStaging(WarpSpecializeOp roles, StmatrixOp store) {
  OpBuilder builder(store);
  Location loc = store.getLoc();
  NamedBarriers before{builder, loc, roles};
  TmaStoreWaitOp::create(builder, loc, countPending(store));
  before.sync(before.own(), 1);
  builder.setInsertionPointAfter(store);
  NamedBarriers after{builder, loc, roles};
  cca::createProxyFence(builder, loc);
  after.sync(after.own(), 1);
}

//===----------------------------------------------------------------------===//
// Shared memory: other consumers
//===----------------------------------------------------------------------===//

/// Before: all have read what `store` overwrites. After: all have written.
static void syncConsumers(WarpSpecializeOp roles, StmatrixOp store) {
  auto consumers = static_cast<int64_t>(roles.getNumConsumers());
  OpBuilder builder(store);
  NamedBarriers before{builder, store.getLoc(), roles};
  before.sync(before.all(), consumers);
  builder.setInsertionPointAfter(store);
  NamedBarriers after{builder, store.getLoc(), roles};
  after.sync(after.all(), consumers);
}

namespace {

struct HopperInsertFences
    : cca::impl::HopperInsertFencesBase<HopperInsertFences> {
  void runOnOperation() override {
    fenceRegisters(getOperation());
    getOperation().walk([](WarpSpecializeOp roles) {
      SmallVector<StmatrixOp> stores;
      roles.getConsumer().walk(
          [&](StmatrixOp store) { stores.push_back(store); });
      for (StmatrixOp store : stores)
        if (cca::isShared(store.getDestination()))
          syncConsumers(roles, store);
        else
          fenceStaging(roles, store);
      roles.getConsumer().walk(fenceReads);
      bool storesTiles =
          roles.getConsumer()
              .walk([](TmaStoreOp) { return WalkResult::interrupt(); })
              .wasInterrupted();
      if (!storesTiles)
        return;
      OpBuilder builder(roles.getConsumer().front().getTerminator());
      TmaStoreWaitOp::create(builder, roles.getLoc(), 0);
    });
  }
};

} // namespace
