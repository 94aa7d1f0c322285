//===- JITRuntime.h - What compiled code may call ---------------*- C++ -*-===//

#ifndef CCA_TOOLS_RUN_JITRUNTIME_H
#define CCA_TOOLS_RUN_JITRUNTIME_H

#include "llvm/ExecutionEngine/Orc/Mangling.h"

namespace mlir {
namespace cca {

/// The functions that compiled code may call, by name: memory, the C
/// mathematics library, conversions to 16-bit floats, failed run-time checks,
/// and what launches kernels (cca-c/Runtime.h). A closed set: anything else
/// that a module declares is an error when it is compiled.
llvm::orc::SymbolMap getRuntimeSymbols(llvm::orc::MangleAndInterner mangle);

/// True for the names of these functions.
bool isRuntimeFunction(llvm::StringRef name);

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_RUN_JITRUNTIME_H
