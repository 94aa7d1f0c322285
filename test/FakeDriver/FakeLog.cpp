//===- FakeLog.cpp - What all functions of the fake driver do -------------===//

#include "FakeLog.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

static const char *getPath() { return std::getenv("CCA_FAKE_DRIVER_LOG"); }

bool fake::isLogged() { return getPath(); }

void fake::log(const char *format, ...) {
  const char *path = getPath();
  if (!path)
    return;
  FILE *file = std::fopen(path, "a");
  va_list arguments;
  va_start(arguments, format);
  std::vfprintf(file, format, arguments);
  va_end(arguments);
  std::fclose(file);
}

bool fake::fails(const char *function) {
  const char *failing = std::getenv("CCA_FAKE_DRIVER_FAIL");
  return failing && !std::strcmp(failing, function);
}
