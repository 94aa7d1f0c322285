//===- Linker.h - Machine code in this process ------------------*- C++ -*-===//

#ifndef CCA_COMPILER_LINKER_H
#define CCA_COMPILER_LINKER_H

#include "llvm/ADT/StringMap.h"
#include "llvm/ExecutionEngine/Orc/Shared/ExecutorAddress.h"
#include "llvm/Support/Error.h"

#include <memory>

namespace llvm {
class Module;
namespace orc {
class JITTargetMachineBuilder;
class LLJIT;
} // namespace orc
} // namespace llvm

namespace mlir::cca {

/// The functions that linked code may call, by name.
using FunctionTable = llvm::StringMap<llvm::orc::ExecutorAddr>;

/// What functions that launch kernels call: those of cca-c/Runtime.h, and those
/// that LLVM makes of copies of memory.
const FunctionTable &getLaunchFunctions();

/// What a module declares and uses, but `table` does not have, as MLIR spells
/// it.
llvm::SmallVector<llvm::StringRef> findMissing(const llvm::Module &module,
                                               const FunctionTable &table);

/// A linker of code in this process. It finds the functions of `table` and no
/// other symbols of the process, and runs no static constructors.
llvm::Expected<std::unique_ptr<llvm::orc::LLJIT>>
createLinker(llvm::orc::JITTargetMachineBuilder builder,
             const FunctionTable &table);

/// The address of a linked function.
llvm::Expected<llvm::orc::ExecutorAddr> findFunction(llvm::orc::LLJIT &linker,
                                                     llvm::StringRef name);

} // namespace mlir::cca

#endif // CCA_COMPILER_LINKER_H
