//===- Assembler.h - PTX to machine code of the GPU -------------*- C++ -*-===//

#ifndef CCA_TOOLS_COMPILE_ASSEMBLER_H
#define CCA_TOOLS_COMPILE_ASSEMBLER_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/Location.h"
#include "mlir/Support/LLVM.h"

#include <string>

namespace mlir::cca {

/// Assembles PTX text with NVIDIA's ptxas: `program`, or if that is empty the
/// one on PATH, or in CUDA's usual folder. Returns the cubin. Reports errors at
/// `loc`, and warnings: those of ptxas, and its remarks C75xx about wgmma
/// pipelines and register budgets that it gave up, which cost more than most
/// errors.
FailureOr<std::string> assemble(Location loc, StringRef ptx, StringRef chip,
                                StringRef program);

/// Replaces the PTX of a binary by the cubin that `program` (or the usual
/// ptxas) makes of it.
LogicalResult assembleBinary(gpu::BinaryOp binary, StringRef chip,
                             StringRef program);

} // namespace mlir::cca

#endif // CCA_TOOLS_COMPILE_ASSEMBLER_H
