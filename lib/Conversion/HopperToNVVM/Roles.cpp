//===- Roles.cpp - Warp roles ---------------------------------------------===//

#include "Patterns.h"
#include "SharedMemory.h"
#include "Thread.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::cca;

/// One thread initialises the barriers of all rings, and all others learn of
/// it: a full barrier waits for the producer's arrival, an empty one for that
/// of each warp of the ring's consumers. The first copies find their tensor
/// maps in the cache.
static void initialiseBarriers(ThreadBuilder &thread,
                               ArrayRef<RingBarriers> rings,
                               ArrayRef<Value> tensorMaps, int64_t consumers) {
  OpBuilder &builder = thread.get();
  Location loc = thread.getLoc();
  auto first =
      scf::IfOp::create(builder, loc, thread.equals(thread.threadInBlock(), 0));
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(first.thenBlock());
    for (Value map : tensorMaps)
      thread.ptx("prefetch.tensormap [$0];", "l", {map});
    Value base = sharedMemoryBase(thread);
    for (RingBarriers ring : rings) {
      int64_t consumerWarps = (ring.isOfOneConsumer ? 1 : consumers) *
                              HopperTarget::warpsPerWarpgroup;
      for (int64_t i = 0; i < 2 * ring.stages; ++i) {
        Value barrier =
            thread.add(base, ring.offset + i * HopperTarget::mbarrierBytes);
        Value arrivals = thread.constant(i < ring.stages ? 1 : consumerWarps);
        thread.ptx("mbarrier.init.shared::cta.b64 [$0], $1;", "r,r",
                   {barrier, arrivals});
      }
    }
    // The async proxy, through which TMA signals, sees them as well.
    NVVM::FenceMbarrierInitOp::create(builder, loc);
  }
  NVVM::Barrier0Op::create(builder, loc);
}

/// Moves the ops of `role` to the begin of `block`.
static void inlineRole(RewriterBase &rewriter, Region &role, Block *block,
                       ValueRange arguments) {
  Block *body = &role.front();
  rewriter.eraseOp(body->getTerminator());
  rewriter.inlineBlockBefore(body, block->getTerminator(), arguments);
}

void cca::lowerRoles(RewriterBase &rewriter, hopper::WarpSpecializeOp op,
                     ArrayRef<RingBarriers> rings, ArrayRef<Value> tensorMaps) {
  Location loc = op.getLoc();
  rewriter.setInsertionPoint(op);
  ThreadBuilder thread(rewriter, loc);
  initialiseBarriers(thread, rings, tensorMaps, op.getNumConsumers());
  // Through a shuffle, so that the compiler knows that a warp agrees on it.
  Value all = thread.constant(-1);
  Value mine = thread.shiftRight(thread.threadInBlock(), 7);
  Value first = thread.constant(0), clamp = thread.constant(31);
  Value warpgroup =
      NVVM::ShflOp::create(rewriter, loc, rewriter.getI32Type(), all, mine,
                           first, clamp, NVVM::ShflKind::idx, UnitAttr());
  auto roles = scf::IfOp::create(rewriter, loc, thread.equals(warpgroup, 0),
                                 /*withElseRegion=*/true);

  rewriter.setInsertionPointToStart(roles.thenBlock());
  NVVM::SetMaxRegisterOp::create(rewriter, loc, op.getProducerRegisters(),
                                 NVVM::SetMaxRegisterAction::decrease);
  auto issuer = scf::IfOp::create(rewriter, loc,
                                  thread.equals(thread.threadInBlock(), 0));
  inlineRole(rewriter, op.getProducer(), issuer.thenBlock(), {});

  rewriter.setInsertionPointToStart(roles.elseBlock());
  NVVM::SetMaxRegisterOp::create(rewriter, loc, op.getConsumerRegisters(),
                                 NVVM::SetMaxRegisterAction::increase);
  Value consumer = thread.add(warpgroup, -1);
  inlineRole(rewriter, op.getConsumer(), roles.elseBlock(), consumer);
  rewriter.eraseOp(op);
}
