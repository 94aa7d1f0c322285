//===- Values.cpp - What SSA values are at run time -----------------------===//

#include "Values.h"

#include "cca/Layout/Fragment.h"
#include "cca/Support/Half.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

int64_t Tile::size() const {
  int64_t size = parts;
  for (int64_t extent : shape)
    size *= extent;
  return size;
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

int64_t Buffer::elementBytes() const { return sim::elementBytes(elementType); }

int64_t Buffer::byteOffset(ArrayRef<int64_t> indices) const {
  int64_t element = offset;
  for (auto [index, stride] : llvm::zip_equal(indices, strides))
    element += index * stride;
  return element * elementBytes();
}

bool Buffer::contains(ArrayRef<int64_t> indices) const {
  for (auto [index, size] : llvm::zip_equal(indices, sizes))
    if (index < 0 || index >= size)
      return false;
  int64_t begin = byteOffset(indices);
  return begin >= 0 &&
         begin + elementBytes() <= int64_t(storage->size()) - base;
}

Buffer Buffer::allocate(Type elementType, ArrayRef<int64_t> sizes) {
  Buffer buffer;
  buffer.elementType = elementType;
  buffer.sizes.assign(sizes.begin(), sizes.end());
  buffer.strides.resize(sizes.size());
  int64_t elements = 1;
  for (size_t dim = sizes.size(); dim-- > 0; elements *= sizes[dim])
    buffer.strides[dim] = elements;
  buffer.storage = std::make_shared<std::vector<uint8_t>>(
      elements * sim::elementBytes(elementType));
  return buffer;
}

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

int64_t sim::wrap(int64_t value, Type type) {
  unsigned width = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
  if (width == 1)
    return value & 1;
  return width >= 64 ? value : llvm::SignExtend64(value, width);
}

double sim::roundTo(double value, Type type) {
  if (type.isF64())
    return value;
  float single = float(value);
  roundTo(MutableArrayRef<float>(single), type);
  return single;
}

void sim::roundTo(MutableArrayRef<float> values, Type type) {
  if (type.isBF16())
    for (float &value : values)
      value = bf16ToFloat(floatToBf16(value));
  else if (type.isF16())
    for (float &value : values)
      value = f16ToFloat(floatToF16(value));
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

bool sim::isStorable(Type type) {
  return type.isBF16() || type.isF16() || type.isF32() || type.isF64() ||
         type.isIndex() || type.isInteger(1) || type.isInteger(8) ||
         type.isInteger(16) || type.isInteger(32) || type.isInteger(64);
}

int64_t sim::elementBytes(Type type) {
  return type.isIndex() ? 8 : llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
}

/// Applies `fn` to each stored element, whose bits are a `Stored`.
template <typename Stored, typename Value, typename Fn>
static void decodeAs(const uint8_t *bytes, MutableArrayRef<Value> out, Fn fn) {
  for (size_t i = 0, e = out.size(); i < e; ++i) {
    Stored stored;
    std::memcpy(&stored, bytes + i * sizeof(Stored), sizeof(Stored));
    out[i] = Value(fn(stored));
  }
}

template <typename Stored, typename Value, typename Fn>
static void encodeAs(ArrayRef<Value> values, uint8_t *bytes, Fn fn) {
  for (size_t i = 0, e = values.size(); i < e; ++i) {
    Stored stored = Stored(fn(values[i]));
    std::memcpy(bytes + i * sizeof(Stored), &stored, sizeof(Stored));
  }
}

void sim::decode(Type type, const uint8_t *bytes, MutableArrayRef<float> out) {
  if (type.isBF16())
    decodeAs<uint16_t>(bytes, out, bf16ToFloat);
  else if (type.isF16())
    decodeAs<uint16_t>(bytes, out, f16ToFloat);
  else if (type.isF64())
    decodeAs<double>(bytes, out, [](double value) { return value; });
  else
    decodeAs<float>(bytes, out, [](float value) { return value; });
}

void sim::decode(Type type, const uint8_t *bytes,
                 MutableArrayRef<int64_t> out) {
  auto same = [](auto value) { return value; };
  switch (elementBytes(type)) {
  case 1:
    return decodeAs<int8_t>(bytes, out,
                            [type](int8_t value) { return wrap(value, type); });
  case 2:
    return decodeAs<int16_t>(bytes, out, same);
  case 4:
    return decodeAs<int32_t>(bytes, out, same);
  default:
    return decodeAs<int64_t>(bytes, out, same);
  }
}

void sim::encode(Type type, ArrayRef<float> values, uint8_t *bytes) {
  if (type.isBF16())
    encodeAs<uint16_t>(values, bytes, floatToBf16);
  else if (type.isF16())
    encodeAs<uint16_t>(values, bytes, floatToF16);
  else if (type.isF64())
    encodeAs<double>(values, bytes, [](float value) { return value; });
  else
    encodeAs<float>(values, bytes, [](float value) { return value; });
}

void sim::encode(Type type, ArrayRef<int64_t> values, uint8_t *bytes) {
  auto same = [](int64_t value) { return value; };
  switch (elementBytes(type)) {
  case 1:
    return encodeAs<int8_t>(values, bytes, same);
  case 2:
    return encodeAs<int16_t>(values, bytes, same);
  case 4:
    return encodeAs<int32_t>(values, bytes, same);
  default:
    return encodeAs<int64_t>(values, bytes, same);
  }
}

RuntimeValue sim::decodeScalar(Type type, const uint8_t *bytes) {
  if (type.isF64()) {
    double value;
    std::memcpy(&value, bytes, sizeof(value));
    return value;
  }
  if (isa<FloatType>(type)) {
    float value;
    decode(type, bytes, MutableArrayRef<float>(value));
    return double(value);
  }
  int64_t value;
  decode(type, bytes, MutableArrayRef<int64_t>(value));
  return value;
}

void sim::encodeScalar(Type type, const RuntimeValue &value, uint8_t *bytes) {
  if (type.isF64())
    std::memcpy(bytes, &std::get<double>(value), sizeof(double));
  else if (isa<FloatType>(type))
    encode(type, ArrayRef<float>(float(std::get<double>(value))), bytes);
  else
    encode(type, ArrayRef<int64_t>(std::get<int64_t>(value)), bytes);
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

std::shared_ptr<Tile> sim::makeTile(RankedTensorType type) {
  auto tile = std::make_shared<Tile>();
  tile->shape.assign(type.getShape().begin(), type.getShape().end());
  if (hopper::isPartialRows(type))
    tile->parts = Fragment::lanesPerRow;
  if (isa<FloatType>(type.getElementType()))
    tile->floats.resize(tile->size());
  else
    tile->ints.resize(tile->size());
  return tile;
}

std::shared_ptr<Tile> sim::decodeTile(RankedTensorType type,
                                      const uint8_t *bytes) {
  auto tile = makeTile(type);
  if (isa<FloatType>(type.getElementType()))
    decode(type.getElementType(), bytes, MutableArrayRef<float>(tile->floats));
  else
    decode(type.getElementType(), bytes, MutableArrayRef<int64_t>(tile->ints));
  return tile;
}

std::vector<uint8_t> sim::encodeTile(Type elementType, const Tile &tile) {
  std::vector<uint8_t> bytes(tile.size() * elementBytes(elementType));
  if (isa<FloatType>(elementType))
    encode(elementType, ArrayRef<float>(tile.floats), bytes.data());
  else
    encode(elementType, ArrayRef<int64_t>(tile.ints), bytes.data());
  return bytes;
}
