//===- Failure.cpp - Ending the program from anywhere ---------------------===//

#include "Support/Failure.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Signals.h"

#include <cstdlib>
#include <cstring>
#include <unistd.h>

using namespace mlir::cca;
using llvm::StringRef;

static void writeToStderr(StringRef text) {
  while (!text.empty()) {
    ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0)
      return;
    text = text.drop_front(written);
  }
}

void mlir::cca::exitWithError(StringRef message, StringRef location) {
  writeToStderr(location);
  writeToStderr(location.empty() ? "error: " : ": error: ");
  writeToStderr(message.rtrim('\n'));
  writeToStderr("\n");
  llvm::sys::RunInterruptHandlers();
  std::_Exit(1);
}

void mlir::cca::installFatalErrorHandler() {
  llvm::install_fatal_error_handler(
      [](void *, const char *reason, bool) { exitWithError(reason); });
}

static void handleSignal(int signal) {
  switch (signal) {
  case SIGFPE:
    exitWithError("the entry divided an integer by zero, or overflowed");
  case SIGILL:
    exitWithError("the entry reached an instruction that is not to be reached");
  default:
    exitWithError("the entry accessed memory outside of its buffers, or "
                  "overflowed the stack");
  }
}

CompiledCodeGuard::CompiledCodeGuard() {
  struct sigaction action = {};
  action.sa_handler = handleSignal;
  // A stack that overflowed has no room for a handler: LLVM provides another.
  action.sa_flags = SA_ONSTACK | SA_RESETHAND | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  for (auto [signal, old] : llvm::zip_equal(signals, previous))
    sigaction(signal, &action, &old);
}

CompiledCodeGuard::~CompiledCodeGuard() {
  for (auto [signal, old] : llvm::zip_equal(signals, previous))
    sigaction(signal, &old, nullptr);
}
