//===- Isolation.h - Compiling what may not compile -------------*- C++ -*-===//

#ifndef CCA_LIB_CAPI_ISOLATION_H
#define CCA_LIB_CAPI_ISOLATION_H

#include "llvm/ADT/StringRef.h"

#include <functional>
#include <optional>
#include <string>

namespace mlir::cca {

/// Runs `compile` in a thread of its own, with a stack for deeply nested
/// modules, and waits for it. Where LLVM gives up for good, and would end the
/// process, that thread stops instead, and never ends. Returns what LLVM said
/// then. What `compile` uses must be its own, or live for ever.
std::optional<std::string> runIsolated(std::function<void()> compile);

/// The deepest nesting of brackets in the text of a module, strings and
/// comments left out. Parsers call themselves for each.
size_t getNesting(llvm::StringRef text);

} // namespace mlir::cca

#endif // CCA_LIB_CAPI_ISOLATION_H
