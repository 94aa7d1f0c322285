//===- KernelCache.cpp - Modules and kernels, loaded once -----------------===//

#include "KernelCache.h"
#include "Error.h"

#include <stdio.h>

using namespace cca;

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

static int32_t failToLoad(const Driver &driver, const char *name,
                          CUresult result, const char *log) {
  CUdevice device;
  int major = 0, minor = 0;
  if (!driver.cuCtxGetDevice(&device)) {
    driver.cuDeviceGetAttribute(
        &major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device);
    driver.cuDeviceGetAttribute(
        &minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device);
  }
  char what[2048];
  snprintf(what, sizeof(what),
           "cannot load module '%s' on a device of compute capability %d.%d"
           "%s%s",
           name, major, minor, *log ? ": " : "", log);
  return driver.fail(result, what);
}

static Loaded *loadModule(const Driver &driver, cca_module &module,
                          unsigned long long context) {
  if (Loaded *entry = find(&module.loaded, context))
    return entry;
  RelaxedCapture relaxed(driver);
  char log[1024] = "";
  int options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
  void *values[] = {log, reinterpret_cast<void *>(sizeof(log) - 1)};
  CUmodule handle;
  if (CUresult result = driver.cuModuleLoadDataEx(&handle, module.image, 2,
                                                  options, values)) {
    failToLoad(driver, module.name, result, log);
    return nullptr;
  }
  return add(&module.loaded, context, handle);
}

static Loaded *loadKernel(const Driver &driver, cca_kernel &kernel,
                          unsigned long long context) {
  Loaded *entry = find(&kernel.loaded, context);
  if (entry)
    return entry;
  Loaded *module = loadModule(driver, *kernel.module, context);
  if (!module)
    return nullptr;
  CUfunction function;
  if (CUresult result = driver.cuModuleGetFunction(
          &function, static_cast<CUmodule>(module->handle), kernel.name)) {
    char what[256];
    snprintf(what, sizeof(what), "cannot find kernel '%s' in module '%s'",
             kernel.name, kernel.module->name);
    driver.fail(result, what);
    return nullptr;
  }
  return add(&kernel.loaded, context, function);
}

Loaded *cca::getKernel(const Driver &driver, cca_kernel &kernel) {
  unsigned long long context;
  if (getCurrentContext(driver, context))
    return nullptr;
  if (Loaded *entry = find(&kernel.loaded, context))
    return entry;
  pthread_mutex_lock(&loading);
  Loaded *entry = loadKernel(driver, kernel, context);
  pthread_mutex_unlock(&loading);
  return entry;
}

/// Blocks with more dynamic shared memory than 48 KB must have been announced.
int32_t cca::reserveSharedMemory(const Driver &driver, const cca_kernel &kernel,
                                 Loaded &loaded, int64_t bytes) {
  if (bytes <= __atomic_load_n(&loaded.sharedMemory, __ATOMIC_ACQUIRE))
    return CCA_SUCCESS;
  CUresult result = 0;
  pthread_mutex_lock(&loading);
  // Another thread may have asked for more meanwhile.
  if (bytes > loaded.sharedMemory) {
    result = driver.cuFuncSetAttribute(
        static_cast<CUfunction>(loaded.handle),
        CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
        static_cast<int>(bytes));
    if (!result)
      __atomic_store_n(&loaded.sharedMemory, static_cast<int>(bytes),
                       __ATOMIC_RELEASE);
  }
  pthread_mutex_unlock(&loading);
  if (!result)
    return CCA_SUCCESS;
  char what[256];
  snprintf(what, sizeof(what),
           "kernel '%s' cannot have %lld bytes of shared memory", kernel.name,
           static_cast<long long>(bytes));
  return driver.fail(result, what);
}
