//===- KernelTest.cpp - Loading and launching kernels ---------------------===//

#include "FakeDriverTest.h"

#include <thread>
#include <vector>

static constexpr char ptx[] = "// PTX\n"
                              ".visible .entry add(\n"
                              "  .param .u32 add_param_0,\n"
                              "  .param .u64 .ptr .align 1 add_param_1\n"
                              ") { ret; }\n"
                              ".visible .entry none() { ret; }\n";

namespace {
class KernelTest : public FakeDriverTest {
protected:
  int32_t run() { return cca_launch_kernel(&add, &launch); }

  cca_module module = {ptx, "kernels", nullptr};
  cca_kernel add = {&module, "add", nullptr};
  cca_kernel none = {&module, "none", nullptr};
  int32_t first = -5;
  int64_t second = 1234567890123;
  void *arguments[2] = {&first, &second};
  cca_launch launch = {{6, 2, 1}, {384, 1, 1}, {0, 0, 0}, 0,
                       0,         arguments,   nullptr};
};
} // namespace

TEST_F(KernelTest, LaunchesWithArguments) {
  launch.stream = reinterpret_cast<void *>(0x40);
  ASSERT_EQ(run(), CCA_SUCCESS) << cca_last_error();
  EXPECT_EQ(takeLog(), "cuThreadExchangeStreamCaptureMode 2\n"
                       "cuModuleLoadDataEx in context 7\n"
                       "cuThreadExchangeStreamCaptureMode 0\n"
                       "cuModuleGetFunction add\n"
                       "cuLaunchKernelEx add grid 6 2 1 block 384 1 1 shared 0 "
                       "stream 0x40\n"
                       "  argument 0: 4 bytes, 4294967291\n"
                       "  argument 1: 8 bytes, 1234567890123\n");
}

TEST_F(KernelTest, LoadsOnceInEachContext) {
  for (int i = 0; i < 3; ++i)
    ASSERT_EQ(run(), CCA_SUCCESS) << cca_last_error();
  ASSERT_EQ(cca_launch_kernel(&none, &launch), CCA_SUCCESS) << cca_last_error();
  std::string log = takeLog();
  EXPECT_EQ(log.find("cuModuleLoadDataEx"), log.rfind("cuModuleLoadDataEx"));
  EXPECT_EQ(log.find("cuModuleGetFunction add"),
            log.rfind("cuModuleGetFunction add"));

  ASSERT_EQ(cca_device_open(1), CCA_SUCCESS);
  ASSERT_EQ(run(), CCA_SUCCESS) << cca_last_error();
  EXPECT_NE(takeLog().find("cuModuleLoadDataEx in context 8"),
            std::string::npos);
  ASSERT_EQ(cca_device_open(0), CCA_SUCCESS);
  ASSERT_EQ(run(), CCA_SUCCESS) << cca_last_error();
  EXPECT_EQ(takeLog().find("cuModule"), std::string::npos);
}

TEST_F(KernelTest, LoadsOnceForAllThreads) {
  constexpr int numThreads = 8;
  std::vector<std::thread> threads;
  threads.reserve(numThreads);
  for (int i = 0; i < numThreads; ++i)
    threads.emplace_back([this] {
      EXPECT_EQ(cca_device_open(0), CCA_SUCCESS);
      for (int j = 0; j < 50; ++j)
        EXPECT_EQ(run(), CCA_SUCCESS) << cca_last_error();
    });
  for (std::thread &thread : threads)
    thread.join();
  std::string log = takeLog();
  EXPECT_NE(log.find("cuModuleLoadDataEx"), std::string::npos);
  EXPECT_EQ(log.find("cuModuleLoadDataEx"), log.rfind("cuModuleLoadDataEx"));
}

TEST_F(KernelTest, LaunchesNothingOnAnEmptyGrid) {
  launch.grid[0] = 0;
  EXPECT_EQ(run(), CCA_SUCCESS);
  EXPECT_EQ(takeLog(), "");
}

