//===- Simulate.h - Running an entry in the simulator -----------*- C++ -*-===//

#ifndef CCA_TOOLS_RUN_SIMULATE_H
#define CCA_TOOLS_RUN_SIMULATE_H

#include "Entry.h"

#include "cca/Simulator/Simulator.h"

#include <string>

namespace mlir {
namespace cca {

/// Runs the entry on inputs that fit its types, and returns its results. Of a
/// module with cca ops, the passes of `cca-to-tiles` run first. If `traceFile`
/// is given, the timeline is written there.
FailureOr<SmallVector<NpyArray>>
simulateEntry(ModuleOp module, const Entry &entry, ArrayRef<NpyArray> inputs,
              SimulatorOptions options, StringRef traceFile);

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_RUN_SIMULATE_H
