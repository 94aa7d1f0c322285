//===- ProxyFence.h - Between threads and TMA or the tensor cores -*- C++
//-*-===//

#ifndef CCA_LIB_DIALECT_HOPPER_TRANSFORMS_PROXYFENCE_H
#define CCA_LIB_DIALECT_HOPPER_TRANSFORMS_PROXYFENCE_H

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Builders.h"

namespace mlir::cca {

/// Orders what this thread did to shared memory by ordinary instructions before
/// what TMA and the tensor cores do to it later.
inline void createProxyFence(OpBuilder &builder, Location loc) {
  NVVM::FenceProxyOp::create(
      builder, loc, NVVM::ProxyKind::async_shared,
      NVVM::SharedSpaceAttr::get(builder.getContext(),
                                 NVVM::SharedSpace::shared_cta));
}

inline bool isProxyFence(Operation *op) {
  auto fence = dyn_cast<NVVM::FenceProxyOp>(op);
  return fence && (fence.getKind() == NVVM::ProxyKind::async ||
                   fence.getKind() == NVVM::ProxyKind::async_shared);
}

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_HOPPER_TRANSFORMS_PROXYFENCE_H
