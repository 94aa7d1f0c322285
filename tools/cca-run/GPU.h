//===- GPU.h - An entry on a GPU --------------------------------*- C++ -*-===//

#ifndef CCA_TOOLS_RUN_GPU_H
#define CCA_TOOLS_RUN_GPU_H

#include "Entry.h"

#include "cca/Compiler/Program.h"

namespace mlir {
namespace cca {

/// Opens the first GPU. Reports an error if there is none, or no driver.
LogicalResult openGPU(const Entry &entry);

class DeviceArray;

/// An entry whose kernels run on the GPU.
class GPUEntry {
public:
  /// How long the parts of compilation took, in seconds.
  struct Times {
    double passes = 0;
    double llvm = 0;
  };

  /// Compiles the kernels of the module to PTX and its functions for this
  /// processor. The module is consumed.
  static FailureOr<GPUEntry> compile(ModuleOp module, const Entry &entry,
                                     llvm::SourceMgr &sources, Times &times);

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
  GPUEntry(Program program, const Entry &entry);

  /// Allocates the workspace that a call with these arguments needs, if any.
  LogicalResult prepareWorkspace(ArrayRef<void *> args,
                                 std::vector<DeviceArray> &workspace) const;

  Program program;
  Entry entry;
  /// Of the function of the program that takes pointers to descriptors, of
  /// operands, of results and of the workspace, and the stream.
  size_t index;
};

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_RUN_GPU_H
