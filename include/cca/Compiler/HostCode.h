//===- HostCode.h - The functions of the host -------------------*- C++ -*-===//

#ifndef CCA_COMPILER_HOSTCODE_H
#define CCA_COMPILER_HOSTCODE_H

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace mlir::cca {

enum class HostFormat {
  /// LLVM IR text.
  LLVM,
  /// A relocatable object.
  Object,
  /// An object for `Program`, which can call nothing but `getLaunchFunctions`.
  /// Beside each function it has `getPackedName` of it; see PackedEntry.h.
  PackedObject
};

/// The name of the function that takes the arguments of `function` as an array.
std::string getPackedName(StringRef function);

/// Compiles host functions for this kind of processor, as position-independent
/// code. The module is consumed: it ends in the LLVM dialect.
FailureOr<std::string> compileHost(ModuleOp module, HostFormat format);

} // namespace mlir::cca

#endif // CCA_COMPILER_HOSTCODE_H
