//===- LLVMModule.h - From the LLVM dialect to optimised LLVM IR *- C++ -*-===//

#ifndef CCA_TOOLS_RUN_LLVMMODULE_H
#define CCA_TOOLS_RUN_LLVMMODULE_H

#include "mlir/Support/LLVM.h"

#include "llvm/Support/Error.h"

#include <memory>

namespace llvm {
class LLVMContext;
class Module;
class TargetMachine;
} // namespace llvm

namespace mlir {
class ModuleOp;

namespace cca {

/// The function that `translateEntry` adds: `void (void **args)`.
inline constexpr StringRef packedEntryName = "__cca_run_entry";

/// Translates a module of the LLVM dialect. Of all its functions only the new
/// one, which calls `_mlir_ciface_<name>` with the pointers in `args`, can be
/// called from outside. Null if that fails, with an error reported.
std::unique_ptr<llvm::Module> translateEntry(ModuleOp module, StringRef name,
                                             llvm::LLVMContext &context);

/// Optimises at -O3 for a target. Sums may be reordered and multiplications
/// fused into additions.
void optimize(llvm::Module &module, llvm::TargetMachine &target);

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_RUN_LLVMMODULE_H
