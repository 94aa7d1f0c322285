//===- FakeKernel.cpp - Kernels of PTX text -------------------------------===//

#include "FakeKernel.h"

#include <cstdint>
#include <cstring>
#include <regex>

using namespace fake;

/// Bytes of a parameter: `.param .align 64 .b8 name[128]`, `.param .u64 .ptr
/// .align 1 name`, `.param .f32 name`.
static size_t getParameterSize(const std::string &text) {
  std::smatch match;
  if (!std::regex_search(text, match, std::regex(R"(\.[bsuf](8|16|32|64)\b)")))
    return 0;
  size_t size = std::stoul(match[1]) / 8;
  if (std::regex_search(text, match, std::regex(R"(\[(\d+)\])")))
    size *= std::stoul(match[1]);
  return size;
}

Module fake::parsePtx(const std::string &text) {
  Module module;
  std::regex entry(R"(\.entry\s+([\w$.]+)\s*\(([^)]*)\))");
  for (std::sregex_iterator it(text.begin(), text.end(), entry), end; it != end;
       ++it) {
    Kernel kernel{(*it)[1], {}};
    std::string list = (*it)[2];
    std::regex parameter(R"(\.param[^,]*)");
    for (std::sregex_iterator p(list.begin(), list.end(), parameter); p != end;
         ++p)
      kernel.parameters.push_back(getParameterSize(p->str()));
    module.kernels[kernel.name] = kernel;
  }
  return module;
}

template <typename T>
static T read(void *const *arguments, size_t index) {
  T value;
  std::memcpy(&value, arguments[index], sizeof(value));
  return value;
}

/// @twice(%in: memref<?xf32>, %out: memref<?xf32>): out = 2 in.
static void executeTwice(void **arguments) {
  // Allocated pointer, aligned pointer, offset, size, stride.
  auto *in = read<float *>(arguments, 1) + read<int64_t>(arguments, 2);
  auto *out = read<float *>(arguments, 6) + read<int64_t>(arguments, 7);
  auto size = read<int64_t>(arguments, 3);
  for (int64_t i = 0; i < size; ++i)
    out[i * read<int64_t>(arguments, 9)] =
        2 * in[i * read<int64_t>(arguments, 4)];
}

void fake::execute(const Kernel &kernel, void **arguments) {
  if (kernel.name == "twice")
    executeTwice(arguments);
}
