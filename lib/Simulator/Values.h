//===- Values.h - What SSA values are at run time ---------------*- C++ -*-===//

#ifndef CCA_LIB_SIMULATOR_VALUES_H
#define CCA_LIB_SIMULATOR_VALUES_H

#include "cca/Dialect/Hopper/IR/Hopper.h"

#include <memory>
#include <variant>
#include <vector>

namespace mlir::cca::sim {

/// A tile or the rows of one: floats for any floating-point type, already
/// rounded to it, integers for the others.
struct Tile {
  SmallVector<int64_t, 2> shape;
  /// Values per element: four for partial rows, one for each lane that shares a
  /// row, so that a missing combination shows in the numbers.
  int64_t parts = 1;
  std::vector<float> floats;
  std::vector<int64_t> ints;

  int64_t size() const;
};

/// A tile in registers. `settled` says that no thread can still be writing it
/// when the tensor cores read it: it went through a fence or comes out of a
/// wait.
struct TileValue {
  std::shared_ptr<const Tile> data;
  bool settled = false;
};

/// A tensor or memref in device memory. Offset and strides count elements.
struct Buffer {
  std::shared_ptr<std::vector<uint8_t>> storage;
  /// Bytes of the storage before the memory that the offset counts from.
  int64_t base = 0;
  Type elementType;
  int64_t offset = 0;
  SmallVector<int64_t, 5> sizes;
  SmallVector<int64_t, 5> strides;

  int64_t elementBytes() const;
  uint8_t *data() const { return storage->data() + base; }
  /// Bytes from `data`.
  int64_t byteOffset(ArrayRef<int64_t> indices) const;
  /// Whether the indices are inside, and what they lead to, too.
  bool contains(ArrayRef<int64_t> indices) const;

  static Buffer allocate(Type elementType, ArrayRef<int64_t> sizes);
};

struct TensorMap {
  Buffer buffer;
  hopper::TensorMapType type;
};

/// A tile in shared memory.
struct SmemTile {
  int64_t address = 0;
  hopper::SmemType type;
  /// The ring it is a stage of, and which put or get of the agent, if it is.
  int64_t ring = -1;
  int64_t turn = 0;
};

struct RingValue {
  int64_t index;
};

/// A matrix product on its way; see MatrixOps.cpp.
struct Product;

using RuntimeValue =
    std::variant<std::monostate, int64_t, double, TileValue, Buffer, TensorMap,
                 SmemTile, RingValue, std::shared_ptr<Product>>;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// `value` as a value of an integer type or index: i1 is 0 or 1, all others
/// are signed.
int64_t wrap(int64_t value, Type type);
/// `value` rounded to a floating-point type, to nearest even.
double roundTo(double value, Type type);
void roundTo(MutableArrayRef<float> values, Type type);

/// Elements in memory to values and back. `Type` is one that `isStorable`.
bool isStorable(Type elementType);
int64_t elementBytes(Type elementType);
void decode(Type elementType, const uint8_t *bytes, MutableArrayRef<float> out);
void decode(Type elementType, const uint8_t *bytes,
            MutableArrayRef<int64_t> out);
void encode(Type elementType, ArrayRef<float> values, uint8_t *bytes);
void encode(Type elementType, ArrayRef<int64_t> values, uint8_t *bytes);
/// One element, as a scalar.
RuntimeValue decodeScalar(Type elementType, const uint8_t *bytes);
void encodeScalar(Type elementType, const RuntimeValue &value, uint8_t *bytes);

/// An uninitialised tile of a tensor type.
std::shared_ptr<Tile> makeTile(RankedTensorType type);
/// Tile from the bytes of its elements, row by row, and back.
std::shared_ptr<Tile> decodeTile(RankedTensorType type, const uint8_t *bytes);
std::vector<uint8_t> encodeTile(Type elementType, const Tile &tile);

} // namespace mlir::cca::sim

#endif // CCA_LIB_SIMULATOR_VALUES_H
