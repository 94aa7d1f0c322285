//===- ElementBytes.cpp - Constants as arrays in memory -------------------===//

#include "cca/Support/ElementBytes.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

/// Bytes as they are stored: all, or one element for all.
static ArrayRef<char> getStored(ElementsAttr elements) {
  if (auto dense = dyn_cast<DenseElementsAttr>(elements))
    return dense.getRawData();
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements))
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      return blob->getData();
  return {};
}

std::optional<std::vector<char>> cca::getElementBytes(ElementsAttr elements) {
  Type type = elements.getElementType();
  if (!type.isIntOrFloat() || type.getIntOrFloatBitWidth() % 8)
    return std::nullopt;
  size_t width = type.getIntOrFloatBitWidth() / 8;
  size_t size = width * elements.getNumElements();
  ArrayRef<char> stored = getStored(elements);
  if (stored.size() == size)
    return std::vector<char>(stored.begin(), stored.end());
  if (stored.size() != width)
    return std::nullopt;
  std::vector<char> bytes;
  bytes.reserve(size);
  while (bytes.size() < size)
    bytes.insert(bytes.end(), stored.begin(), stored.end());
  return bytes;
}
