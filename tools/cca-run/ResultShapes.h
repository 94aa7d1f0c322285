//===- ResultShapes.h - How large results are -------------------*- C++ -*-===//

#ifndef CCA_TOOLS_RUN_RESULTSHAPES_H
#define CCA_TOOLS_RUN_RESULTSHAPES_H

#include "Entry.h"

namespace mlir {
namespace cca {

/// The shape of each result of an entry on tensors, given its inputs: code that
/// launches kernels is given buffers for results. What the entry says about
/// sizes is compiled for this processor and run, with all run-time checks; what
/// it computes is left out. The module is not changed.
FailureOr<SmallVector<SmallVector<int64_t>>>
computeResultShapes(ModuleOp module, const Entry &entry,
                    ArrayRef<NpyArray> inputs);

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_RUN_RESULTSHAPES_H
