//===- Assembler.h - PTX to machine code of the GPU -------------*- C++ -*-===//

#ifndef CCA_TOOLS_COMPILE_ASSEMBLER_H
#define CCA_TOOLS_COMPILE_ASSEMBLER_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/Location.h"
#include "mlir/Support/LLVM.h"

#include <string>

namespace mlir::cca {

/// What ptxas makes of PTX.
struct Assembly {
  std::string cubin;
  /// What it says of each kernel: registers, spills.
  std::string report;
};

/// Assembles PTX text with NVIDIA's ptxas: `program`, or if that is empty the
/// one on PATH, or in CUDA's usual folder. Reports errors at `loc`, and
/// warnings: those of ptxas, and its remarks C75xx about wgmma pipelines and
/// register budgets that it gave up, which cost more than most errors.
FailureOr<Assembly> assemble(Location loc, StringRef ptx, StringRef chip,
                             StringRef program);

/// Whether there is a ptxas where an empty `program` is looked for.
bool hasAssembler();

/// Whether what a binary holds is PTX.
bool isAssembly(gpu::BinaryOp binary);

/// Replaces the PTX of a binary by the machine code that was made of it.
void setCubin(gpu::BinaryOp binary, StringRef cubin);

} // namespace mlir::cca

#endif // CCA_TOOLS_COMPILE_ASSEMBLER_H
