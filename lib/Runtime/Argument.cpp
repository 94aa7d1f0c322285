//===- Argument.cpp - Arguments of compiled functions ---------------------===//

#include "Error.h"

using namespace cca;

int32_t cca_fail(const char *message) {
  return fail(CCA_ERROR_INVALID_ARGUMENT, "%s", message);
}

int32_t cca_check_argument(const char *name, int64_t rank,
                           const int64_t *fields, const int64_t *expected) {
  const int64_t *sizes = fields + 1, *strides = sizes + rank;
  const int64_t *expectedSizes = expected + 1;
  const int64_t *expectedStrides = expectedSizes + rank;
  auto reject = [&](const char *what, int64_t dim, int64_t want, int64_t got) {
    return fail(CCA_ERROR_INVALID_ARGUMENT,
                "%s: expects a %s of %lld in dimension %lld, but got %lld",
                name, what, static_cast<long long>(want),
                static_cast<long long>(dim), static_cast<long long>(got));
  };

  if (*expected != CCA_ANY && *fields != *expected)
    return fail(CCA_ERROR_INVALID_ARGUMENT,
                "%s: expects an offset of %lld, but got %lld", name,
                static_cast<long long>(*expected),
                static_cast<long long>(*fields));
  bool isEmpty = false;
  for (int64_t dim = 0; dim < rank; ++dim) {
    if (sizes[dim] < 0)
      return fail(CCA_ERROR_INVALID_ARGUMENT,
                  "%s: expects sizes of 0 or more, but got %lld in dimension "
                  "%lld",
                  name, static_cast<long long>(sizes[dim]),
                  static_cast<long long>(dim));
    if (expectedSizes[dim] != CCA_ANY && sizes[dim] != expectedSizes[dim])
      return reject("size", dim, expectedSizes[dim], sizes[dim]);
    isEmpty |= sizes[dim] == 0;
  }
  for (int64_t dim = 0; dim < rank && !isEmpty; ++dim)
    if (expectedStrides[dim] != CCA_ANY && sizes[dim] > 1 &&
        strides[dim] != expectedStrides[dim])
      return reject("stride", dim, expectedStrides[dim], strides[dim]);
  return CCA_SUCCESS;
}

int32_t cca_check_workspace(const char *name, const void *address,
                            int64_t bytes, int64_t needed) {
  constexpr uintptr_t alignment = 256;
  if (bytes < needed)
    return fail(CCA_ERROR_INVALID_ARGUMENT,
                "%s: expects at least %lld bytes, but got %lld", name,
                static_cast<long long>(needed), static_cast<long long>(bytes));
  if (needed && (!address || reinterpret_cast<uintptr_t>(address) % alignment))
    return fail(CCA_ERROR_INVALID_ARGUMENT,
                "%s: expects an address that is a multiple of 256, but got %p",
                name, address);
  return CCA_SUCCESS;
}
