//===- Optimize.h - LLVM's pipeline for a target ----------------*- C++ -*-===//

#ifndef CCA_COMPILER_OPTIMIZE_H
#define CCA_COMPILER_OPTIMIZE_H

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace mlir::cca {

/// Makes LLVM know this processor. Any number of threads may call it.
void initializeNativeTarget();

/// Optimises at -O3 for a target, which becomes that of the module.
void optimize(llvm::Module &module, llvm::TargetMachine &target);

} // namespace mlir::cca

#endif // CCA_COMPILER_OPTIMIZE_H
