//===- Agent.h - Something that executes ops --------------------*- C++ -*-===//
//
// The host, a sequential kernel, or a role of a kernel: a stack of positions
// and an environment of values. It executes one op per step and can be left and
// resumed between any two.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_SIMULATOR_AGENT_H
#define CCA_LIB_SIMULATOR_AGENT_H

#include "Clock.h"
#include "Values.h"

#include "cca/Simulator/Simulator.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#include <functional>
#include <optional>
#include <string>

namespace mlir::cca::sim {

class Cta;

/// What became of an op.
enum class Step {
  Next,   ///< done: the next op of the block follows
  Jump,   ///< done: the op has set the position itself
  Wait,   ///< not done: to be executed again when `Agent::wait` is over
  Failed, ///< an error has been reported
};

/// Why an agent does not go on.
struct Wait {
  std::function<bool()> isOver;
  /// What is waited for, as in "waits for %s".
  std::string what;
  /// Of the policy `Timed`: its end has been taken into account.
  bool noticed = false;
};

struct Agent {
  Agent(std::string name, const SimulatorOptions &options, Cta *cta = nullptr)
      : name(std::move(name)), options(options), cta(cta) {}

  std::string name;
  const SimulatorOptions &options;
  /// The thread block that it is part of; none for the host.
  Cta *cta;

  //===--------------------------------------------------------------------===//
  // Sequential execution
  //===--------------------------------------------------------------------===//

  /// The op to execute next, region by region outwards.
  SmallVector<Operation *> stack;
  llvm::DenseMap<Value, RuntimeValue> env;
  std::optional<Wait> wait;
  bool finished = false;
  /// Whether the kernel ahead of its own may still be running.
  bool mayBeEarly = false;
  /// The device memory that kernels of this run have written.
  std::shared_ptr<llvm::DenseSet<const void *>> written;
  /// Of the host: what its function returned.
  SmallVector<RuntimeValue> results;

  template <typename T>
  const T &get(Value value) const {
    return std::get<T>(env.find(value)->second);
  }
  int64_t getInt(Value value) const { return get<int64_t>(value); }
  const Tile &getTile(Value value) const { return *get<TileValue>(value).data; }
  void set(Value value, RuntimeValue to) { env[value] = std::move(to); }
  void setTile(Value value, std::shared_ptr<const Tile> tile,
               bool settled = false) {
    env[value] = TileValue{std::move(tile), settled};
  }
  SmallVector<RuntimeValue> getAll(ValueRange values) const;
  void setAll(ValueRange values, ArrayRef<RuntimeValue> to);

  /// Goes on in a block, and comes back by `leave`.
  void enter(Block &block) { stack.push_back(&block.front()); }
  void leave() {
    stack.pop_back();
    stack.back() = stack.back()->getNextNode();
  }
  Step waitFor(std::string what, std::function<bool()> isOver) {
    wait = Wait{std::move(isOver), std::move(what), false};
    return Step::Wait;
  }
  bool isReady() const { return !finished && (!wait || wait->isOver()); }

  //===--------------------------------------------------------------------===//
  // Of a role
  //===--------------------------------------------------------------------===//

  /// Which consumer it is; none is the producer or a sequential kernel.
  std::optional<int64_t> consumer;
  bool isProducer = false;
  /// The thread that issues copies and products, and the others of the
  /// warpgroup. The producer is the first alone.
  Thread leader, others;

  /// Puts and gets so far, by ring, and those gets that it has left to others.
  llvm::DenseMap<int64_t, int64_t> puts, gets, skips;
  /// Stages entered and not left, with the op that entered.
  llvm::DenseMap<std::pair<int64_t, int64_t>, Operation *> openPuts, openGets;

  /// The phase of a named barrier whose end it waits for.
  std::optional<uint64_t> barrierPhase;

  /// Products issued: those of no group yet, and those not waited for.
  SmallVector<std::shared_ptr<Product>> uncommitted, unwaited;
  unsigned productSlot = 0;
  int64_t productStream = 0;
  uint32_t groupsCommitted = 0, groupsCompleted = 0;
  /// Whether nothing but products has used registers since a fence of them.
  bool registersFenced = false;

  unsigned storeSlot = 0;
  int64_t storeStream = 0;
  uint32_t storesIssued = 0, storesCompleted = 0;
  Operation *lastStore = nullptr;

  /// Of the policy `Timed`: cycles since the kernel began.
  double time = 0;

  /// Applies `fn` to its one or two threads.
  template <typename Fn>
  void forEachThread(Fn fn) {
    fn(leader);
    if (!isProducer)
      fn(others);
  }
  /// Publishes what its threads know and have done.
  void release(Knowledge &to);
  void acquire(const Knowledge &from);
};

/// Executes the next op of an agent.
Step step(Agent &agent);

} // namespace mlir::cca::sim

#endif // CCA_LIB_SIMULATOR_AGENT_H
