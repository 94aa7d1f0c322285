//===- Portability.cpp - What older C libraries do not have ---------------===//
//
// For the static link, which is moved to other machines.
//
//===----------------------------------------------------------------------===//

#include <cstdint>
#include <cstdlib>
#include <sys/random.h>

/// libstdc++ takes random numbers from here, where glibc has it only from 2.36
/// on.
extern "C" __attribute__((visibility("hidden"))) uint32_t
arc4random() noexcept {
  uint32_t value;
  if (getrandom(&value, sizeof(value), 0) != sizeof(value))
    std::abort();
  return value;
}
