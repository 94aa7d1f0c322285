//===- FakeLog.h - What all functions of the fake driver do -----*- C++ -*-===//

#ifndef CCA_TEST_FAKEDRIVER_FAKELOG_H
#define CCA_TEST_FAKEDRIVER_FAKELOG_H

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace fake {

inline constexpr int success = 0;
inline constexpr int invalidValue = 1;

/// Whether there is a file to write to: who has much to say asks first.
bool isLogged();

[[gnu::format(printf, 1, 2)]] void log(const char *format, ...);

/// Whether the test wants this function to fail.
bool fails(const char *function);

} // namespace fake

#define MAY_FAIL                                                               \
  if (fake::fails(__func__))                                                   \
  return fake::invalidValue

#endif // CCA_TEST_FAKEDRIVER_FAKELOG_H
