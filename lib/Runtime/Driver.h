//===- Driver.h - The CUDA driver, found at run time ------------*- C++ -*-===//
//
// The functions, types and numbers of the driver's ABI that the runtime uses,
// under their names in cuda.h. The ABI is stable; no CUDA is needed to build.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_RUNTIME_DRIVER_H
#define CCA_LIB_RUNTIME_DRIVER_H

#include <stddef.h>
#include <stdint.h>

namespace cca {

using CUresult = int;
using CUdevice = int;
using CUdeviceptr = unsigned long long;
using CUcontext = struct CUctx_st *;
using CUmodule = struct CUmod_st *;
using CUfunction = struct CUfunc_st *;
using CUstream = struct CUstream_st *;
using CUevent = struct CUevent_st *;
using CUgraph = struct CUgraph_st *;
using CUgraphExec = struct CUgraphExec_st *;

enum : int {
  CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16,
  CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75,
  CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76,
  CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8,
  CU_JIT_ERROR_LOG_BUFFER = 5,
  CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES = 6,
  CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION = 4,
  CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION = 6,
  CU_STREAM_CAPTURE_MODE_RELAXED = 2,
  CU_STREAM_CAPTURE_STATUS_NONE = 0,
  CU_STREAM_NON_BLOCKING = 1,
  CU_TENSOR_MAP_DATA_TYPE_FLOAT16 = 6,
  CU_TENSOR_MAP_DATA_TYPE_FLOAT32 = 7,
  CU_TENSOR_MAP_DATA_TYPE_BFLOAT16 = 9,
  CU_TENSOR_MAP_INTERLEAVE_NONE = 0,
  CU_TENSOR_MAP_SWIZZLE_NONE = 0,
  CU_TENSOR_MAP_SWIZZLE_32B = 1,
  CU_TENSOR_MAP_SWIZZLE_64B = 2,
  CU_TENSOR_MAP_SWIZZLE_128B = 3,
  CU_TENSOR_MAP_L2_PROMOTION_L2_256B = 3,
  CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE = 0
};

struct CUlaunchAttribute {
  int id;
  char padding[4];
  union {
    char whole[64];
    unsigned clusterDim[3];
    int programmaticStreamSerializationAllowed;
  } value;
};

struct CUlaunchConfig {
  unsigned gridDim[3];
  unsigned blockDim[3];
  unsigned sharedMemBytes;
  CUstream stream;
  CUlaunchAttribute *attrs;
  unsigned numAttrs;
};

// Name in cuda.h, name of the symbol, signature.
#define CCA_DRIVER_FUNCTIONS(FUNCTION)                                         \
  FUNCTION(cuInit, cuInit, CUresult(unsigned flags))                           \
  FUNCTION(cuGetErrorName, cuGetErrorName, CUresult(CUresult, const char **))  \
  FUNCTION(cuGetErrorString, cuGetErrorString,                                 \
           CUresult(CUresult, const char **))                                  \
  FUNCTION(cuDeviceGet, cuDeviceGet, CUresult(CUdevice *, int ordinal))        \
  FUNCTION(cuDeviceGetAttribute, cuDeviceGetAttribute,                         \
           CUresult(int *, int attribute, CUdevice))                           \
  FUNCTION(cuDevicePrimaryCtxRetain, cuDevicePrimaryCtxRetain,                 \
           CUresult(CUcontext *, CUdevice))                                    \
  FUNCTION(cuCtxSetCurrent, cuCtxSetCurrent, CUresult(CUcontext))              \
  FUNCTION(cuCtxGetCurrent, cuCtxGetCurrent, CUresult(CUcontext *))            \
  FUNCTION(cuCtxGetDevice, cuCtxGetDevice, CUresult(CUdevice *))               \
  FUNCTION(cuCtxGetId, cuCtxGetId, CUresult(CUcontext, unsigned long long *))  \
  FUNCTION(cuThreadExchangeStreamCaptureMode,                                  \
           cuThreadExchangeStreamCaptureMode, CUresult(int *mode))             \
  FUNCTION(cuModuleLoadDataEx, cuModuleLoadDataEx,                             \
           CUresult(CUmodule *, const void *image, unsigned numOptions,        \
                    int *options, void **values))                              \
  FUNCTION(cuModuleGetFunction, cuModuleGetFunction,                           \
           CUresult(CUfunction *, CUmodule, const char *name))                 \
  FUNCTION(cuFuncSetAttribute, cuFuncSetAttribute,                             \
           CUresult(CUfunction, int attribute, int value))                     \
  FUNCTION(cuLaunchKernelEx, cuLaunchKernelEx,                                 \
           CUresult(const CUlaunchConfig *, CUfunction, void **arguments,      \
                    void **extra))                                             \
  FUNCTION(cuTensorMapEncodeTiled, cuTensorMapEncodeTiled,                     \
           CUresult(void *map, int type, uint32_t rank, void *address,         \
                    const uint64_t *sizes, const uint64_t *strides,            \
                    const uint32_t *box, const uint32_t *elementStrides,       \
                    int interleave, int swizzle, int promotion, int fill))     \
  FUNCTION(cuMemAlloc, cuMemAlloc_v2, CUresult(CUdeviceptr *, size_t bytes))   \
  FUNCTION(cuMemFree, cuMemFree_v2, CUresult(CUdeviceptr))                     \
  FUNCTION(cuMemsetD8, cuMemsetD8_v2,                                          \
           CUresult(CUdeviceptr, unsigned char value, size_t bytes))           \
  FUNCTION(cuMemcpyHtoD, cuMemcpyHtoD_v2,                                      \
           CUresult(CUdeviceptr, const void *, size_t bytes))                  \
  FUNCTION(cuMemcpyHtoDAsync, cuMemcpyHtoDAsync_v2,                            \
           CUresult(CUdeviceptr, const void *, size_t bytes, CUstream))        \
  FUNCTION(cuMemcpyDtoH, cuMemcpyDtoH_v2,                                      \
           CUresult(void *, CUdeviceptr, size_t bytes))                        \
  FUNCTION(cuStreamCreate, cuStreamCreate,                                     \
           CUresult(CUstream *, unsigned flags))                               \
  FUNCTION(cuStreamDestroy, cuStreamDestroy_v2, CUresult(CUstream))            \
  FUNCTION(cuStreamSynchronize, cuStreamSynchronize, CUresult(CUstream))       \
  FUNCTION(cuEventCreate, cuEventCreate, CUresult(CUevent *, unsigned flags))  \
  FUNCTION(cuEventDestroy, cuEventDestroy_v2, CUresult(CUevent))               \
  FUNCTION(cuEventRecord, cuEventRecord, CUresult(CUevent, CUstream))          \
  FUNCTION(cuEventSynchronize, cuEventSynchronize, CUresult(CUevent))          \
  FUNCTION(cuEventElapsedTime, cuEventElapsedTime,                             \
           CUresult(float *milliseconds, CUevent begin, CUevent end))          \
  FUNCTION(cuStreamBeginCapture, cuStreamBeginCapture_v2,                      \
           CUresult(CUstream, int mode))                                       \
  FUNCTION(cuStreamEndCapture, cuStreamEndCapture,                             \
           CUresult(CUstream, CUgraph *))                                      \
  FUNCTION(cuStreamIsCapturing, cuStreamIsCapturing,                           \
           CUresult(CUstream, int *status))                                    \
  FUNCTION(cuGraphInstantiate, cuGraphInstantiateWithFlags,                    \
           CUresult(CUgraphExec *, CUgraph, unsigned long long flags))         \
  FUNCTION(cuGraphLaunch, cuGraphLaunch, CUresult(CUgraphExec, CUstream))      \
  FUNCTION(cuGraphDestroy, cuGraphDestroy, CUresult(CUgraph))                  \
  FUNCTION(cuGraphExecDestroy, cuGraphExecDestroy, CUresult(CUgraphExec))

template <typename T>
using Pointer = T *;

struct Driver {
#define CCA_DRIVER_MEMBER(name, symbol, signature) Pointer<signature> name;
  CCA_DRIVER_FUNCTIONS(CCA_DRIVER_MEMBER)
#undef CCA_DRIVER_MEMBER

  /// The driver, loaded and initialised by the first call. Null, with the error
  /// kept, if that fails; then it fails for good.
  static const Driver *get();

  /// Keeps the text `<what>: <name of the error>: <its description>`.
  int32_t fail(CUresult result, const char *what) const;
};

} // namespace cca

#endif // CCA_LIB_RUNTIME_DRIVER_H
