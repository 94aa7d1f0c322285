//===- Error.h - The text of the last error ---------------------*- C++ -*-===//

#ifndef CCA_LIB_RUNTIME_ERROR_H
#define CCA_LIB_RUNTIME_ERROR_H

#include "cca-c/Runtime.h"

namespace cca {

/// Keeps the text for `cca_last_error`, and returns the status.
[[gnu::format(printf, 2, 3)]] int32_t fail(cca_status status,
                                           const char *format, ...);

} // namespace cca

#endif // CCA_LIB_RUNTIME_ERROR_H
