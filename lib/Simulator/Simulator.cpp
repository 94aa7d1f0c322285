//===- Simulator.cpp - Running level 1 without a GPU ----------------------===//

#include "cca/Simulator/Simulator.h"

#include "Agent.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

/// The elements of a buffer in C order.
static SimulatorArray toArray(const Buffer &buffer) {
  SimulatorArray array;
  array.shape.assign(buffer.sizes.begin(), buffer.sizes.end());
  int64_t bytes = buffer.elementBytes();
  SmallVector<int64_t> index(buffer.sizes.size(), 0);
  if (llvm::is_contained(buffer.sizes, 0))
    return array;
  while (true) {
    const uint8_t *element = buffer.data() + buffer.byteOffset(index);
    array.bytes.insert(array.bytes.end(), element, element + bytes);
    int64_t dim = int64_t(index.size()) - 1;
    for (; dim >= 0 && ++index[dim] == buffer.sizes[dim]; --dim)
      index[dim] = 0;
    if (dim < 0)
      return array;
  }
}

static LogicalResult run(Agent &host, func::FuncOp function) {
  host.enter(function.getBody().front());
  while (!host.finished)
    if (step(host) == Step::Failed)
      return failure();
  return success();
}

static bool hasWorkspace(func::FuncOp function) {
  unsigned count = function.getNumArguments();
  return count &&
         function.getArgAttr(count - 1, hopper::workspaceAttrName) != nullptr;
}

FailureOr<int64_t>
cca::computeWorkspaceBytes(func::FuncOp entry,
                           ArrayRef<SmallVector<int64_t>> shapes) {
  if (!hasWorkspace(entry))
    return 0;
  std::string name = (entry.getName() + hopper::workspaceSizeSuffix).str();
  auto function = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      entry, StringAttr::get(entry.getContext(), name));
  if (!function)
    return entry.emitError("expects a function @")
           << name << " that says how large the workspace is";
  SimulatorOptions options;
  Agent host("host", options);
  for (BlockArgument argument : function.getArguments()) {
    auto size = function.getArgAttrOfType<DenseI64ArrayAttr>(
        argument.getArgNumber(), hopper::sizeOfAttrName);
    if (!size || size.size() != 2 || size[0] < 0 ||
        size[0] >= int64_t(shapes.size()) || size[1] < 0 ||
        size[1] >= int64_t(shapes[size[0]].size()))
      return function.emitError("expects argument #")
             << argument.getArgNumber() + 1 << " to be a size of an argument "
             << "of @" << entry.getName();
    host.set(argument, shapes[size[0]][size[1]]);
  }
  if (failed(run(host, function)))
    return failure();
  const int64_t *bytes = host.results.size() == 1
                             ? std::get_if<int64_t>(&host.results.front())
                             : nullptr;
  if (!bytes)
    return function.emitError("expects to return a number of bytes");
  return *bytes;
}

FailureOr<SmallVector<SimulatorArray>>
cca::simulate(func::FuncOp entry, ArrayRef<SimulatorArray> inputs,
              const SimulatorOptions &options) {
  Agent host("host", options);
  for (auto [argument, input] : llvm::zip(entry.getArguments(), inputs)) {
    auto type = cast<ShapedType>(argument.getType());
    Buffer buffer = Buffer::allocate(type.getElementType(), input.shape);
    *buffer.storage = input.bytes;
    host.set(argument, std::move(buffer));
  }
  if (hasWorkspace(entry)) {
    SmallVector<SmallVector<int64_t>> shapes;
    for (const SimulatorArray &input : inputs)
      shapes.push_back(input.shape);
    FailureOr<int64_t> bytes = computeWorkspaceBytes(entry, shapes);
    if (failed(bytes))
      return failure();
    BlockArgument workspace = entry.getArguments().back();
    Buffer buffer = Buffer::allocate(
        cast<MemRefType>(workspace.getType()).getElementType(), *bytes);
    // NaN, or -1: an element that nobody writes is seen.
    llvm::fill(*buffer.storage, 0xff);
    host.set(workspace, std::move(buffer));
  }
  if (failed(run(host, entry)))
    return failure();
  SmallVector<SimulatorArray> outputs;
  if (host.results.empty())
    host.results = host.getAll(entry.getArguments().take_front(inputs.size()));
  for (const RuntimeValue &result : host.results) {
    const auto *buffer = std::get_if<Buffer>(&result);
    if (!buffer)
      return entry.emitError("the simulator expects results that are tensors "
                             "or memrefs");
    outputs.push_back(toArray(*buffer));
  }
  return outputs;
}
