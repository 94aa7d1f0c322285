//===- Box.cpp - What one copy moves in device memory ---------------------===//

#include "Box.h"

#include <cstring>

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

Box Box::get(const Agent &agent, Value map, ValueRange coordinates) {
  Box box;
  box.map = agent.get<TensorMap>(map);
  for (Value coordinate : coordinates)
    box.coordinates.push_back(agent.getInt(coordinate));
  ArrayRef<int64_t> sizes = box.map.type.getBox();
  SmallVector<int64_t, 2> dims;
  for (auto [dim, size] : llvm::enumerate(sizes))
    if (size != 1)
      dims.push_back(dim);
  box.rowDim = dims[0];
  box.colDim = dims[1];
  box.rows = sizes[box.rowDim];
  box.cols = sizes[box.colDim];
  return box;
}

template <typename Fn>
void Box::forEachInside(int64_t begin, int64_t end, Fn fn) const {
  const Buffer &buffer = map.buffer;
  int64_t first = buffer.offset, bytes = buffer.elementBytes();
  for (auto [dim, at] : llvm::enumerate(coordinates)) {
    bool moves = int64_t(dim) == rowDim || int64_t(dim) == colDim;
    if (!moves && (at < 0 || at >= buffer.sizes[dim]))
      return;
    first += at * buffer.strides[dim];
  }
  for (int64_t row = begin; row < end; ++row) {
    int64_t inTensor = coordinates[rowDim] + row;
    if (inTensor < 0 || inTensor >= buffer.sizes[rowDim])
      continue;
    int64_t left = std::max<int64_t>(0, -coordinates[colDim]);
    int64_t right = std::min(cols, buffer.sizes[colDim] - coordinates[colDim]);
    for (int64_t col = left; col < right; ++col)
      fn(row * cols + col,
         buffer.data() + (first + row * buffer.strides[rowDim] +
                          col * buffer.strides[colDim]) *
                             bytes);
  }
}

void Box::load(uint8_t *out, int64_t begin, int64_t end) const {
  int64_t bytes = map.buffer.elementBytes();
  std::memset(out + begin * cols * bytes, 0, (end - begin) * cols * bytes);
  forEachInside(begin, end, [&](int64_t element, const uint8_t *address) {
    std::memcpy(out + element * bytes, address, bytes);
  });
}

void Box::store(const uint8_t *in, bool reduce) const {
  Type type = map.buffer.elementType;
  int64_t bytes = map.buffer.elementBytes();
  forEachInside(0, rows, [&](int64_t element, uint8_t *address) {
    const uint8_t *value = in + element * bytes;
    if (!reduce) {
      std::memcpy(address, value, bytes);
      return;
    }
    RuntimeValue old = decodeScalar(type, address);
    RuntimeValue more = decodeScalar(type, value);
    if (isa<FloatType>(type))
      encodeScalar(type, std::get<double>(old) + std::get<double>(more),
                   address);
    else
      encodeScalar(type, std::get<int64_t>(old) + std::get<int64_t>(more),
                   address);
  });
}
