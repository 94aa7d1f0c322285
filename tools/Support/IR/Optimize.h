//===- Optimize.h - LLVM's pipeline for a target ----------------*- C++ -*-===//

#ifndef CCA_TOOLS_SUPPORT_IR_OPTIMIZE_H
#define CCA_TOOLS_SUPPORT_IR_OPTIMIZE_H

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace mlir::cca {

/// Optimises at -O3 for a target, which becomes that of the module.
void optimize(llvm::Module &module, llvm::TargetMachine &target);

} // namespace mlir::cca

#endif // CCA_TOOLS_SUPPORT_IR_OPTIMIZE_H
