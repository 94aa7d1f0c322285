//===- Rings.cpp - Full and empty barriers --------------------------------===//
//
// A barrier's phase completes when as many arrivals as it was initialised with,
// and all expected bytes, are there. Who waits names the parity of the phase
// that must be over: consumers begin with 0, the producer with 1, since the
// phase before the first counts as complete, and all stages are empty then.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"
#include "SharedMemory.h"
#include "Thread.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace mlir::cca;

//===----------------------------------------------------------------------===//
// Cursors
//===----------------------------------------------------------------------===//

RingCursors::RingCursors(gpu::GPUFuncOp kernel) {
  OpBuilder builder = OpBuilder::atBlockBegin(&kernel.getBody().front());
  kernel.walk([&](Operation *op) {
    if (!isa<hopper::RingOp, hopper::SelectRingOp>(op))
      return;
    Location loc = op->getLoc();
    ThreadBuilder thread(builder, loc);
    auto slot = [&](int64_t initial) -> Value {
      Value pointer = LLVM::AllocaOp::create(
          builder, loc, LLVM::LLVMPointerType::get(op->getContext()),
          builder.getI32Type(), thread.constant(1));
      LLVM::StoreOp::create(builder, loc, thread.constant(initial), pointer);
      return pointer;
    };
    auto cursor = [&](int64_t phase) -> Cursor {
      Value first = slot(0);
      return {first, slot(phase)};
    };
    puts[op->getResult(0)] = cursor(1);
    gets[op->getResult(0)] = cursor(0);
  });
}

static Value load(ThreadBuilder &thread, Value slot) {
  return LLVM::LoadOp::create(thread.get(), thread.getLoc(),
                              thread.get().getI32Type(), slot);
}

static void store(ThreadBuilder &thread, Value value, Value slot) {
  LLVM::StoreOp::create(thread.get(), thread.getLoc(), value, slot);
}

/// The next stage; the phase changes when the first comes round again.
static void advance(ThreadBuilder &thread, RingCursors::Cursor cursor,
                    Value stage, Value phase, int64_t stages) {
  OpBuilder &builder = thread.get();
  Location loc = thread.getLoc();
  Value flipped = thread.bitXor(phase, thread.constant(1));
  if (stages == 1) {
    store(thread, flipped, cursor.phase);
    return;
  }
  Value next = thread.add(stage, 1);
  Value wraps = thread.equals(next, stages);
  Value wrapped =
      arith::SelectOp::create(builder, loc, wraps, thread.constant(0), next);
  Value after = arith::SelectOp::create(builder, loc, wraps, flipped, phase);
  store(thread, wrapped, cursor.stage);
  store(thread, after, cursor.phase);
}

//===----------------------------------------------------------------------===//
// Barriers
//===----------------------------------------------------------------------===//

/// Waits until the phase of parity `parity` is over.
static void waitForPhase(ThreadBuilder &thread, Value barrier, Value parity) {
  thread.ptx("{\n.reg .pred p;\nWAIT:\n"
             "mbarrier.try_wait.parity.shared::cta.b64 p, [$0], $1;\n"
             "@p bra DONE;\nbra WAIT;\nDONE:\n}",
             "r,r", {barrier, parity});
}

namespace {

struct RingPattern : OpConversionPattern<hopper::RingOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::RingOp op, OneToNOpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!op.getOffset() || !op.getBarriers())
      return rewriter.notifyMatchFailure(op, "no offset: hopper-allocate-smem");
    ThreadBuilder thread(rewriter, op.getLoc());
    Value base = sharedMemoryBase(thread);
    SmallVector<Value> results{thread.add(base, *op.getOffset()),
                               thread.add(base, *op.getBarriers())};
    rewriter.replaceOpWithMultiple(op, {results});
    return success();
  }
};

/// Consumers have few rings: a chain of selects, once.
struct SelectRingPattern : OpConversionPattern<hopper::SelectRingOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::SelectRingOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ThreadBuilder thread(rewriter, op.getLoc());
    Value consumer =
        op->getParentOfType<hopper::WarpSpecializeOp>().getConsumerIndex();
    SmallVector<Value> mine(adaptor.getRings().front());
    for (auto [number, ring] :
         llvm::enumerate(adaptor.getRings().drop_front())) {
      Value isIt = thread.equals(consumer, static_cast<int64_t>(number) + 1);
      for (auto [address, other] : llvm::zip_equal(mine, ring))
        address = arith::SelectOp::create(rewriter, op.getLoc(), isIt, other,
                                          address);
    }
    rewriter.replaceOpWithMultiple(op, {mine});
    return success();
  }
};

/// A wait for the stage that the cursor is at, which then goes on.
template <typename EnterOp>
struct EnterPattern : OpConversionPattern<EnterOp> {
  EnterPattern(const TypeConverter &converter, MLIRContext *context,
               const RingCursors &cursors)
      : OpConversionPattern<EnterOp>(converter, context), cursors(cursors) {}

