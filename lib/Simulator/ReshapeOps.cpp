//===- ReshapeOps.cpp - Other shapes of the same memory -------------------===//

#include "Handlers.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

template <typename OpT>
static Step runCollapseShape(Agent &agent, OpT op) {
  const Buffer &source = agent.get<Buffer>(op.getSrc());
  Buffer result = source;
  result.sizes.clear();
  result.strides.clear();
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    int64_t size = 1, stride = 1;
    for (int64_t dim : llvm::reverse(group)) {
      // That of a size of 1 means nothing.
      if (size == 1)
        stride = source.strides[dim];
      else if (source.sizes[dim] > 1 && source.strides[dim] != stride * size) {
        op.emitError("expects dimensions that lie one inside of the other, but "
                     "got sizes ")
            << source.sizes << " and strides " << source.strides;
        return Step::Failed;
      }
      size *= source.sizes[dim];
    }
    result.sizes.push_back(size);
    result.strides.push_back(stride);
  }
  agent.set(op, std::move(result));
  return Step::Next;
}

template <typename OpT>
static Step runExpandShape(Agent &agent, OpT op) {
  const Buffer &source = agent.get<Buffer>(op.getSrc());
  SmallVector<int64_t> sizes(op.getStaticOutputShape());
  ValueRange dynamic = op.getOutputShape();
  for (int64_t &size : sizes)
    if (ShapedType::isDynamic(size)) {
      size = agent.getInt(dynamic.front());
      dynamic = dynamic.drop_front();
    }
  Buffer result = source;
  result.sizes.assign(sizes.begin(), sizes.end());
  result.strides.assign(sizes.size(), 1);
  for (auto [index, group] : llvm::enumerate(op.getReassociationIndices())) {
    int64_t size = 1;
    for (int64_t dim : llvm::reverse(group)) {
      result.strides[dim] = size * source.strides[index];
      size *= sizes[dim];
    }
    if (size != source.sizes[index]) {
      op.emitError("expects sizes that make ")
          << source.sizes[index] << " elements, but got "
          << ArrayRef<int64_t>(sizes);
      return Step::Failed;
    }
  }
  agent.set(op, std::move(result));
  return Step::Next;
}

/// Element by element, as a kernel would.
static Step runCopy(Agent &agent, memref::CopyOp op) {
  const Buffer &source = agent.get<Buffer>(op.getSource());
  const Buffer &target = agent.get<Buffer>(op.getTarget());
  if (source.sizes != target.sizes) {
    op.emitError("expects buffers of the same sizes, but got ")
        << source.sizes << " and " << target.sizes;
    return Step::Failed;
  }
  if (llvm::is_contained(source.sizes, 0))
    return Step::Next;
  SmallVector<int64_t> index(source.sizes.size(), 0);
  while (true) {
    const uint8_t *from = source.data() + source.byteOffset(index);
    std::copy(from, from + source.elementBytes(),
              target.data() + target.byteOffset(index));
    int64_t dim = int64_t(index.size()) - 1;
    for (; dim >= 0 && ++index[dim] == source.sizes[dim]; --dim)
      index[dim] = 0;
    if (dim < 0)
      return Step::Next;
  }
}

void sim::addReshapeOps(Handlers &handlers) {
  handlers.add(runCollapseShape<memref::CollapseShapeOp>);
  handlers.add(runCollapseShape<tensor::CollapseShapeOp>);
  handlers.add(runExpandShape<memref::ExpandShapeOp>);
  handlers.add(runExpandShape<tensor::ExpandShapeOp>);
  handlers.add(runCopy);
}
