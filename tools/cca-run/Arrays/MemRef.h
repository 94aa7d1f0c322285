//===- MemRef.h - Buffers as compiled code sees them ------------*- C++ -*-===//

#ifndef CCA_TOOLS_RUN_ARRAYS_MEMREF_H
#define CCA_TOOLS_RUN_ARRAYS_MEMREF_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace mlir {
namespace cca {

/// A memref descriptor, as the LLVM dialect lays it out, in words of 8 bytes:
/// allocated pointer, aligned pointer, offset, sizes, strides. Offset and
/// strides count elements. Refers to the words; does not own them.
class MemRef {
public:
  static int64_t getNumWords(int64_t rank) { return 3 + 2 * rank; }

  MemRef(int64_t *words, int64_t rank) : words(words), rank(rank) {}

  /// Makes the words describe a contiguous buffer in row-major order.
  static void describe(llvm::MutableArrayRef<int64_t> words, void *data,
                       llvm::ArrayRef<int64_t> shape);

  /// What to pass to `free`.
  void *getAllocation() const { return reinterpret_cast<void *>(words[0]); }
  char *getFirstElement(int64_t elementSize) const {
    return reinterpret_cast<char *>(words[1]) + words[2] * elementSize;
  }
  llvm::ArrayRef<int64_t> getSizes() const { return {words + 3, size_t(rank)}; }
  llvm::ArrayRef<int64_t> getStrides() const {
    return {words + 3 + rank, size_t(rank)};
  }

private:
  int64_t *words;
  int64_t rank;
};

/// Copies all elements of a memref to one of the same sizes. Strides are free.
void copyElements(MemRef source, MemRef target, int64_t elementSize);

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_RUN_ARRAYS_MEMREF_H
