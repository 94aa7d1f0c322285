//===- GPU.h - An entry on a GPU --------------------------------*- C++ -*-===//

#ifndef CCA_TOOLS_RUN_GPU_H
#define CCA_TOOLS_RUN_GPU_H

#include "JIT.h"

namespace mlir {
namespace cca {

/// Opens the first GPU. Reports an error if there is none, or no driver.
LogicalResult openGPU(const Entry &entry);

/// An entry whose kernels run on the GPU.
class GPUEntry {
public:
  /// How long the parts of compilation took, in seconds.
  struct Times {
    double passes = 0;
    double llvm = 0;
  };

  /// Compiles the kernels of the module to PTX and its functions for this
  /// processor. `argumentShapes` are those of the arrays that it will be run
  /// on, operands and then results. The module is consumed.
  static FailureOr<GPUEntry>
  compile(ModuleOp module, const Entry &entry,
          ArrayRef<SmallVector<int64_t>> argumentShapes, Times &times);

  /// Copies inputs to the GPU, runs the entry, and copies its results back:
  /// those of an entry on tensors have the given shapes, and are full of 0xff
  /// bytes before; those of an entry on buffers are its arguments.
  ///
  /// If `measure` is given, it is called with a function that runs the entry
  /// again, by itself, and returns the seconds that the GPU took.
  FailureOr<SmallVector<NpyArray>>
  run(ArrayRef<NpyArray> inputs, ArrayRef<SmallVector<int64_t>> resultShapes,
      llvm::function_ref<LogicalResult(llvm::function_ref<FailureOr<double>()>)>
          measure = nullptr) const;

private:
  GPUEntry(JIT jit, const Entry &entry, std::optional<int64_t> workspaceBytes)
      : jit(std::move(jit)), entry(entry), workspaceBytes(workspaceBytes) {}

  /// Takes pointers to descriptors, of operands, of results and of the
  /// workspace, and the stream.
  JIT jit;
  Entry entry;
  /// None if it takes no workspace.
  std::optional<int64_t> workspaceBytes;
};

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_RUN_GPU_H
