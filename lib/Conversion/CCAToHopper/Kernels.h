//===- Kernels.h - From ops to kernels and launches -------------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_KERNELS_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_KERNELS_H

#include "Scalar.h"

#include "cca/Dialect/CCA/IR/CCA.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlir::cca {

/// Makes kernels: `name`, with `schedule`, and with parameters of the types of
/// those of `parameters` that are there; these are its arguments while
/// `emitBody` runs.
class KernelFactory {
public:
  virtual ~KernelFactory() = default;
  virtual gpu::GPUFuncOp make(Location loc, StringRef name, Attribute schedule,
                              ArrayRef<Value *> parameters,
                              function_ref<void(Emitter &)> emitBody) = 0;
};

// The op becomes a kernel, and its launch takes the place of the op.
void emitFlashAttention(RewriterBase &rewriter, FlashAttentionOp op,
                        KernelFactory &kernels);
void emitProjection(RewriterBase &rewriter, ProjectionOp op,
                    KernelFactory &kernels);
void emitLatents(RewriterBase &rewriter, LatentsOp op, KernelFactory &kernels);
void emitMix(RewriterBase &rewriter, MixOp op, KernelFactory &kernels);
void emitFusedPrologue(RewriterBase &rewriter, FusedPrologueOp op,
                       KernelFactory &kernels);

/// Whether a kernel has the sizes of `op`; an error if not.
LogicalResult checkLatents(LatentsOp op);
LogicalResult checkFusedPrologue(FusedPrologueOp op);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_KERNELS_H