TEST_F(KernelTest, ReservesSharedMemory) {
  launch.shared_memory = 48 * 1024;
  ASSERT_EQ(run(), CCA_SUCCESS) << cca_last_error();
  EXPECT_EQ(takeLog().find("cuFuncSetAttribute"), std::string::npos);
  launch.shared_memory = 197728;
  ASSERT_EQ(run(), CCA_SUCCESS) << cca_last_error();
  std::string log = takeLog();
  EXPECT_NE(log.find("cuFuncSetAttribute add attribute 8 = 197728\n"),
            std::string::npos);
  EXPECT_NE(log.find("shared 197728"), std::string::npos);
  ASSERT_EQ(run(), CCA_SUCCESS) << cca_last_error();
  EXPECT_EQ(takeLog().find("cuFuncSetAttribute"), std::string::npos);

  launch.shared_memory = 300000;
  EXPECT_EQ(run(), CCA_ERROR_DRIVER);
  EXPECT_STREQ(cca_last_error(),
               "kernel 'add' cannot have 300000 bytes of shared memory: "
               "CUDA_ERROR_INVALID_VALUE: invalid argument");
}

TEST_F(KernelTest, PassesAttributes) {
  launch.cluster[0] = 2;
  launch.cluster[1] = launch.cluster[2] = 1;
  launch.flags = CCA_LAUNCH_PROGRAMMATIC;
  ASSERT_EQ(run(), CCA_SUCCESS) << cca_last_error();
  EXPECT_NE(takeLog().find(" attribute 4 = 2 1 1 attribute 6 = 1 0 0\n"),
            std::string::npos);
}

TEST_F(KernelTest, ReportsSizesThatDoNotFit) {
  launch.grid[1] = INT64_C(1) << 32;
  EXPECT_EQ(run(), CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(cca_last_error(),
               "kernel 'add': expects grid sizes of 0 to 2147483647, but got "
               "6 x 4294967296 x 1");
  launch.grid[1] = -1;
  EXPECT_EQ(run(), CCA_ERROR_INVALID_ARGUMENT);
  launch.grid[1] = 1;
  launch.block[2] = 0;
  EXPECT_EQ(run(), CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(cca_last_error(),
               "kernel 'add': expects block sizes of 1 to 2147483647, but got "
               "384 x 1 x 0");
  launch.block[2] = 1;
  launch.shared_memory = INT64_C(1) << 40;
  EXPECT_EQ(run(), CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(cca_last_error(),
               "kernel 'add': expects 0 to 2147483647 bytes of shared memory, "
               "but got 1099511627776");
}

TEST_F(KernelTest, ReportsWhatCannotBeLoaded) {
  cca_module broken = {"nonsense", "broken", nullptr};
  cca_kernel kernel = {&broken, "add", nullptr};
  EXPECT_EQ(cca_launch_kernel(&kernel, &launch), CCA_ERROR_DRIVER);
  EXPECT_STREQ(cca_last_error(),
               "cannot load module 'broken' on a device of compute capability "
               "9.0: line 1: no PTX: CUDA_ERROR_INVALID_PTX: a PTX JIT "
               "compilation failed");
  cca_kernel absent = {&module, "absent", nullptr};
  EXPECT_EQ(cca_launch_kernel(&absent, &launch), CCA_ERROR_DRIVER);
  EXPECT_STREQ(cca_last_error(),
               "cannot find kernel 'absent' in module 'kernels': "
               "CUDA_ERROR_NOT_FOUND: named symbol not found");
}

TEST_F(KernelTest, ReportsFailedLaunches) {
  makeFail("cuLaunchKernelEx");
  EXPECT_EQ(run(), CCA_ERROR_DRIVER);
  EXPECT_STREQ(cca_last_error(),
               "cannot launch kernel 'add' with 6 x 2 x 1 blocks of 384 x 1 x "
               "1 threads and 0 bytes of shared memory: "
               "CUDA_ERROR_INVALID_VALUE: invalid argument");
}

TEST_F(KernelTest, NeedsAContext) {
  std::thread([this] {
    EXPECT_EQ(run(), CCA_ERROR_DRIVER);
    EXPECT_STREQ(cca_last_error(),
                 "expects a CUDA context to be current in the calling thread, "
                 "but got none");
    int64_t count;
    EXPECT_EQ(cca_get_multiprocessor_count(&count), CCA_ERROR_DRIVER);
  }).join();
}

TEST_F(KernelTest, CountsMultiprocessors) {
  int64_t count = 0;
  ASSERT_EQ(cca_get_multiprocessor_count(&count), CCA_SUCCESS);
  EXPECT_EQ(count, 132);
}
