//===- AllocateSmem.cpp - The pass hopper-allocate-smem -------------------===//

#include "Schedule.h"
#include "cca/Dialect/Hopper/IR/Hopper.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERALLOCATESMEM
#include "cca/Dialect/Hopper/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::hopper;
using cca::HopperTarget;

namespace {

struct HopperAllocateSmem
    : cca::impl::HopperAllocateSmemBase<HopperAllocateSmem> {
  void runOnOperation() override {
    gpu::GPUFuncOp kernel = getOperation();
    Builder builder(&getContext());
    int64_t bytes = 0;
    // Tiles begin where the swizzle repeats.
    auto allocate = [&](int64_t size) {
      int64_t offset = llvm::alignTo(bytes, HopperTarget::swizzleAtomBytes);
      bytes = offset + size;
      return builder.getI64IntegerAttr(offset);
    };
    SmallVector<RingOp> rings;
    kernel.walk([&](Operation *op) {
      if (auto ring = dyn_cast<RingOp>(op)) {
        RingType type = ring.getRing().getType();
        ring.setOffsetAttr(
            allocate(type.getStages() * type.getTile().getBytes()));
        rings.push_back(ring);
      } else if (auto alloc = dyn_cast<AllocOp>(op)) {
        alloc.setOffsetAttr(allocate(instances(alloc) * alloc.getBytes()));
      }
    });
    bytes = llvm::alignTo(bytes, HopperTarget::mbarrierBytes);
    for (RingOp ring : rings) {
      ring.setBarriersAttr(builder.getI64IntegerAttr(bytes));
      bytes += 2 * ring.getRing().getType().getStages() *
               HopperTarget::mbarrierBytes;
    }
    int64_t most = HopperTarget::dynamicSmemBytes(
        cca::getSchedule(kernel).blocksPerMultiprocessor);
    if (bytes > most) {
      kernel.emitOpError("expects at most ")
          << most << " bytes of shared memory, but its tiles and barriers take "
          << bytes << " (" << bytes - most << " too many)";
      return signalPassFailure();
    }
    kernel->setAttr(cca::smemBytesAttrName, builder.getI64IntegerAttr(bytes));
  }

private:
  /// One for each consumer, in the consumers' region.
  static int64_t instances(AllocOp alloc) {
    auto roles = alloc->getParentOfType<WarpSpecializeOp>();
    bool isConsumers =
        roles && roles.getConsumer().isAncestor(alloc->getParentRegion());
    return isConsumers ? roles.getNumConsumers() : 1;
  }
};

} // namespace
