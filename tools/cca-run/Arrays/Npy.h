//===- Npy.h - NumPy array files --------------------------------*- C++ -*-===//
//
// Reads and writes the .npy format, versions 1.0 to 3.0, as specified in
// NumPy's `numpy.lib.format`: little-endian arrays in C order. Any other
// sequence of bytes, however broken, ends in an error that says what was
// expected.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_TOOLS_RUN_ARRAYS_NPY_H
#define CCA_TOOLS_RUN_ARRAYS_NPY_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace mlir {
namespace cca {

/// Element type of an array: NumPy's kind letter ('b', 'i', 'u', 'f', 'c', 'V')
/// and the size of an element in bytes.
struct NpyType {
  char kind = 0;
  unsigned size = 0;

  bool operator==(NpyType other) const {
    return kind == other.kind && size == other.size;
  }
  bool operator!=(NpyType other) const { return !(*this == other); }

  /// NumPy's name: "float32", "uint16"; "void16" for two opaque bytes, which is
  /// what NumPy writes for ml_dtypes' bfloat16.
  std::string getName() const;
};

/// An array in memory. `data` holds exactly the elements, in C order; it may
/// lie at any address.
struct NpyArray {
  NpyType type;
  llvm::SmallVector<int64_t> shape;
  llvm::StringRef data;

  /// What `data` points into, if this array owns it.
  std::unique_ptr<llvm::MemoryBuffer> storage;
};

/// Parses the bytes of a file. The array refers to `bytes`.
llvm::Expected<NpyArray> parseNpy(llvm::StringRef bytes);

/// Reads a file. Errors begin with its name.
llvm::Expected<NpyArray> readNpy(llvm::StringRef path);

/// Writes an array, as version 1.0 with the header padded to 64 bytes.
void writeNpy(llvm::raw_ostream &os, const NpyArray &array);

/// Number of elements, or nothing if it does not fit into 63 bits. Sizes are
/// not negative; the sizes beside a zero count too, since strides are made of
/// them.
std::optional<int64_t> getNumElements(llvm::ArrayRef<int64_t> shape);

/// "(2, 3)", "(5,)", "()": a shape as Python prints it.
std::string formatShape(llvm::ArrayRef<int64_t> shape);

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_RUN_ARRAYS_NPY_H
