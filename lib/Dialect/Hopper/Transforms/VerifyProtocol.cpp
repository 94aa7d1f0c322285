//===- VerifyProtocol.cpp - The pass hopper-verify-protocol ---------------===//

#include "VerifyProtocol.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERVERIFYPROTOCOL
#include "cca/Dialect/Hopper/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::hopper;

/// The roles are all that is left to do, for as many threads as there are.
static LogicalResult verifyPlace(gpu::GPUFuncOp kernel,
                                 WarpSpecializeOp roles) {
  Operation *next = roles->getNextNode();
  if (roles->getParentOp() != kernel || !isa_and_present<gpu::ReturnOp>(next))
    return roles.emitOpError("expects to be the last op of a kernel");
  std::optional<ArrayRef<int32_t>> block = kernel.getKnownBlockSize();
  int64_t threads = 1;
  for (int32_t size : block.value_or(ArrayRef<int32_t>()))
    threads *= size;
  if (block && threads != roles.getNumThreads())
    return roles.emitOpError("expects a block of ")
           << roles.getNumThreads() << " threads, but got " << threads;
  return success();
}

/// One thread executes the producer's region, whole warpgroups the consumers'.
static LogicalResult verifyRole(Operation *op, WarpSpecializeOp roles) {
  bool produces = isa<PutEnterOp, PutExitOp, TmaLoadOp>(op);
  bool consumes = isa<GetEnterOp, GetExitOp, WgmmaOp, CommitOp, WaitOp,
                      WaitOlderOp, WgmmaFenceOp, LdmatrixOp, StmatrixOp>(op);
  if (produces && !roles.getProducer().isAncestor(op->getParentRegion()))
    return op->emitOpError("expects to be in the producer's region");
  if (consumes && !roles.getConsumer().isAncestor(op->getParentRegion()))
    return op->emitOpError("expects to be in the consumers' region");
  return success();
}

static LogicalResult verifyRoles(gpu::GPUFuncOp kernel,
                                 WarpSpecializeOp roles) {
  bool failed = mlir::failed(verifyPlace(kernel, roles));
  kernel.walk(
      [&](Operation *op) { failed |= mlir::failed(verifyRole(op, roles)); });
  return failure(failed);
}

namespace {

struct HopperVerifyProtocol
    : cca::impl::HopperVerifyProtocolBase<HopperVerifyProtocol> {
  void runOnOperation() override {
    markAllAnalysesPreserved();
    WarpSpecializeOp roles;
    getOperation().walk([&](WarpSpecializeOp each) { roles = each; });
    if (!roles)
      return;
    if (failed(verifyRoles(getOperation(), roles)))
      return signalPassFailure();
    LogicalResult rings = failure(failed(cca::verifyStages(roles)) ||
                                  failed(cca::verifyTransfers(roles)) ||
                                  failed(cca::verifyProgress(roles)));
    LogicalResult products = cca::verifyProducts(roles);
    LogicalResult staging = cca::verifyStaging(roles);
    LogicalResult sharing = cca::verifySharing(roles);
    LogicalResult barriers = cca::verifyNamedBarriers(roles);
    if (failed(rings) || failed(products) || failed(staging) ||
        failed(sharing) || failed(barriers))
      signalPassFailure();
  }
};

} // namespace
