//===- FakeDriver.cpp - A CUDA driver without a GPU -----------------------===//
//
// Writes what it is asked to do to the file that CCA_FAKE_DRIVER_LOG names, one
// line a call. A kernel's arguments are printed as the PTX declares them.
// Memory is the host's. CCA_FAKE_DRIVER_FAIL=cuMemAlloc_v2 makes that function
// fail.
//
//===----------------------------------------------------------------------===//

#include "FakeGraph.h"
#include "FakeLog.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

using namespace fake;

static constexpr int outOfMemory = 2;
static constexpr int invalidContext = 201;
static constexpr int invalidPtx = 218;
static constexpr int notFound = 500;

//===----------------------------------------------------------------------===//
// Errors, devices and contexts
//===----------------------------------------------------------------------===//

EXPORT int cuInit(unsigned) {
  MAY_FAIL;
  log("cuInit\n");
  return success;
}

static const char *const names[][3] = {
    {"1", "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {"2", "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {"201", "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {"218", "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
    {"500", "CUDA_ERROR_NOT_FOUND", "named symbol not found"}};

static int getText(int error, int column, const char **text) {
  for (auto &name : names)
    if (std::atoi(name[0]) == error) {
      *text = name[column];
      return success;
    }
  return invalidValue;
}
EXPORT int cuGetErrorName(int error, const char **text) {
  return getText(error, 1, text);
}
EXPORT int cuGetErrorString(int error, const char **text) {
  return getText(error, 2, text);
}

EXPORT int cuDeviceGet(int *device, int ordinal) {
  MAY_FAIL;
  *device = ordinal;
  return success;
}

EXPORT int cuDeviceGetAttribute(int *value, int attribute, int) {
  MAY_FAIL;
  // Multiprocessors; compute capability 9.0.
  *value = attribute == 16 ? 132 : attribute == 75 ? 9 : 0;
  return success;
}

struct CUctx_st {
  unsigned long long id;
};
static CUctx_st primary{7}, other{8};
static thread_local CUctx_st *current;

EXPORT int cuDevicePrimaryCtxRetain(CUctx_st **context, int device) {
  MAY_FAIL;
  *context = device == 0 ? &primary : &other;
  return success;
}
EXPORT int cuCtxSetCurrent(CUctx_st *context) {
  MAY_FAIL;
  current = context;
  return success;
}
EXPORT int cuCtxGetCurrent(CUctx_st **context) {
  MAY_FAIL;
  *context = current;
  return success;
}
EXPORT int cuCtxGetDevice(int *device) {
  MAY_FAIL;
  if (!current)
    return invalidContext;
  *device = current == &primary ? 0 : 1;
  return success;
}
EXPORT int cuCtxGetId(CUctx_st *context, unsigned long long *id) {
  MAY_FAIL;
  *id = context->id;
  return success;
}

EXPORT int cuThreadExchangeStreamCaptureMode(int *mode) {
  static thread_local int kept = 0;
  std::swap(kept, *mode);
  log("cuThreadExchangeStreamCaptureMode %d\n", kept);
  return success;
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

EXPORT int cuModuleLoadDataEx(Module **module, const void *image,
                              unsigned numOptions, int *options,
                              void **values) {
  MAY_FAIL;
  auto *text = static_cast<const char *>(image);
  log("cuModuleLoadDataEx in context %llu\n", current->id);
  if (std::memcmp(text, "//", 2) != 0) {
    for (unsigned i = 0; i < numOptions; ++i)
      if (options[i] == 5)
        std::strcpy(static_cast<char *>(values[i]), "line 1: no PTX");
    return invalidPtx;
  }
  *module = new Module(parsePtx(text));
  return success;
}

EXPORT int cuModuleGetFunction(Kernel **kernel, Module *module,
                               const char *name) {
  MAY_FAIL;
  log("cuModuleGetFunction %s\n", name);
  auto it = module->kernels.find(name);
  if (it == module->kernels.end())
    return notFound;
  *kernel = &it->second;
  return success;
}

EXPORT int cuFuncSetAttribute(Kernel *kernel, int attribute, int value) {
  MAY_FAIL;
  log("cuFuncSetAttribute %s attribute %d = %d\n", kernel->name.c_str(),
      attribute, value);
  return value <= 232448 ? success : invalidValue;
}

/// What a kernel gets, up to 8 bytes as one number. Longer ones are tensor
/// maps.
static void logArgument(size_t index, const void *argument, size_t size) {
  uint64_t value = 0;
  if (size <= sizeof(value)) {
    std::memcpy(&value, argument, size);
    log("  argument %zu: %zu bytes, %lld\n", index, size,
        static_cast<long long>(value));
    return;
  }
  log("  argument %zu: %zu bytes, %.*s\n", index, size, static_cast<int>(size),
      static_cast<const char *>(argument));
}

struct LaunchAttribute {
  int id, padding;
  unsigned value[16];
};
struct LaunchConfig {
  unsigned grid[3], block[3], sharedMemory;
  void *stream;
  LaunchAttribute *attributes;
  unsigned numAttributes;
};

EXPORT int cuLaunchKernelEx(const LaunchConfig *config, Kernel *kernel,
                            void **arguments, void **) {
  MAY_FAIL;
  // At once: threads launch at the same time.
  std::string attributes;
  for (unsigned i = 0; i < config->numAttributes; ++i) {
    const LaunchAttribute &attribute = config->attributes[i];
    attributes += " attribute " + std::to_string(attribute.id) + " =";
    for (unsigned value : {0, 1, 2})
      attributes += " " + std::to_string(attribute.value[value]);
  }
  log("cuLaunchKernelEx %s grid %u %u %u block %u %u %u shared %u stream %p"
      "%s\n",
      kernel->name.c_str(), config->grid[0], config->grid[1], config->grid[2],
      config->block[0], config->block[1], config->block[2],
      config->sharedMemory, config->stream, attributes.c_str());
  for (size_t i = 0; i < kernel->parameters.size(); ++i)
    logArgument(i, arguments[i], kernel->parameters[i]);
  if (!record(config->stream, *kernel, arguments))
    execute(*kernel, arguments);
  return success;
}

//===----------------------------------------------------------------------===//
// Tensor maps
//===----------------------------------------------------------------------===//

template <typename T>
static void logList(const char *name, const T *values, size_t count) {
  log(" %s", name);
  for (size_t i = 0; i < count; ++i)
    log(" %llu", static_cast<unsigned long long>(values[i]));
}

EXPORT int cuTensorMapEncodeTiled(void *map, int type, uint32_t rank,
                                  void *address, const uint64_t *sizes,
                                  const uint64_t *strides, const uint32_t *box,
                                  const uint32_t *steps, int interleave,
                                  int swizzle, int promotion, int fill) {
  MAY_FAIL;
  for (uint32_t i = 0; i < rank; ++i)
    if (!sizes[i])
      return invalidValue;
  static int count = 0;
  std::memset(map, 0, 128);
  std::snprintf(static_cast<char *>(map), 128, "tensor map %d", ++count);
  if (!isLogged())
    return success;
  log("cuTensorMapEncodeTiled %d: type %d rank %u", count, type, rank);
  logList("sizes", sizes, rank);
  logList("strides", strides, rank - 1);
  logList("box", box, rank);
  logList("steps", steps, rank);
  log(" interleave %d swizzle %d promotion %d fill %d\n", interleave, swizzle,
      promotion, fill);
  log("  address %p\n", address);
  return success;
}

//===----------------------------------------------------------------------===//
// Memory and events
//===----------------------------------------------------------------------===//

EXPORT int cuMemAlloc_v2(unsigned long long *memory, size_t bytes) {
  MAY_FAIL;
  void *allocated = nullptr;
  if (!current || posix_memalign(&allocated, 256, bytes))
    return outOfMemory;
  *memory = reinterpret_cast<uintptr_t>(allocated);
  log("cuMemAlloc %zu\n", bytes);
  return success;
}
EXPORT int cuMemFree_v2(unsigned long long memory) {
  MAY_FAIL;
  std::free(reinterpret_cast<void *>(memory));
  log("cuMemFree\n");
  return success;
}
EXPORT int cuMemsetD8_v2(unsigned long long memory, unsigned char value,
                         size_t bytes) {
  MAY_FAIL;
  std::memset(reinterpret_cast<void *>(memory), value, bytes);
  log("cuMemsetD8 0x%02x %zu\n", value, bytes);
  return success;
}
EXPORT int cuMemcpyHtoD_v2(unsigned long long device, const void *host,
                           size_t bytes) {
  MAY_FAIL;
  std::memcpy(reinterpret_cast<void *>(device), host, bytes);
  log("cuMemcpyHtoD %zu\n", bytes);
  return success;
}
EXPORT int cuMemcpyHtoDAsync_v2(unsigned long long device, const void *host,
                                size_t bytes, void *) {
  MAY_FAIL;
  std::memcpy(reinterpret_cast<void *>(device), host, bytes);
  log("cuMemcpyHtoDAsync %zu\n", bytes);
  return success;
}
EXPORT int cuMemcpyDtoH_v2(void *host, unsigned long long device,
                           size_t bytes) {
  MAY_FAIL;
  std::memcpy(host, reinterpret_cast<void *>(device), bytes);
  log("cuMemcpyDtoH %zu\n", bytes);
  return success;
}

/// Time passes by an eighth of a millisecond with each recorded event.
static float now = 0;
EXPORT int cuEventCreate(float **event, unsigned) {
  MAY_FAIL;
  *event = new float(-1);
  return success;
}
EXPORT int cuEventDestroy_v2(float *event) {
  delete event;
  return success;
}
EXPORT int cuEventRecord(float *event, void *) {
  MAY_FAIL;
  *event = now += 0.125f;
  return success;
}
EXPORT int cuEventSynchronize(float *) {
  MAY_FAIL;
  return success;
}
EXPORT int cuEventElapsedTime(float *milliseconds, const float *begin,
                              const float *end) {
  MAY_FAIL;
  *milliseconds = *end - *begin;
  return success;
}
