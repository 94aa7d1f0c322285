//===- JIT.h - Code for this processor, in memory ---------------*- C++ -*-===//

#ifndef CCA_TOOLS_RUN_JIT_H
#define CCA_TOOLS_RUN_JIT_H

#include "Entry.h"

#include <memory>

namespace llvm {
namespace orc {
class LLJIT;
} // namespace orc
} // namespace llvm

namespace mlir {
namespace cca {

/// A module in machine code, and one function of it.
class JIT {
public:
  /// Compiles a module of the LLVM dialect by LLVM at -O3. `function` is the C
  /// interface of the entry: its parameters are pointers. Errors are reported
  /// at the entry.
  static FailureOr<JIT> compile(ModuleOp module, StringRef function,
                                const Entry &entry);

  /// Calls the function with the pointers in `args`; its result, or 0 if it has
  /// none.
  int32_t call(void **args) const { return function(args); }

  JIT(JIT &&);
  ~JIT();

private:
  explicit JIT(std::unique_ptr<llvm::orc::LLJIT> jit);

  std::unique_ptr<llvm::orc::LLJIT> jit;
  int32_t (*function)(void **) = nullptr;
};

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_RUN_JIT_H
