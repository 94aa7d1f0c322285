//===- TensorMap.cpp - Encoding tensor maps -------------------------------===//
//
// Limits: CUDA Driver API, cuTensorMapEncodeTiled. The driver's own error says
// only that some argument is invalid, so each is checked here first.
//
//===----------------------------------------------------------------------===//

#include "Driver.h"
#include "Error.h"

#include <stdio.h>

using namespace cca;

static constexpr int64_t alignment = 16;
static constexpr int64_t mapAlignment = 64;
static constexpr int64_t maxSize = INT64_C(1) << 32;
static constexpr int64_t maxStrideBytes = INT64_C(1) << 40;
static constexpr int64_t maxBox = 256;

namespace {
struct Element {
  int type;
  int64_t bytes;
};

/// The arrays that the driver takes, without a stride for the innermost
/// dimension.
struct Encoding {
  uint64_t sizes[CCA_MAX_DIMENSIONS];
  uint64_t strides[CCA_MAX_DIMENSIONS - 1];
  uint32_t box[CCA_MAX_DIMENSIONS];
};
} // namespace

/// Keeps the text `<tensor>: expects <what>, but got <got>`.
static int32_t reject(const cca_tensor &tensor, const char *what, int64_t got) {
  return fail(CCA_ERROR_INVALID_ARGUMENT, "%s: expects %s, but got %lld",
              tensor.name, what, static_cast<long long>(got));
}

/// The same about one dimension.
static int32_t reject(const cca_tensor &tensor, int64_t dim, const char *what,
                      int64_t got) {
  return fail(CCA_ERROR_INVALID_ARGUMENT,
              "%s: expects %s in dimension %lld, but got %lld", tensor.name,
              what, static_cast<long long>(tensor.dimension[dim]),
              static_cast<long long>(got));
}

static bool getElement(int64_t element, Element &result) {
  switch (element) {
  case CCA_F16:
    result = {CU_TENSOR_MAP_DATA_TYPE_FLOAT16, 2};
    return true;
  case CCA_BF16:
    result = {CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, 2};
    return true;
  case CCA_F32:
    result = {CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4};
    return true;
  default:
    return false;
  }
}

static bool getSwizzle(int64_t bytes, int &result) {
  switch (bytes) {
  case 16:
    result = CU_TENSOR_MAP_SWIZZLE_NONE;
    return true;
  case 32:
    result = CU_TENSOR_MAP_SWIZZLE_32B;
    return true;
  case 64:
    result = CU_TENSOR_MAP_SWIZZLE_64B;
    return true;
  case 128:
    result = CU_TENSOR_MAP_SWIZZLE_128B;
    return true;
  default:
    return false;
  }
}

/// Checks one dimension and fills its part of the arrays.
static int32_t encodeDimension(const cca_tensor &tensor, int64_t dim,
                               int64_t elementBytes, bool isEmpty,
                               Encoding &encoding) {
  int64_t size = tensor.size[dim];
  if (size < 0 || size > maxSize)
    return reject(tensor, dim, "a size of 0 to 4294967296", size);
  // The driver rejects sizes of 0. No tile of an empty tensor is ever copied.
  encoding.sizes[dim] = size > 0 ? size : 1;

  int64_t box = tensor.box[dim];
  if (box < 1 || box > maxBox)
    return reject(tensor, dim, "a box of 1 to 256 elements", box);
  encoding.box[dim] = static_cast<uint32_t>(box);

  int64_t stride = tensor.stride[dim];
  // Where there is one index or none the stride means nothing, and frameworks
  // leave anything there.
  if (isEmpty || size == 1)
    stride = dim == 0 ? 1 : alignment / elementBytes;
  if (dim == 0) {
    if (stride != 1)
      return reject(tensor, dim, "a stride of 1 element", stride);
    return CCA_SUCCESS;
  }
  if (stride < 0 || stride >= maxStrideBytes / elementBytes)
    return reject(tensor, dim, "a stride below 2^40 bytes, not negative,",
                  stride);
  int64_t strideBytes = stride * elementBytes;
  if (strideBytes % alignment)
    return reject(tensor, dim, "a stride that is a multiple of 16 bytes",
                  strideBytes);
  encoding.strides[dim - 1] = strideBytes;
  return CCA_SUCCESS;
}

static int32_t checkInnerBox(const cca_tensor &tensor, int64_t elementBytes) {
  int64_t bytes = tensor.box[0] * elementBytes;
  if (bytes % alignment)
    return reject(tensor, 0, "a box that is a multiple of 16 bytes", bytes);
  // Without a swizzle there is no span to stay in.
  if (tensor.swizzle != alignment && bytes > tensor.swizzle)
    return reject(tensor, 0, "a box within the span of the swizzle, in bytes,",
                  bytes);
  return CCA_SUCCESS;
}

int32_t cca_encode_tensor_map(void *map, const cca_tensor *tensor) {
  if (reinterpret_cast<uintptr_t>(map) % mapAlignment)
    return fail(CCA_ERROR_INVALID_ARGUMENT,
                "expects tensor maps at multiples of 64, but got %p", map);
  Element element;
  if (!getElement(tensor->element, element))
    return reject(*tensor, "an element type of cca_element", tensor->element);
  int swizzle;
  if (!getSwizzle(tensor->swizzle, swizzle))
    return reject(*tensor, "a swizzle of 16, 32, 64 or 128 bytes",
                  tensor->swizzle);
  if (tensor->rank < 1 || tensor->rank > CCA_MAX_DIMENSIONS)
    return reject(*tensor, "1 to 5 dimensions", tensor->rank);

  bool isEmpty = false;
  for (int64_t dim = 0; dim < tensor->rank; ++dim)
    isEmpty |= tensor->size[dim] == 0;
  Encoding encoding;
  for (int64_t dim = 0; dim < tensor->rank; ++dim)
    if (int32_t status =
            encodeDimension(*tensor, dim, element.bytes, isEmpty, encoding))
      return status;
  if (int32_t status = checkInnerBox(*tensor, element.bytes))
    return status;

  // An empty tensor may have no memory. Any address will do: none is read.
  void *address = isEmpty ? map : tensor->address;
  if (!address || reinterpret_cast<uintptr_t>(address) % alignment)
    return fail(CCA_ERROR_INVALID_ARGUMENT,
                "%s: expects an address that is a multiple of 16, but got %p",
                tensor->name, address);

  const Driver *driver = Driver::get();
  if (!driver)
    return CCA_ERROR_NO_DRIVER;
  static constexpr uint32_t steps[CCA_MAX_DIMENSIONS] = {1, 1, 1, 1, 1};
  CUresult result = driver->cuTensorMapEncodeTiled(
      map, element.type, static_cast<uint32_t>(tensor->rank), address,
      encoding.sizes, encoding.strides, encoding.box, steps,
      CU_TENSOR_MAP_INTERLEAVE_NONE, swizzle,
      CU_TENSOR_MAP_L2_PROMOTION_L2_256B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
  if (!result)
    return CCA_SUCCESS;
  char what[256];
  snprintf(what, sizeof(what), "%s: cannot encode a tensor map", tensor->name);
  return driver->fail(result, what);
}
