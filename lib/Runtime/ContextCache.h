//===- ContextCache.h - What is loaded once in each context -----*- C++ -*-===//

#ifndef CCA_LIB_RUNTIME_CONTEXTCACHE_H
#define CCA_LIB_RUNTIME_CONTEXTCACHE_H

#include "Driver.h"

#include <pthread.h>

namespace cca {

/// A module, a kernel or a constant in one context. Contexts are told apart by
/// their ids, which are not used again, unlike their addresses. An entry is
/// never removed: a program has few contexts.
struct Loaded {
  unsigned long long context;
  void *handle;
  /// Of a kernel: the dynamic shared memory that it may ask for.
  int sharedMemory;
  Loaded *next;
};

/// Guards all changes of caches. Lookups take no lock.
extern pthread_mutex_t loading;

/// The entry of a context; null if there is none.
Loaded *find(void **cache, unsigned long long context);

/// Adds an entry, under the lock. Null, with the error kept, if there is no
/// memory.
Loaded *add(void **cache, unsigned long long context, void *handle);

/// The id of the context that is current in this thread. Keeps the error if
/// there is none.
int32_t getCurrentContext(const Driver &driver, unsigned long long &context);

/// While it lives, this thread may load though a stream is captured: loading is
/// no part of what is captured.
class RelaxedCapture {
public:
  explicit RelaxedCapture(const Driver &driver) : driver(driver) {
    driver.cuThreadExchangeStreamCaptureMode(&mode);
  }
  ~RelaxedCapture() { driver.cuThreadExchangeStreamCaptureMode(&mode); }

private:
  const Driver &driver;
  int mode = CU_STREAM_CAPTURE_MODE_RELAXED;
};

} // namespace cca

#endif // CCA_LIB_RUNTIME_CONTEXTCACHE_H
