//===- HostCode.h - The functions of the host -------------------*- C++ -*-===//

#ifndef CCA_TOOLS_COMPILE_HOSTCODE_H
#define CCA_TOOLS_COMPILE_HOSTCODE_H

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace mlir::cca {

enum class HostFormat { LLVM, Object };

/// Compiles host functions for this kind of processor, as position-independent
/// code. The module is consumed: it ends in the LLVM dialect. Returns LLVM IR
/// text or a relocatable object.
FailureOr<std::string> compileHost(ModuleOp module, HostFormat format);

} // namespace mlir::cca

#endif // CCA_TOOLS_COMPILE_HOSTCODE_H
