//===- HostOps.cpp - Tensor maps and launches -----------------------------===//

#include "Cta.h"
#include "Handlers.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

static Step runMakeTensorMap(Agent &agent, hopper::MakeTensorMapOp op) {
  const Buffer &buffer = agent.get<Buffer>(op.getBuffer());
  constexpr int64_t alignment = HopperTarget::tmaAlignment;
  int64_t bytes = buffer.elementBytes();
  int64_t offset = buffer.base + buffer.offset * bytes;
  if (offset % alignment) {
    op.emitError("expects a buffer at a multiple of ")
        << alignment << " bytes, but got offset " << offset;
    return Step::Failed;
  }
  for (int64_t stride : ArrayRef(buffer.strides).drop_back())
    if (stride * bytes % alignment) {
      op.emitError("expects strides that are multiples of ")
          << alignment << " bytes, but got " << stride * bytes;
      return Step::Failed;
    }
  agent.set(op, TensorMap{buffer, op.getMap().getType()});
  return Step::Next;
}

static Step runMultiprocessorCount(Agent &agent,
                                   hopper::MultiprocessorCountOp op) {
  agent.set(op, agent.options.multiprocessors);
  return Step::Next;
}

static Step runCheckWorkspace(Agent &agent, hopper::CheckWorkspaceOp op) {
  int64_t bytes = agent.get<Buffer>(op.getWorkspace()).sizes.front();
  int64_t needed = agent.getInt(op.getBytes());
  if (bytes >= needed)
    return Step::Next;
  op.emitError("expects a workspace of at least ")
      << needed << " bytes, but got " << bytes;
  return Step::Failed;
}

static Dim3 getDim3(Agent &agent, gpu::KernelDim3 values) {
  return {agent.getInt(values.x), agent.getInt(values.y),
          agent.getInt(values.z)};
}

static Step runLaunch(Agent &agent, gpu::LaunchFuncOp op) {
  if (agent.cta) {
    op.emitError("the simulator expects launches by the host");
    return Step::Failed;
  }
  auto kernel = SymbolTable::lookupNearestSymbolFrom<gpu::GPUFuncOp>(
      op, op.getKernelAttr());
  if (!kernel || TypeRange(kernel.getArgumentTypes()) !=
                     TypeRange(op.getKernelOperands())) {
    op.emitError("expects a gpu.func that takes these operands, but got ")
        << op.getKernelAttr();
    return Step::Failed;
  }
  Dim3 grid = getDim3(agent, op.getGridSizeOperandValues());
  for (int64_t size : grid)
    if (size < 0) {
      op.emitError("expects a grid of 0 or more blocks in each dimension, but "
                   "got ")
          << size;
      return Step::Failed;
    }
  SmallVector<RuntimeValue> arguments = agent.getAll(op.getKernelOperands());
  if (!agent.written)
    agent.written = std::make_shared<llvm::DenseSet<const void *>>();
  // Blocks know nothing of each other: in any order, one after the other.
  for (int64_t z = 0; z < grid[2]; ++z)
    for (int64_t y = 0; y < grid[1]; ++y)
      for (int64_t x = 0; x < grid[0]; ++x) {
        Cta cta(kernel, {x, y, z}, grid, agent.options);
        cta.isProgrammatic = op->hasAttr(hopper::programmaticLaunchAttrName);
        cta.written = agent.written;
        if (failed(cta.run(arguments)))
          return Step::Failed;
      }
  return Step::Next;
}

void sim::addHostOps(Handlers &handlers) {
  handlers.add(runMakeTensorMap);
  handlers.add(runMultiprocessorCount);
  handlers.add(runCheckWorkspace);
  handlers.add(runLaunch);
}
