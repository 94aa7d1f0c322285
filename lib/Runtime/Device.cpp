//===- Device.cpp - Device memory, streams and timing ---------------------===//

#include "cca-c/Device.h"
#include "Driver.h"
#include "Error.h"

#include <stdio.h>

using namespace cca;

/// Calls a function of the driver; `what` is what could not be done if it
/// fails.
template <typename... Parameters, typename... Arguments>
static int32_t call(CUresult (*Driver::*function)(Parameters...),
                    const char *what, Arguments... arguments) {
  const Driver *driver = Driver::get();
  if (!driver)
    return CCA_ERROR_NO_DRIVER;
  CUresult result = (driver->*function)(arguments...);
  return result ? driver->fail(result, what) : CCA_SUCCESS;
}

static CUdeviceptr toDevice(const void *memory) {
  return reinterpret_cast<CUdeviceptr>(memory);
}

int32_t cca_device_open(int32_t ordinal) {
  CUdevice device;
  CUcontext context;
  if (int32_t status = call(&Driver::cuDeviceGet, "cannot find the device",
                            &device, ordinal))
    return status;
  if (int32_t status = call(&Driver::cuDevicePrimaryCtxRetain,
                            "cannot open the device", &context, device))
    return status;
  return call(&Driver::cuCtxSetCurrent, "cannot make the context current",
              context);
}

int32_t cca_device_allocate(size_t bytes, void **memory) {
  char what[64];
  snprintf(what, sizeof(what), "cannot allocate %zu bytes of device memory",
           bytes);
  CUdeviceptr address = 0;
  int32_t status =
      call(&Driver::cuMemAlloc, what, &address, bytes ? bytes : size_t(1));
  if (!status)
    *memory = reinterpret_cast<void *>(address);
  return status;
}

int32_t cca_device_free(void *memory) {
  return call(&Driver::cuMemFree, "cannot free device memory",
              toDevice(memory));
}

int32_t cca_device_fill(void *memory, unsigned char value, size_t bytes) {
  if (!bytes)
    return CCA_SUCCESS;
  return call(&Driver::cuMemsetD8, "cannot fill device memory",
              toDevice(memory), value, bytes);
}

int32_t cca_device_write(void *device, const void *host, size_t bytes) {
  if (!bytes)
    return CCA_SUCCESS;
  return call(&Driver::cuMemcpyHtoD, "cannot copy to the device",
              toDevice(device), host, bytes);
}

int32_t cca_device_read(void *host, const void *device, size_t bytes) {
  if (!bytes)
    return CCA_SUCCESS;
  return call(&Driver::cuMemcpyDtoH, "cannot copy from the device", host,
              toDevice(device), bytes);
}

int32_t cca_stream_create(void **stream) {
  CUstream created = nullptr;
  int32_t status =
      call(&Driver::cuStreamCreate, "cannot create a stream", &created, 0u);
  if (!status)
    *stream = created;
  return status;
}

int32_t cca_stream_destroy(void *stream) {
  return call(&Driver::cuStreamDestroy, "cannot destroy the stream",
              static_cast<CUstream>(stream));
}

int32_t cca_stream_synchronize(void *stream) {
  return call(&Driver::cuStreamSynchronize, "the stream failed",
              static_cast<CUstream>(stream));
}

int32_t cca_event_create(void **event) {
  CUevent created = nullptr;
  int32_t status =
      call(&Driver::cuEventCreate, "cannot create an event", &created, 0u);
  if (!status)
    *event = created;
  return status;
}

int32_t cca_event_destroy(void *event) {
  return call(&Driver::cuEventDestroy, "cannot destroy the event",
              static_cast<CUevent>(event));
}

int32_t cca_event_record(void *event, void *stream) {
  return call(&Driver::cuEventRecord, "cannot record the event",
              static_cast<CUevent>(event), static_cast<CUstream>(stream));
}

int32_t cca_event_elapsed(void *begin, void *end, float *milliseconds) {
  if (int32_t status = call(&Driver::cuEventSynchronize, "the stream failed",
                            static_cast<CUevent>(end)))
    return status;
  return call(&Driver::cuEventElapsedTime, "cannot tell the time", milliseconds,
              static_cast<CUevent>(begin), static_cast<CUevent>(end));
}
