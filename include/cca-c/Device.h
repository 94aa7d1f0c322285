/*===- Device.h - Device memory, streams and timing ---------------*- C -*-===*\
|*                                                                            *|
|* What a small program needs beside compiled functions to run them: a        *|
|* context, memory, copies, a stream, events. Generated code calls none of    *|
|* it, and programs that use CUDA by themselves need none of it.              *|
|*                                                                            *|
|* Functions return a cca_status; cca_last_error() says more. All but         *|
|* cca_device_open need a current context.                                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef CCA_C_DEVICE_H
#define CCA_C_DEVICE_H

#include "cca-c/Runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Makes the primary context of a device current in this thread. Devices are
 * counted from 0. */
CCA_RUNTIME_API int32_t cca_device_open(int32_t ordinal);

/** Allocates device memory, at a multiple of 256. An allocation of 0 bytes has
 * an address of its own, too. */
CCA_RUNTIME_API int32_t cca_device_allocate(size_t bytes, void **memory);
CCA_RUNTIME_API int32_t cca_device_free(void *memory);

/** Sets each of `bytes` bytes of device memory to `value`. */
CCA_RUNTIME_API int32_t cca_device_fill(void *memory, unsigned char value,
                                        size_t bytes);
/** Copies host memory to device memory. */
CCA_RUNTIME_API int32_t cca_device_write(void *device, const void *host,
                                         size_t bytes);
/** Copies device memory to host memory, after all work of the default stream.
 */
CCA_RUNTIME_API int32_t cca_device_read(void *host, const void *device,
                                        size_t bytes);

/** Creates a stream, which waits for the work of the default stream before it,
 * memory functions included. */
CCA_RUNTIME_API int32_t cca_stream_create(void **stream);
CCA_RUNTIME_API int32_t cca_stream_destroy(void *stream);
/** Waits for all work of a stream. Errors of its kernels are reported here. */
CCA_RUNTIME_API int32_t cca_stream_synchronize(void *stream);

CCA_RUNTIME_API int32_t cca_event_create(void **event);
CCA_RUNTIME_API int32_t cca_event_destroy(void *event);
CCA_RUNTIME_API int32_t cca_event_record(void *event, void *stream);
/** The milliseconds between two recorded events. Waits for the second. */
CCA_RUNTIME_API int32_t cca_event_elapsed(void *begin, void *end,
                                          float *milliseconds);

#ifdef __cplusplus
}
#endif

#endif /* CCA_C_DEVICE_H */
