//===- Kernels.h - The kernels of a module ----------------------*- C++ -*-===//

#ifndef CCA_COMPILER_KERNELS_H
#define CCA_COMPILER_KERNELS_H

#include "cca/Pipelines/Pipelines.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::cca {

/// Compiles all kernels: each `gpu.module` becomes a `gpu.binary` with PTX.
/// With `printSchedules`, the schedules that were chosen are reported as
/// remarks.
LogicalResult compileKernels(ModuleOp module, bool printSchedules,
                             const CCAToTilesOptions &options = {});

/// The only binary of a module. Reports an error if there is another number of
/// them.
FailureOr<gpu::BinaryOp> getBinary(ModuleOp module);

/// The PTX or the cubin of a binary.
StringRef getImage(gpu::BinaryOp binary);

} // namespace mlir::cca

#endif // CCA_COMPILER_KERNELS_H
