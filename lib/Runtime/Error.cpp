//===- Error.cpp - The text of the last error -----------------------------===//

#include "Error.h"

#include <stdarg.h>
#include <stdio.h>

static thread_local char lastError[4096];

int32_t cca::fail(cca_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(lastError, sizeof(lastError), format, arguments);
  va_end(arguments);
  return status;
}

const char *cca_last_error(void) { return lastError; }
