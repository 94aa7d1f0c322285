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
    const uint8_t *element = buffer.storage->data() + buffer.byteOffset(index);
    array.bytes.insert(array.bytes.end(), element, element + bytes);
    int64_t dim = int64_t(index.size()) - 1;
    for (; dim >= 0 && ++index[dim] == buffer.sizes[dim]; --dim)
      index[dim] = 0;
    if (dim < 0)
      return array;
  }
}

FailureOr<SmallVector<SimulatorArray>>
cca::simulate(func::FuncOp entry, ArrayRef<SimulatorArray> inputs,
              const SimulatorOptions &options) {
  Agent host("host", options);
  for (auto [argument, input] : llvm::zip_equal(entry.getArguments(), inputs)) {
    auto type = cast<ShapedType>(argument.getType());
    Buffer buffer = Buffer::allocate(type.getElementType(), input.shape);
    *buffer.storage = input.bytes;
    host.set(argument, std::move(buffer));
  }
  host.enter(entry.getBody().front());
  while (!host.finished)
    if (step(host) == Step::Failed)
      return failure();
  SmallVector<SimulatorArray> outputs;
  if (host.results.empty())
    host.results = host.getAll(entry.getArguments());
  for (const RuntimeValue &result : host.results) {
    const auto *buffer = std::get_if<Buffer>(&result);
    if (!buffer)
      return entry.emitError("the simulator expects results that are tensors "
                             "or memrefs");
    outputs.push_back(toArray(*buffer));
  }
  return outputs;
}
