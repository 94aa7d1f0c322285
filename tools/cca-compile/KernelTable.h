//===- KernelTable.h - What kernels take of a multiprocessor ----*- C++ -*-===//

#ifndef CCA_TOOLS_COMPILE_KERNELTABLE_H
#define CCA_TOOLS_COMPILE_KERNELTABLE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Support/LLVM.h"

namespace mlir::cca {

/// Prints a line for each kernel of `ptx`: threads of a block, registers of a
/// thread and what roles make of them, bytes of shared memory and of spills.
/// `module` launches them. `report` is that of ptxas; if it is empty, registers
/// are the most that there can be.
void printKernels(llvm::raw_ostream &os, ModuleOp module, StringRef ptx,
                  StringRef report);

} // namespace mlir::cca

#endif // CCA_TOOLS_COMPILE_KERNELTABLE_H
