//===- Failure.h - Ending the program from anywhere -------------*- C++ -*-===//

#ifndef CCA_TOOLS_SUPPORT_FAILURE_H
#define CCA_TOOLS_SUPPORT_FAILURE_H

#include "llvm/ADT/StringRef.h"

#include <csignal>

namespace mlir {
namespace cca {

/// Ends the program with status 1, for code that cannot return an error:
/// compiled functions and the code generator. Prints `[<location>: ]error:
/// <message>` and removes unfinished files. Safe in a signal handler.
[[noreturn]] void exitWithError(llvm::StringRef message,
                                llvm::StringRef location = "");

/// Reports errors that LLVM holds for fatal (code it cannot generate) and ends
/// the program, as `exitWithError`.
void installFatalErrorHandler();

/// While it lives, signals that compiled code raises (a wild access, a division
/// by zero, a stack overflow) end the program with a message. Wrong indices in
/// a module cannot all be caught otherwise: not every access is checked.
class CompiledCodeGuard {
public:
  CompiledCodeGuard();
  ~CompiledCodeGuard();

private:
  static constexpr int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
  struct sigaction previous[std::size(signals)];
};

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_SUPPORT_FAILURE_H
