//===- LaunchTest.cpp - Calling compiled functions from C -----------------===//

#include "../Runtime/FakeDriverTest.h"
#include "Modules.h"

#include <thread>
#include <vector>

namespace {
/// A memref of rank 1, as compiled functions take it.
struct Vector {
  explicit Vector(size_t size, float value = 0) : elements(size, value) {}

  std::vector<float> elements;
  struct {
    float *allocated, *aligned;
    int64_t offset, size, stride;
  } descriptor = {elements.data(), elements.data(), 0,
                  static_cast<int64_t>(elements.size()), 1};
};

class LaunchTest : public FakeDriverTest {
protected:
  void SetUp() override {
    FakeDriverTest::SetUp();
    program = compile(twice);
    ASSERT_TRUE(program) << cca_last_error();
    function = cca_program_find_function(program.get(), "double");
    ASSERT_NE(function, nullptr) << cca_last_error();
  }

  ProgramPtr program;
  const cca_function *function = nullptr;
  void *const stream = reinterpret_cast<void *>(0x40);
};
} // namespace

TEST_F(LaunchTest, ComputesOnAStream) {
  Vector in(300, 1.5), out(300);
  void *const arguments[] = {&in.descriptor, &out.descriptor};
  ASSERT_EQ(cca_function_call(function, arguments, stream), CCA_SUCCESS)
      << cca_last_error();
  for (float value : out.elements)
    EXPECT_EQ(value, 3);
  EXPECT_NE(takeLog().find("cuLaunchKernelEx twice grid 3 1 1 block 128 1 1 "
                           "shared 0 stream 0x40\n"),
            std::string::npos);
}

TEST_F(LaunchTest, ComputesAfterBytes) {
  size_t length;
  const void *bytes = cca_program_bytes(program.get(), &length);
  cca_program *loaded = nullptr;
  ASSERT_EQ(cca_program_load(bytes, length, &loaded), CCA_SUCCESS)
      << cca_last_error();
  ProgramPtr copy(loaded);
  program.reset();
  Vector in(5, 2), out(5);
  void *const arguments[] = {&in.descriptor, &out.descriptor};
  ASSERT_EQ(cca_function_call(cca_program_function(copy.get(), 0), arguments,
                              nullptr),
            CCA_SUCCESS)
      << cca_last_error();
  EXPECT_EQ(out.elements, std::vector<float>(5, 4));
}

TEST_F(LaunchTest, ReportsArguments) {
  Vector in(5), out(5);
  out.descriptor.stride = 2;
  void *const strided[] = {&in.descriptor, &out.descriptor};
  EXPECT_EQ(cca_function_call(function, strided, stream),
            CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(std::string(cca_last_error()).find("argument #2 of @double"), 0u)
      << cca_last_error();
  void *const missing[] = {&in.descriptor, nullptr};
  EXPECT_EQ(cca_function_call(function, missing, stream),
            CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(cca_last_error(),
               "expects a pointer for argument #2 of @double, but got null");
  EXPECT_EQ(cca_function_call(function, nullptr, stream),
            CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(cca_function_call(nullptr, missing, stream),
            CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(cca_last_error(),
               "expects a function and its arguments, but got null");
}

TEST_F(LaunchTest, ReportsTheDriver) {
  Vector in(5), out(5);
  void *const arguments[] = {&in.descriptor, &out.descriptor};
  makeFail("cuModuleLoadDataEx");
  EXPECT_EQ(cca_function_call(function, arguments, stream), CCA_ERROR_DRIVER);
  EXPECT_EQ(std::string(cca_last_error()).find("cannot load module"), 0u);
}

TEST_F(LaunchTest, NeedsNoWorkspace) {
  Vector in(5), out(5);
  void *const arguments[] = {&in.descriptor, &out.descriptor};
  int64_t bytes = -1;
  EXPECT_EQ(cca_function_workspace_size(function, arguments, &bytes),
            CCA_SUCCESS);
  EXPECT_EQ(bytes, 0);
}

TEST_F(LaunchTest, RunsInSeveralThreads) {
  std::vector<std::thread> threads;
  for (int number = 1; number <= 4; ++number)
    threads.emplace_back([this, number] {
      ASSERT_EQ(cca_device_open(0), CCA_SUCCESS);
      for (int i = 0; i < 20; ++i) {
        Vector in(100, float(number)), out(100);
        void *const arguments[] = {&in.descriptor, &out.descriptor};
        ASSERT_EQ(cca_function_call(function, arguments, nullptr), CCA_SUCCESS)
            << cca_last_error();
        EXPECT_EQ(out.elements, std::vector<float>(100, 2.0f * number));
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  std::string log = takeLog();
  EXPECT_EQ(log.find("cuModuleLoadDataEx"), log.rfind("cuModuleLoadDataEx"));
}
