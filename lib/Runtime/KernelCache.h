//===- KernelCache.h - Modules and kernels, loaded once ---------*- C++ -*-===//

#ifndef CCA_LIB_RUNTIME_KERNELCACHE_H
#define CCA_LIB_RUNTIME_KERNELCACHE_H

#include "ContextCache.h"

#include "cca-c/Runtime.h"

namespace cca {

/// The kernel in the current context, loaded if it is not there yet. Null, with
/// the error kept, if it cannot be loaded.
Loaded *getKernel(const Driver &driver, cca_kernel &kernel);

/// Lets blocks of a kernel have so much dynamic shared memory.
int32_t reserveSharedMemory(const Driver &driver, const cca_kernel &kernel,
                            Loaded &loaded, int64_t bytes);

} // namespace cca

#endif // CCA_LIB_RUNTIME_KERNELCACHE_H
