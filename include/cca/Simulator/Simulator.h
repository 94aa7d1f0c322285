//===- Simulator.h - Running level 1 without a GPU --------------*- C++ -*-===//
//
// Executes host functions and the hopper kernels that they launch, op by op.
// What is asynchronous on the device (copies, matrix products, the roles of a
// kernel) happens at moments that a policy chooses. What the device would let
// pass silently is an error at the op that does it: reads of memory that nobody
// wrote, races, missing fences, deadlocks.
//
// Races do not depend on luck: each thread, copy and product has a vector
// clock, and an access must be ordered after all those that it conflicts with,
// however the interleaving of this run came out. The policies show what wrong
// programs compute.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_SIMULATOR_SIMULATOR_H
#define CCA_SIMULATOR_SIMULATOR_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <cstdint>
#include <vector>

namespace mlir::cca {

class Trace;

/// When asynchronous things happen, and which role goes on.
enum class SimulatorPolicy {
  Eager,  ///< copies and products are done at once; roles run until they wait
  Latest, ///< they are done when nothing else can go on, the last issued first
  Random, ///< any order that is legal, by a seed
  Timed,  ///< by a cost model of the multiprocessor: see CostModel.h
};

struct SimulatorOptions {
  SimulatorPolicy policy = SimulatorPolicy::Eager;
  /// Of the policy `Random`.
  uint64_t seed = 0;
  /// What `hopper.multiprocessor_count` returns. Few, so that blocks of a
  /// persistent kernel have several tiles each.
  int64_t multiprocessors = 4;
  /// Of the policy `Timed`: takes what happened when, if given.
  Trace *trace = nullptr;
};

/// A tensor in memory: little-endian, in C order.
struct SimulatorArray {
  SmallVector<int64_t> shape;
  std::vector<uint8_t> bytes;
};

/// The bytes of workspace that `entry` needs for arguments of these shapes, as
/// the function beside it says; 0 if it has no workspace.
FailureOr<int64_t> computeWorkspaceBytes(func::FuncOp entry,
                                         ArrayRef<SmallVector<int64_t>> shapes);

/// Runs `entry`, a function with a body, on one array per argument, each a
/// tensor or memref; a workspace is allocated and is no argument here. Returns
/// its results; of an entry without results, its arguments as it leaves them.
/// Errors are diagnostics at the ops that cause them.
FailureOr<SmallVector<SimulatorArray>>
simulate(func::FuncOp entry, ArrayRef<SimulatorArray> inputs,
         const SimulatorOptions &options);

} // namespace mlir::cca

#endif // CCA_SIMULATOR_SIMULATOR_H
