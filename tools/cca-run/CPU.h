//===- CPU.h - An entry on this processor -----------------------*- C++ -*-===//

#ifndef CCA_TOOLS_RUN_CPU_H
#define CCA_TOOLS_RUN_CPU_H

#include "JIT.h"

namespace mlir {
namespace cca {

/// An entry in machine code.
class CompiledEntry {
public:
  /// How long the two halves of compilation took, in seconds.
  struct Times {
    double passes = 0;
    double llvm = 0;
  };

  /// Compiles the entry, and of the module what it needs, by `cca-to-cpu` and
  /// LLVM at -O3. The module is consumed: it ends in the LLVM dialect.
  static FailureOr<CompiledEntry> compile(ModuleOp module, const Entry &entry,
                                          Times &times);

  /// Runs it on inputs that fit its types, and returns its results. Inputs are
  /// copied first: compiled code may overwrite its arguments. If `seconds` is
  /// given, it is set to the time between call and return.
  SmallVector<NpyArray> run(ArrayRef<NpyArray> inputs,
                            double *seconds = nullptr) const;

private:
  CompiledEntry(JIT jit, const Entry &entry)
      : jit(std::move(jit)), results(entry.results) {}

  /// Takes an array of pointers: to the results' descriptors if there are any,
  /// then to the descriptor of each operand.
  JIT jit;
  SmallVector<RankedTensorType> results;
};

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_RUN_CPU_H
