//===- PackedEntry.h - One signature for all functions ----------*- C++ -*-===//

#ifndef CCA_COMPILER_PACKEDENTRY_H
#define CCA_COMPILER_PACKEDENTRY_H

#include "mlir/Support/LLVM.h"

namespace llvm {
class Function;
} // namespace llvm

namespace mlir::cca {

/// Adds the function `int32_t <name>(void **arguments)` to the module of
/// `callee`, which it calls: with a pointer parameter as it stands in
/// `arguments`, with what stands there pointing to the value of any other. It
/// returns what that returns, or 0 if that is nothing. A result of 64 bits is
/// stored where one more pointer says, the last, and 0 returned. False if
/// `callee` is not defined or returns something else, or `name` is taken.
bool addPackedEntry(llvm::Function &callee, StringRef name);

} // namespace mlir::cca

#endif // CCA_COMPILER_PACKEDENTRY_H
