//===- MemRef.cpp - Buffers as compiled code sees them --------------------===//

#include "Arrays/MemRef.h"

#include "llvm/ADT/STLExtras.h"

#include <cstring>

using namespace mlir::cca;

void MemRef::describe(llvm::MutableArrayRef<int64_t> words, void *data,
                      llvm::ArrayRef<int64_t> shape) {
  size_t rank = shape.size();
  words[0] = words[1] = reinterpret_cast<int64_t>(data);
  words[2] = 0;
  llvm::copy(shape, words.begin() + 3);
  // Unsigned: beside a size of 0 the others may be of any size, and wrap.
  uint64_t stride = 1;
  for (size_t dim = rank; dim-- > 0; stride *= shape[dim])
    words[3 + rank + dim] = int64_t(stride);
}

void mlir::cca::copyElements(MemRef source, MemRef target,
                             int64_t elementSize) {
  llvm::ArrayRef<int64_t> sizes = source.getSizes();
  if (llvm::is_contained(sizes, 0))
    return;
  // Rows that are contiguous on both sides are copied as a whole.
  int64_t numLoops = sizes.size();
  int64_t bytes = elementSize;
  if (numLoops > 0 && source.getStrides().back() == 1 &&
      target.getStrides().back() == 1)
    bytes *= sizes[--numLoops];

  const char *from = source.getFirstElement(elementSize);
  char *to = target.getFirstElement(elementSize);
  llvm::SmallVector<int64_t> index(numLoops, 0);
  int64_t dim;
  do {
    std::memcpy(to, from, bytes);
    // The next index in row-major order: one step in a dimension, and all steps
    // back in those that are through.
    for (dim = numLoops - 1; dim >= 0; --dim) {
      int64_t fromStep = source.getStrides()[dim] * elementSize;
      int64_t toStep = target.getStrides()[dim] * elementSize;
      if (++index[dim] < sizes[dim]) {
        from += fromStep;
        to += toStep;
        break;
      }
      index[dim] = 0;
      from -= (sizes[dim] - 1) * fromStep;
      to -= (sizes[dim] - 1) * toStep;
    }
  } while (dim >= 0);
}