  LogicalResult matchAndRewrite(
      EnterOp op,
      typename OpConversionPattern<EnterOp>::OneToNOpAdaptor adaptor,
      ConversionPatternRewriter &rewriter) const override {
    constexpr bool put = std::is_same_v<EnterOp, hopper::PutEnterOp>;
    ThreadBuilder thread(rewriter, op.getLoc());
    hopper::RingType ring = op.getRing().getType();
    RingCursors::Cursor cursor =
        put ? cursors.put(op.getRing()) : cursors.get(op.getRing());
    int64_t stages = ring.getStages();
    Value stage = stages == 1 ? thread.constant(0) : load(thread, cursor.stage);
    Value phase = load(thread, cursor.phase);
    Value full = thread.add(adaptor.getRing()[1],
                            thread.mul(stage, HopperTarget::mbarrierBytes));
    Value barrier =
        put ? thread.add(full, stages * HopperTarget::mbarrierBytes) : full;
    waitForPhase(thread, barrier, phase);
    advance(thread, cursor, stage, phase, stages);
    SmallVector<Value> results{
        thread.add(adaptor.getRing()[0],
                   thread.mul(stage, ring.getTile().getBytes())),
        full};
    rewriter.replaceOpWithMultiple(op, {results});
    return success();
  }

private:
  const RingCursors &cursors;
};

/// The cursor as if the stages had been got.
struct SkipPattern : OpConversionPattern<hopper::SkipOp> {
  SkipPattern(const TypeConverter &converter, MLIRContext *context,
              const RingCursors &cursors)
      : OpConversionPattern(converter, context), cursors(cursors) {}

  LogicalResult
  matchAndRewrite(hopper::SkipOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    ThreadBuilder thread(rewriter, loc);
    RingCursors::Cursor cursor = cursors.get(op.getRing());
    Value stages = thread.constant(op.getRing().getType().getStages());
    Value end =
        thread.add(load(thread, cursor.stage), adaptor.getCount().front());
    store(thread, arith::RemUIOp::create(rewriter, loc, end, stages),
          cursor.stage);
    // The phase changes as often as the first stage comes round.
    Value wraps = arith::DivUIOp::create(rewriter, loc, end, stages);
    store(thread,
          thread.bitXor(load(thread, cursor.phase), thread.bitAnd(wraps, 1)),
          cursor.phase);
    rewriter.eraseOp(op);
    return success();
  }

private:
  const RingCursors &cursors;
};

struct PutExitPattern : OpConversionPattern<hopper::PutExitOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::PutExitOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ThreadBuilder thread(rewriter, op.getLoc());
    int64_t bytes = op.getRing().getType().getTile().getBytes();
    thread.ptx("mbarrier.arrive.expect_tx.shared::cta.b64 _, [$0], $1;", "r,r",
               {adaptor.getTile()[1], thread.constant(bytes)});
    rewriter.eraseOp(op);
    return success();
  }
};

/// One arrival of each warp.
struct GetExitPattern : OpConversionPattern<hopper::GetExitOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::GetExitOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ThreadBuilder thread(rewriter, op.getLoc());
    int64_t stages = op.getRing().getType().getStages();
    Value empty =
        thread.add(adaptor.getTile()[1], stages * HopperTarget::mbarrierBytes);
    thread.ptx("{\n.reg .pred p;\nsetp.eq.s32 p, $1, 0;\n"
               "@p mbarrier.arrive.shared::cta.b64 _, [$0];\n}",
               "r,r", {empty, thread.lane()});
    rewriter.eraseOp(op);
    return success();
  }
};

/// Lands in the stage, and completes its bytes at the stage's full barrier.
struct TmaLoadPattern : OpConversionPattern<hopper::TmaLoadOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::TmaLoadOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ThreadBuilder thread(rewriter, op.getLoc());
    SmallVector<Value> operands{adaptor.getTile()[0], adaptor.getMap().front(),
                                adaptor.getTile()[1]};
    BoxCoordinates box(thread, op.getMap().getType(), op.getCoordinates(), 3);
    llvm::append_range(operands, box.values);
    thread.ptx("cp.async.bulk.tensor." + box.dims +
                   ".shared::cluster.global.tile.mbarrier::complete_tx::bytes "
                   "[$0], [$1, {" +
                   box.operands + "}], [$2];",
               "r,l,r" + box.constraints, operands);
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void cca::populateRingPatterns(const TypeConverter &converter,
                               RewritePatternSet &patterns,
                               const RingCursors &cursors) {
  MLIRContext *context = patterns.getContext();
  patterns.add<GetExitPattern, PutExitPattern, RingPattern, SelectRingPattern,
               TmaLoadPattern>(converter, context);
  patterns.add<EnterPattern<hopper::GetEnterOp>,
               EnterPattern<hopper::PutEnterOp>, SkipPattern>(converter,
                                                              context, cursors);
}
