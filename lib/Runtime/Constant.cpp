//===- Constant.cpp - Constants in device memory --------------------------===//

#include "ContextCache.h"
#include "Error.h"

#include <stdio.h>

using namespace cca;

/// Copies on a stream of its own, which waits for nobody: another one may be
/// captured.
static CUresult copy(const Driver &driver, CUdeviceptr address,
                     const cca_constant &constant) {
  CUstream stream;
  if (CUresult result = driver.cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING))
    return result;
  CUresult result =
      driver.cuMemcpyHtoDAsync(address, constant.data, constant.bytes, stream);
  if (!result)
    result = driver.cuStreamSynchronize(stream);
  driver.cuStreamDestroy(stream);
  return result;
}

static Loaded *load(const Driver &driver, cca_constant &constant,
                    unsigned long long context) {
  if (Loaded *entry = find(&constant.loaded, context))
    return entry;
  RelaxedCapture relaxed(driver);
  CUdeviceptr address = 0;
  CUresult result = driver.cuMemAlloc(&address, constant.bytes);
  if (!result) {
    result = copy(driver, address, constant);
    if (!result)
      return add(&constant.loaded, context, reinterpret_cast<void *>(address));
    driver.cuMemFree(address);
  }
  char what[256];
  snprintf(what, sizeof(what), "cannot copy %lld bytes of %s to device memory",
           static_cast<long long>(constant.bytes), constant.name);
  driver.fail(result, what);
  return nullptr;
}

int32_t cca_get_constant(cca_constant *constant, void **address) {
  *address = nullptr;
  if (!constant->bytes)
    return CCA_SUCCESS;
  const Driver *driver = Driver::get();
  if (!driver)
    return CCA_ERROR_NO_DRIVER;
  unsigned long long context;
  if (int32_t status = getCurrentContext(*driver, context))
    return status;
  Loaded *entry = find(&constant->loaded, context);
  if (!entry) {
    pthread_mutex_lock(&loading);
    entry = load(*driver, *constant, context);
    pthread_mutex_unlock(&loading);
  }
  if (!entry)
    return CCA_ERROR_DRIVER;
  *address = entry->handle;
  return CCA_SUCCESS;
}
