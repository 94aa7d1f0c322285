//===- Handlers.h - Which function executes which op ------------*- C++ -*-===//

#ifndef CCA_LIB_SIMULATOR_HANDLERS_H
#define CCA_LIB_SIMULATOR_HANDLERS_H

#include "Agent.h"

namespace mlir::cca::sim {

/// Functions `Step (Agent &, SomeOp)` by the type of the op.
class Handlers {
public:
  using Handler = std::function<Step(Agent &, Operation *)>;

  template <typename OpT>
  void add(Step (*handler)(Agent &, OpT)) {
    table[TypeID::get<OpT>()] = [handler](Agent &agent, Operation *op) {
      return handler(agent, cast<OpT>(op));
    };
  }
  template <typename OpT>
  void addGeneric(Handler handler) {
    table[TypeID::get<OpT>()] = std::move(handler);
  }
  const Handler *lookup(TypeID op) const {
    auto it = table.find(op);
    return it == table.end() ? nullptr : &it->second;
  }

private:
  llvm::DenseMap<TypeID, Handler> table;
};

/// Reports an op that is valid IR, but that its handler cannot execute.
LogicalResult checkOp(const Agent &agent, Operation *op);

/// Remembers the device memory that an op of a kernel writes.
void noteWrites(const Agent &agent, Operation *op);

// One for each file of ops.
void addScalarOps(Handlers &handlers);
void addConversionOps(Handlers &handlers);
void addControlFlowOps(Handlers &handlers);
void addBufferOps(Handlers &handlers);
void addReshapeOps(Handlers &handlers);
void addHostOps(Handlers &handlers);
void addTileOps(Handlers &handlers);
void addColumnOps(Handlers &handlers);
void addRowOps(Handlers &handlers);
void addMatrixOps(Handlers &handlers);
void addMemoryOps(Handlers &handlers);
void addCopyOps(Handlers &handlers);
void addRingOps(Handlers &handlers);
void addBarrierOps(Handlers &handlers);

} // namespace mlir::cca::sim

#endif // CCA_LIB_SIMULATOR_HANDLERS_H
