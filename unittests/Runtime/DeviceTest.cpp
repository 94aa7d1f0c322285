//===- DeviceTest.cpp - Device memory, streams and timing -----------------===//

#include "FakeDriverTest.h"

#include <thread>

using DeviceTest = FakeDriverTest;

TEST_F(DeviceTest, MovesMemory) {
  void *memory = nullptr;
  ASSERT_EQ(cca_device_allocate(4, &memory), CCA_SUCCESS);
  EXPECT_EQ(cca_device_fill(memory, 0xff, 4), CCA_SUCCESS);
  EXPECT_EQ(cca_device_write(memory, "ab", 2), CCA_SUCCESS);
  char back[4];
  EXPECT_EQ(cca_device_read(back, memory, 4), CCA_SUCCESS);
  EXPECT_EQ(std::string(back, 4), "ab\xff\xff");
  EXPECT_EQ(cca_device_free(memory), CCA_SUCCESS);
  EXPECT_EQ(takeLog(), "cuMemAlloc 4\ncuMemsetD8 0xff 4\ncuMemcpyHtoD 2\n"
                       "cuMemcpyDtoH 4\ncuMemFree\n");
}

// The driver rejects all of these.
TEST_F(DeviceTest, TakesEmptyBuffers) {
  void *memory = nullptr;
  ASSERT_EQ(cca_device_allocate(0, &memory), CCA_SUCCESS);
  EXPECT_NE(memory, nullptr);
  EXPECT_EQ(cca_device_fill(memory, 0xff, 0), CCA_SUCCESS);
  EXPECT_EQ(cca_device_write(memory, nullptr, 0), CCA_SUCCESS);
  EXPECT_EQ(cca_device_read(nullptr, memory, 0), CCA_SUCCESS);
  EXPECT_EQ(cca_device_free(memory), CCA_SUCCESS);
  EXPECT_EQ(takeLog(), "cuMemAlloc 1\ncuMemFree\n");
}

TEST_F(DeviceTest, MeasuresTime) {
  void *stream, *begin, *end;
  ASSERT_EQ(cca_stream_create(&stream), CCA_SUCCESS);
  ASSERT_EQ(cca_event_create(&begin), CCA_SUCCESS);
  ASSERT_EQ(cca_event_create(&end), CCA_SUCCESS);
  EXPECT_EQ(cca_event_record(begin, stream), CCA_SUCCESS);
  EXPECT_EQ(cca_event_record(end, stream), CCA_SUCCESS);
  float milliseconds = 0;
  EXPECT_EQ(cca_event_elapsed(begin, end, &milliseconds), CCA_SUCCESS);
  EXPECT_EQ(milliseconds, 0.125f);
  EXPECT_EQ(cca_event_destroy(begin), CCA_SUCCESS);
  EXPECT_EQ(cca_event_destroy(end), CCA_SUCCESS);
  EXPECT_EQ(cca_stream_destroy(stream), CCA_SUCCESS);
}

TEST_F(DeviceTest, ReportsErrors) {
  void *memory = nullptr;
  makeFail("cuMemAlloc_v2");
  EXPECT_EQ(cca_device_allocate(1 << 20, &memory), CCA_ERROR_DRIVER);
  EXPECT_STREQ(cca_last_error(),
               "cannot allocate 1048576 bytes of device memory: "
               "CUDA_ERROR_INVALID_VALUE: invalid argument");
  makeFail("cuStreamSynchronize");
  EXPECT_EQ(cca_stream_synchronize(nullptr), CCA_ERROR_DRIVER);
  EXPECT_STREQ(cca_last_error(), "the stream failed: CUDA_ERROR_INVALID_VALUE: "
                                 "invalid argument");
}

TEST_F(DeviceTest, KeepsErrorsApart) {
  makeFail("cuDeviceGet");
  EXPECT_EQ(cca_device_open(0), CCA_ERROR_DRIVER);
  EXPECT_STRNE(cca_last_error(), "");
  std::thread([] { EXPECT_STREQ(cca_last_error(), ""); }).join();
}
