//===- ConstantTest.cpp - Constants in device memory ----------------------===//

#include "FakeDriverTest.h"

#include "cca-c/Runtime.h"

#include <cstring>
#include <thread>
#include <vector>

namespace {
class ConstantTest : public FakeDriverTest {
protected:
  int32_t get() { return cca_get_constant(&constant, &address); }

  float data[3] = {1, 2, 3};
  cca_constant constant = {data, sizeof(data), "a constant of @f", nullptr};
  void *address = nullptr;
};
} // namespace

TEST_F(ConstantTest, CopiesBesideAllStreams) {
  ASSERT_EQ(get(), CCA_SUCCESS) << cca_last_error();
  EXPECT_EQ(takeLog(), "cuThreadExchangeStreamCaptureMode 2\n"
                       "cuMemAlloc 12\n"
                       "cuStreamCreate flags 1\n"
                       "cuMemcpyHtoDAsync 12\n"
                       "cuStreamSynchronize\n"
                       "cuStreamDestroy\n"
                       "cuThreadExchangeStreamCaptureMode 0\n");
  EXPECT_NE(address, data);
  EXPECT_EQ(std::memcmp(address, data, sizeof(data)), 0);
}

TEST_F(ConstantTest, CopiesOnceInEachContext) {
  ASSERT_EQ(get(), CCA_SUCCESS) << cca_last_error();
  void *first = address;
  takeLog();
  ASSERT_EQ(get(), CCA_SUCCESS) << cca_last_error();
  EXPECT_EQ(takeLog(), "");
  EXPECT_EQ(address, first);

  ASSERT_EQ(cca_device_open(1), CCA_SUCCESS);
  ASSERT_EQ(get(), CCA_SUCCESS) << cca_last_error();
  EXPECT_NE(takeLog().find("cuMemcpyHtoDAsync 12"), std::string::npos);
  EXPECT_NE(address, first);
}

TEST_F(ConstantTest, CopiesOnceForAllThreads) {
  constexpr int numThreads = 8;
  std::vector<std::thread> threads;
  threads.reserve(numThreads);
  for (int i = 0; i < numThreads; ++i)
    threads.emplace_back([this] {
      EXPECT_EQ(cca_device_open(0), CCA_SUCCESS);
      void *mine;
      EXPECT_EQ(cca_get_constant(&constant, &mine), CCA_SUCCESS);
    });
  for (std::thread &thread : threads)
    thread.join();
  std::string log = takeLog();
  EXPECT_NE(log.find("cuMemAlloc"), std::string::npos);
  EXPECT_EQ(log.find("cuMemAlloc"), log.rfind("cuMemAlloc"));
}

TEST_F(ConstantTest, SaysWhatItCannotCopy) {
  makeFail("cuMemcpyHtoDAsync_v2");
  EXPECT_EQ(get(), CCA_ERROR_DRIVER);
  EXPECT_STREQ(cca_last_error(),
               "cannot copy 12 bytes of a constant of @f to device memory: "
               "CUDA_ERROR_INVALID_VALUE: invalid argument");
  // Nothing is left, and the next call tries again.
  EXPECT_NE(takeLog().find("cuMemFree"), std::string::npos);
  unsetenv("CCA_FAKE_DRIVER_FAIL");
  EXPECT_EQ(get(), CCA_SUCCESS) << cca_last_error();
}

TEST_F(ConstantTest, NothingIsNowhere) {
  constant.bytes = 0;
  EXPECT_EQ(get(), CCA_SUCCESS);
  EXPECT_EQ(address, nullptr);
  EXPECT_EQ(takeLog(), "");
}
