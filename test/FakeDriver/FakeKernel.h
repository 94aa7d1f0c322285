//===- FakeKernel.h - Kernels of PTX text -----------------------*- C++ -*-===//

#ifndef CCA_TEST_FAKEDRIVER_FAKEKERNEL_H
#define CCA_TEST_FAKEDRIVER_FAKEKERNEL_H

#include <map>
#include <string>
#include <vector>

namespace fake {

struct Kernel {
  std::string name;
  /// The size in bytes of each parameter.
  std::vector<size_t> parameters;
};

struct Module {
  std::map<std::string, Kernel> kernels;
};

/// The kernels that PTX text declares, with their parameters.
Module parsePtx(const std::string &text);

/// Does on the host what the kernels of that name in the tests do. Others do
/// nothing.
void execute(const Kernel &kernel, void **arguments);

} // namespace fake

#endif // CCA_TEST_FAKEDRIVER_FAKEKERNEL_H
