//===- Driver.cpp - The CUDA driver, found at run time --------------------===//

#include "Driver.h"
#include "Error.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

using namespace cca;

static Driver driver;
/// Why there is none; empty if there is one.
static char problem[512];

static void loadDriver() {
  void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *reason = dlerror();
    snprintf(problem, sizeof(problem), "cannot load the CUDA driver: %s",
             reason ? reason : "libcuda.so.1");
    return;
  }
#define CCA_DRIVER_LOAD(name, symbol, signature)                               \
  *reinterpret_cast<void **>(&driver.name) = dlsym(library, #symbol);          \
  if (!driver.name) {                                                          \
    snprintf(problem, sizeof(problem),                                         \
             "expects a CUDA driver of version 12.0 or newer, but got one "    \
             "without " #symbol);                                              \
    return;                                                                    \
  }
  CCA_DRIVER_FUNCTIONS(CCA_DRIVER_LOAD)
#undef CCA_DRIVER_LOAD

  if (CUresult result = driver.cuInit(0)) {
    driver.fail(result, "cannot initialise the CUDA driver");
    snprintf(problem, sizeof(problem), "%s", cca_last_error());
  }
}

const Driver *Driver::get() {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, loadDriver);
  if (!*problem)
    return &driver;
  cca::fail(CCA_ERROR_NO_DRIVER, "%s", problem);
  return nullptr;
}

int32_t Driver::fail(CUresult result, const char *what) const {
  const char *name = nullptr, *description = nullptr;
  if (cuGetErrorName(result, &name) || !name)
    name = "an unknown error";
  if (cuGetErrorString(result, &description) || !description)
    description = "no description";
  return cca::fail(CCA_ERROR_DRIVER, "%s: %s: %s", what, name, description);
}
