//===- LaunchLoops.cpp - The pass hopper-launch-loops ---------------------===//

#include "cca/Conversion/HopperToRuntime/HopperToRuntime.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERLAUNCHLOOPS
#include "cca/Conversion/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;

/// Threads of a block: enough to keep a multiprocessor busy with several.
static constexpr int64_t threadsPerBlock = 256;

static Value constant(OpBuilder &b, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

/// A copy as a loop over its elements.
static void expandCopy(memref::CopyOp copy) {
  OpBuilder b(copy);
  Location loc = copy.getLoc();
  Value source = copy.getSource(), target = copy.getTarget();
  int64_t rank = cast<MemRefType>(source.getType()).getRank();
  SmallVector<Value> begin(rank, constant(b, loc, 0)),
      step(rank, constant(b, loc, 1)), end;
  for (int64_t dim = 0; dim < rank; ++dim)
    end.push_back(memref::DimOp::create(b, loc, source, dim));
  scf::ParallelOp::create(
      b, loc, begin, end, step,
      [&](OpBuilder &b, Location loc, ValueRange indices) {
        Value element = memref::LoadOp::create(b, loc, source, indices);
        memref::StoreOp::create(b, loc, element, target, indices);
      });
  copy.erase();
}

/// Moves the body of a loop to a launch of one thread for each iteration.
/// Neighbours in the innermost dimension are neighbouring threads.
static void launch(scf::ParallelOp loop) {
  OpBuilder b(loop);
  Location loc = loop.getLoc();
  SmallVector<Value> counts;
  Value total = constant(b, loc, 1);
  for (auto [begin, end, step] :
       llvm::zip(loop.getLowerBound(), loop.getUpperBound(), loop.getStep())) {
    Value length = arith::SubIOp::create(b, loc, end, begin);
    counts.push_back(arith::CeilDivSIOp::create(b, loc, length, step));
    total = arith::MulIOp::create(b, loc, total, counts.back());
  }
  Value one = constant(b, loc, 1), threads = constant(b, loc, threadsPerBlock);
  Value blocks = arith::CeilDivSIOp::create(b, loc, total, threads);
  auto launch =
      gpu::LaunchOp::create(b, loc, blocks, one, one, threads, one, one);
  b.setInsertionPointToStart(&launch.getBody().front());
  Value first = arith::MulIOp::create(b, loc, launch.getBlockIds().x,
                                      constant(b, loc, threadsPerBlock));
  Value rest = arith::AddIOp::create(b, loc, first, launch.getThreadIds().x);
  Value isInside =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, rest, total);
  auto guard = scf::IfOp::create(b, loc, isInside);
  gpu::TerminatorOp::create(b, loc);

  b.setInsertionPointToStart(guard.thenBlock());
  SmallVector<Value> indices(counts.size());
  for (size_t dim = counts.size(); dim-- > 0;) {
    Value index = arith::RemUIOp::create(b, loc, rest, counts[dim]);
    rest = arith::DivUIOp::create(b, loc, rest, counts[dim]);
    index = arith::MulIOp::create(b, loc, index, loop.getStep()[dim]);
    indices[dim] =
        arith::AddIOp::create(b, loc, loop.getLowerBound()[dim], index);
  }
  IRMapping mapping;
  mapping.map(loop.getInductionVars(), indices);
  for (Operation &op : loop.getBody()->without_terminator())
    b.clone(op, mapping);
  loop.erase();
}

/// exp(x) = 2^(x log2(e)), by the instruction: upstream would call libdevice.
static void lowerExponential(math::ExpOp op) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  Value factor = arith::ConstantOp::create(
      b, loc, b.getF32FloatAttr(llvm::numbers::log2ef));
  Value scaled = arith::MulFOp::create(b, loc, op.getOperand(), factor);
  op.replaceAllUsesWith(LLVM::CallIntrinsicOp::create(
                            b, loc, op.getType(),
                            b.getStringAttr("llvm.nvvm.ex2.approx.ftz.f32"),
                            ValueRange(scaled))
                            .getResults());
  op.erase();
}

namespace {
struct HopperLaunchLoops : cca::impl::HopperLaunchLoopsBase<HopperLaunchLoops> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    SmallVector<memref::CopyOp> copies;
    function.walk([&](memref::CopyOp op) {
      if (!op->getParentOfType<scf::ParallelOp>() &&
          isa<MemRefType>(op.getSource().getType()) &&
          isa<MemRefType>(op.getTarget().getType()))
        copies.push_back(op);
    });
    llvm::for_each(copies, expandCopy);
    SmallVector<scf::ParallelOp> loops;
    function.walk<WalkOrder::PreOrder>([&](scf::ParallelOp loop) {
      if (loop.getNumResults() == 0)
        loops.push_back(loop);
      return WalkResult::skip();
    });
    llvm::for_each(loops, launch);
    function.walk([](math::ExpOp op) {
      if (op.getType().isF32() && op->getParentOfType<gpu::LaunchOp>())
        lowerExponential(op);
    });
  }
};
} // namespace
