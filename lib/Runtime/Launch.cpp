//===- Launch.cpp - Launching kernels -------------------------------------===//

#include "Error.h"
#include "KernelCache.h"

#include <stdio.h>

using namespace cca;

/// Checks what the driver's narrower types could not hold.
static int32_t checkSizes(const cca_kernel &kernel, const cca_launch &launch) {
  auto checkDimensions = [&](const char *what, const int64_t (&sizes)[3],
                             int64_t least) {
    for (int64_t size : sizes)
      if (size < least || size > INT32_MAX)
        return fail(CCA_ERROR_INVALID_ARGUMENT,
                    "kernel '%s': expects %s sizes of %lld to 2147483647, but "
                    "got %lld x %lld x %lld",
                    kernel.name, what, static_cast<long long>(least),
                    static_cast<long long>(sizes[0]),
                    static_cast<long long>(sizes[1]),
                    static_cast<long long>(sizes[2]));
    return int32_t(CCA_SUCCESS);
  };
  if (int32_t status = checkDimensions("grid", launch.grid, 0))
    return status;
  if (int32_t status = checkDimensions("block", launch.block, 1))
    return status;
  if (int32_t status = checkDimensions("cluster", launch.cluster, 0))
    return status;
  if (launch.shared_memory < 0 || launch.shared_memory > INT32_MAX)
    return fail(CCA_ERROR_INVALID_ARGUMENT,
                "kernel '%s': expects 0 to 2147483647 bytes of shared memory, "
                "but got %lld",
                kernel.name, static_cast<long long>(launch.shared_memory));
  return CCA_SUCCESS;
}

/// Fills the attributes that a launch has; how many these are.
static unsigned makeAttributes(const cca_launch &launch,
                               CUlaunchAttribute (&attributes)[2]) {
  unsigned count = 0;
  if (launch.cluster[0]) {
    CUlaunchAttribute &cluster = attributes[count++];
    cluster.id = CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION;
    for (int dim = 0; dim < 3; ++dim)
      cluster.value.clusterDim[dim] =
          static_cast<unsigned>(launch.cluster[dim]);
  }
  if (launch.flags & CCA_LAUNCH_PROGRAMMATIC) {
    CUlaunchAttribute &programmatic = attributes[count++];
    programmatic.id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION;
    programmatic.value.programmaticStreamSerializationAllowed = 1;
  }
  return count;
}

static int32_t failToLaunch(const Driver &driver, const cca_kernel &kernel,
                            const CUlaunchConfig &config, CUresult result) {
  char what[512];
  snprintf(what, sizeof(what),
           "cannot launch kernel '%s' with %u x %u x %u blocks of %u x %u x %u "
           "threads and %u bytes of shared memory",
           kernel.name, config.gridDim[0], config.gridDim[1], config.gridDim[2],
           config.blockDim[0], config.blockDim[1], config.blockDim[2],
           config.sharedMemBytes);
  return driver.fail(result, what);
}

int32_t cca_launch_kernel(cca_kernel *kernel, const cca_launch *launch) {
  if (int32_t status = checkSizes(*kernel, *launch))
    return status;
  // The driver rejects a grid of no blocks; it has no work, and that is done.
  if (!launch->grid[0] || !launch->grid[1] || !launch->grid[2])
    return CCA_SUCCESS;

  const Driver *driver = Driver::get();
  if (!driver)
    return CCA_ERROR_NO_DRIVER;
  Loaded *loaded = getKernel(*driver, *kernel);
  if (!loaded)
    return CCA_ERROR_DRIVER;
  if (int32_t status =
          reserveSharedMemory(*driver, *kernel, *loaded, launch->shared_memory))
    return status;

  CUlaunchAttribute attributes[2] = {};
  CUlaunchConfig config = {};
  for (int dim = 0; dim < 3; ++dim) {
    config.gridDim[dim] = static_cast<unsigned>(launch->grid[dim]);
    config.blockDim[dim] = static_cast<unsigned>(launch->block[dim]);
  }
  config.sharedMemBytes = static_cast<unsigned>(launch->shared_memory);
  config.stream = static_cast<CUstream>(launch->stream);
  config.attrs = attributes;
  config.numAttrs = makeAttributes(*launch, attributes);
  CUresult result =
      driver->cuLaunchKernelEx(&config, static_cast<CUfunction>(loaded->handle),
                               launch->arguments, nullptr);
  return result ? failToLaunch(*driver, *kernel, config, result) : CCA_SUCCESS;
}

int32_t cca_get_multiprocessor_count(int64_t *count) {
  const Driver *driver = Driver::get();
  if (!driver)
    return CCA_ERROR_NO_DRIVER;
  CUdevice device;
  int value;
  if (CUresult result = driver->cuCtxGetDevice(&device))
    return driver->fail(result, "cannot look for the current device");
  if (CUresult result = driver->cuDeviceGetAttribute(
          &value, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, device))
    return driver->fail(result, "cannot count multiprocessors");
  *count = value;
  return CCA_SUCCESS;
}
