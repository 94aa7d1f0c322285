//===- LLVMModule.h - From the LLVM dialect to LLVM IR -*- C++ -*-===//

#ifndef CCA_TOOLS_RUN_LLVMMODULE_H
#define CCA_TOOLS_RUN_LLVMMODULE_H

#include "mlir/Support/LLVM.h"

#include "llvm/Support/Error.h"

#include <memory>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace mlir {
class ModuleOp;

namespace cca {

/// The function that `translateEntry` adds: `int32_t (void **args)`.
inline constexpr StringRef packedEntryName = "__cca_run_entry";

/// Translates a module of the LLVM dialect. Of all its functions only the new
/// one can be called from outside. It calls `function`, whose parameters are
/// all pointers, with those in `args`, and returns what that returns, or 0 if
/// that is nothing. Null if the translation fails, with an error reported.
std::unique_ptr<llvm::Module>
translateEntry(ModuleOp module, StringRef function, llvm::LLVMContext &context);

/// Lets the vectoriser split the sum of a dot product over SIMD lanes, and use
/// fused multiply-add. The order in which an op accumulates is not part of its
/// contract, and either way is at least as accurate on average as one long sum.
void allowReassociation(llvm::Module &module);

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_RUN_LLVMMODULE_H
