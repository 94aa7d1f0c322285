//===- Cta.h - One thread block of a kernel ---------------------*- C++ -*-===//

#ifndef CCA_LIB_SIMULATOR_CTA_H
#define CCA_LIB_SIMULATOR_CTA_H

#include "Agent.h"
#include "Barriers.h"
#include "SharedMemory.h"
#include "TimeModel.h"

#include <array>
#include <random>

namespace mlir::cca::sim {

struct Ring {
  struct Stage {
    MBarrier full, empty;
    /// Of the loads into it.
    unsigned slot;
  };
  hopper::RingOp op;
  int64_t offset;
  std::vector<Stage> stages;
  /// The consumer that has it for itself; none if all get from it.
  std::optional<int64_t> owner;
};

/// Something that is done later, at a moment that the scheduler chooses.
struct Async {
  /// Those of one stream are done in order; -1 is in no stream.
  int64_t stream;
  std::function<void()> finish;
  /// Of the policy `Timed`.
  double time;
};

using Dim3 = std::array<int64_t, 3>;

class Cta {
public:
  Cta(gpu::GPUFuncOp kernel, Dim3 block, Dim3 grid,
      const SimulatorOptions &options);

  LogicalResult run(ArrayRef<RuntimeValue> arguments);

  //===--------------------------------------------------------------------===//
  // For the ops
  //===--------------------------------------------------------------------===//

  /// Ends the agent and begins the roles.
  void specialize(Agent &agent, hopper::WarpSpecializeOp op);
  unsigned newSlot() { return numSlots++; }
  /// Bytes for `op` where its offset says, or behind all others if it has none.
  FailureOr<int64_t> reserve(Operation *op, std::optional<int64_t> offset,
                             int64_t bytes, int64_t alignment);
  /// The stage that a tile of a ring fills.
  Ring::Stage &stageOf(const SmemTile &tile);
  void later(Async async) { asyncs.push_back(std::move(async)); }
  int64_t newStream() { return numStreams++; }
  int64_t linearBlock() const;
  /// Notes what a track was busy with, if there is a trace.
  void trace(StringRef track, StringRef name, double begin, double end);

  gpu::GPUFuncOp kernel;
  const Dim3 block, grid;
  /// Whether it may begin before the kernel ahead has ended.
  bool isProgrammatic = false;
  /// Of the run: see `Agent::written`.
  std::shared_ptr<llvm::DenseSet<const void *>> written =
      std::make_shared<llvm::DenseSet<const void *>>();
  int64_t numConsumers = 1;
  int64_t numThreads = HopperTarget::threadsPerWarpgroup;
  SharedMemory smem;
  std::vector<Ring> rings;
  llvm::DenseMap<Operation *, int64_t> ringOf;
  /// First bytes of allocs, those of all consumers together.
  llvm::DenseMap<Operation *, int64_t> allocs;
  std::array<NamedBarrier, HopperTarget::namedBarriers> named;
  TimeModel time;

private:
  Agent &addAgent(std::string name);
  LogicalResult stepAgent(Agent &agent);
  void finishAsync(size_t index);
  LogicalResult runTimed();
  LogicalResult endRun();
  /// Advances the agent's time by what `op` costs it.
  void spend(Agent &agent, Operation *op, double begin);
  LogicalResult reportDeadlock();
  LogicalResult checkEnd();
  SmallVector<Agent *> findReady();
  SmallVector<size_t> findDue() const;

  const SimulatorOptions &options;
  std::vector<std::unique_ptr<Agent>> agents;
  Agent *current = nullptr;
  std::vector<Async> asyncs;
  std::mt19937_64 random;
  unsigned numSlots = 0;
  int64_t numStreams = 0;
  std::optional<int64_t> smemLimit;
  int64_t smemEnd = 0;
};

/// The bytes of a ring's stages, and of its barriers.
int64_t tileBytes(hopper::RingOp ring);
int64_t barrierBytes(hopper::RingOp ring);

/// Reports a tile whose stage the agent has left.
LogicalResult checkEntered(const Agent &agent, Operation *op,
                           const SmemTile &tile);

/// What the agent's threads do to shared memory themselves.
Access makeThreadAccess(Agent &agent, Operation *op, const SmemTile &tile);
/// What `slot` does for the agent, over at `time`.
Access makeAsyncAccess(Agent &agent, Operation *op, const SmemTile &tile,
                       std::string who, unsigned slot, uint32_t time);

} // namespace mlir::cca::sim

#endif // CCA_LIB_SIMULATOR_CTA_H
