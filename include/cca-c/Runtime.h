/*===- Runtime.h - What compiled host code calls ------------------*- C -*-===*\
|*                                                                            *|
|* The functions of libcca_runtime that generated code calls: tensor maps,    *|
|* kernel launches, constants and device queries, over the CUDA driver that   *|
|* it finds when they are first called (libcuda.so.1, CUDA 12.0 or newer).    *|
|*                                                                            *|
|* Programs that call compiled functions need only `cca_last_error`.          *|
|*                                                                            *|
|* All functions may be called from several threads at once. They use the     *|
|* CUDA context that is current in the calling thread. They can run while a   *|
|* stream is captured into a CUDA graph: they allocate no device memory and   *|
|* never synchronise, but for the first call of cca_get_constant, and that    *|
|* touches no stream of the caller.                                           *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef CCA_C_RUNTIME_H
#define CCA_C_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

#define CCA_RUNTIME_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

/*===----------------------------------------------------------------------===*\
|* Errors                                                                     *|
\*===----------------------------------------------------------------------===*/

/** What functions return: 0 on success. */
enum cca_status {
  CCA_SUCCESS = 0,
  /** There is no CUDA driver, or it is too old, or it has no device. */
  CCA_ERROR_NO_DRIVER = 1,
  /** An argument does not fit the hardware. */
  CCA_ERROR_INVALID_ARGUMENT = 2,
  /** A call of the driver failed. */
  CCA_ERROR_DRIVER = 3,
  /** A module does not compile; see cca-c/Compiler.h. */
  CCA_ERROR_COMPILE = 4
};

/** What went wrong in the last call that failed in this thread; empty before
 * the first. Valid until the next failure in this thread. */
CCA_RUNTIME_API const char *cca_last_error(void);

/*===----------------------------------------------------------------------===*\
|* Arguments                                                                  *|
\*===----------------------------------------------------------------------===*/

/** An offset, size or stride that a function leaves open. */
#define CCA_ANY INT64_MIN

/** Checks an argument of a compiled function, a memref of that rank, against
 * what the function was compiled for. Both arrays hold the offset, the sizes
 * and the strides, in elements, outermost first. Sizes are not negative.
 * Strides count only where there are several indices. */
CCA_RUNTIME_API int32_t cca_check_argument(const char *name, int64_t rank,
                                           const int64_t *fields,
                                           const int64_t *expected);

/** Checks memory that a compiled function keeps temporaries in: `bytes` bytes
 * at `address`, where `needed` are needed, at a multiple of 256. */
CCA_RUNTIME_API int32_t cca_check_workspace(const char *name,
                                            const void *address, int64_t bytes,
                                            int64_t needed);

/** Keeps the message of a condition that a function found not to hold, and
 * returns CCA_ERROR_INVALID_ARGUMENT. */
CCA_RUNTIME_API int32_t cca_fail(const char *message);

/*===----------------------------------------------------------------------===*\
|* Kernels                                                                    *|
\*===----------------------------------------------------------------------===*/

/** A module of kernels. Lives as long as the program. */
typedef struct cca_module {
  /** PTX text that ends in NUL, or a cubin or fat binary. */
  const void *image;
  /** For error messages. */
  const char *name;
  /** The runtime's; null at first. */
  void *loaded;
} cca_module;

/** A kernel of a module. Lives as long as the program. */
typedef struct cca_kernel {
  cca_module *module;
  const char *name;
  /** The runtime's; null at first. */
  void *loaded;
} cca_kernel;

/** A launch that may begin before the kernel ahead of it in the stream has
 * ended (programmatic dependent launch). */
#define CCA_LAUNCH_PROGRAMMATIC INT64_C(1)

typedef struct cca_launch {
  /** Blocks, x first. If one is 0 nothing is launched. */
  int64_t grid[3];
  /** Threads of a block. */
  int64_t block[3];
  /** Blocks of a cluster; all 0 for kernels without clusters. */
  int64_t cluster[3];
  /** Dynamic shared memory of a block, in bytes. */
  int64_t shared_memory;
  /** CCA_LAUNCH_… flags. */
  int64_t flags;
  /** One pointer to each argument. */
  void **arguments;
  /** A CUstream or cudaStream_t of the current context. */
  void *stream;
} cca_launch;

/** Launches a kernel. Its module is loaded into the current context by the
 * first launch there. */
CCA_RUNTIME_API int32_t cca_launch_kernel(cca_kernel *kernel,
                                          const cca_launch *launch);

/** The number of multiprocessors of the current context's device. */
CCA_RUNTIME_API int32_t cca_get_multiprocessor_count(int64_t *count);

/*===----------------------------------------------------------------------===*\
|* Constants                                                                  *|
\*===----------------------------------------------------------------------===*/

/** Data of the program that kernels read. Lives as long as the program. */
typedef struct cca_constant {
  const void *data;
  int64_t bytes;
  /** For error messages. */
  const char *name;
  /** The runtime's; null at first. */
  void *loaded;
} cca_constant;

/** The address of a constant in device memory, at a multiple of 256. The first
 * call in a context allocates that memory, which is never freed, and copies. */
CCA_RUNTIME_API int32_t cca_get_constant(cca_constant *constant,
                                         void **address);

/*===----------------------------------------------------------------------===*\
|* Tensor maps                                                                *|
\*===----------------------------------------------------------------------===*/

enum cca_element { CCA_F16 = 0, CCA_BF16 = 1, CCA_F32 = 2 };

/** The most dimensions that a tensor map has. */
#define CCA_MAX_DIMENSIONS 5

/** A tensor in device memory, and the box that one TMA copy moves. Arrays hold
 * one value per dimension, innermost first. */
typedef struct cca_tensor {
  /** For error messages: "argument #1 of @f". */
  const char *name;
  /** The first element; a multiple of 16. Unused if a size is 0. */
  void *address;
  /** One of cca_element. */
  int64_t element;
  /** Number of dimensions, 1 to CCA_MAX_DIMENSIONS. */
  int64_t rank;
  /** Span of the swizzle in bytes, which the innermost size of the box must not
   * exceed: 32, 64 or 128; 16 for none. */
  int64_t swizzle;
  /** Elements, at most 2^32 in a dimension; 0 is an empty tensor. */
  int64_t size[CCA_MAX_DIMENSIONS];
  /** Elements from one index to the next; the innermost 1, the others multiples
   * of 16 bytes and below 2^40 bytes. That of a size of at most 1 is unused. */
  int64_t stride[CCA_MAX_DIMENSIONS];
  /** Elements of the box, 1 to 256. */
  int64_t box[CCA_MAX_DIMENSIONS];
  /** Which dimension of the caller's tensor this is, for error messages. */
  int64_t dimension[CCA_MAX_DIMENSIONS];
} cca_tensor;

/** Encodes a tensor map: 128 bytes that begin at a multiple of 64. Copies read
 * zeros beyond the tensor and write nothing there. */
CCA_RUNTIME_API int32_t cca_encode_tensor_map(void *map,
                                              const cca_tensor *tensor);

#ifdef __cplusplus
}
#endif

#endif /* CCA_C_RUNTIME_H */
