//===- Identifiers.h - Names in C -------------------------------*- C++ -*-===//

#ifndef CCA_TOOLS_COMPILE_IDENTIFIERS_H
#define CCA_TOOLS_COMPILE_IDENTIFIERS_H

#include "mlir/Support/LLVM.h"

namespace mlir::cca {

/// Whether `name` can be a name in C and in C++.
bool isIdentifier(StringRef name);

} // namespace mlir::cca

#endif // CCA_TOOLS_COMPILE_IDENTIFIERS_H
