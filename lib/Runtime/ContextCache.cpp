//===- ContextCache.cpp - What is loaded once in each context -------------===//

#include "ContextCache.h"
#include "Error.h"

#include <stdlib.h>

using namespace cca;

pthread_mutex_t cca::loading = PTHREAD_MUTEX_INITIALIZER;

Loaded *cca::find(void **cache, unsigned long long context) {
  auto *entry = static_cast<Loaded *>(__atomic_load_n(cache, __ATOMIC_ACQUIRE));
  while (entry && entry->context != context)
    entry = entry->next;
  return entry;
}

Loaded *cca::add(void **cache, unsigned long long context, void *handle) {
  auto *entry = static_cast<Loaded *>(malloc(sizeof(Loaded)));
  if (!entry) {
    fail(CCA_ERROR_DRIVER, "out of memory");
    return nullptr;
  }
  // What every kernel may have without asking.
  constexpr int withoutAsking = 48 * 1024;
  *entry = {context, handle, withoutAsking, static_cast<Loaded *>(*cache)};
  __atomic_store_n(cache, entry, __ATOMIC_RELEASE);
  return entry;
}

int32_t cca::getCurrentContext(const Driver &driver,
                               unsigned long long &context) {
  CUcontext current = nullptr;
  if (CUresult result = driver.cuCtxGetCurrent(&current))
    return driver.fail(result, "cannot look for the current context");
  if (!current)
    return fail(CCA_ERROR_DRIVER,
                "expects a CUDA context to be current in the calling thread, "
                "but got none");
  if (CUresult result = driver.cuCtxGetId(current, &context))
    return driver.fail(result, "cannot identify the current context");
  return CCA_SUCCESS;
}
