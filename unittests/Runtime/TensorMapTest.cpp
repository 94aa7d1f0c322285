//===- TensorMapTest.cpp - Encoding tensor maps ---------------------------===//

#include "FakeDriverTest.h"

namespace {
class TensorMapTest : public FakeDriverTest {
protected:
  /// 128 tokens x 128 channels of 2 x 1000 x 8 x 128, as the compiler describes
  /// it.
  cca_tensor tensor = {"argument #2 of @attend",
                       memory,
                       CCA_BF16,
                       5,
                       128,
                       {64, 1000, 2, 8, 2},
                       {1, 1024, 64, 128, 1024000},
                       {64, 128, 2, 1, 1},
                       {3, 1, 3, 2, 0}};

  int32_t encode() { return cca_encode_tensor_map(map, &tensor); }

  /// The text of the error that is expected.
  std::string getError() {
    return encode() == CCA_ERROR_INVALID_ARGUMENT ? cca_last_error()
                                                  : "no error";
  }

  alignas(64) char map[128];
  alignas(16) char memory[16];
};
} // namespace

TEST_F(TensorMapTest, PassesBytesAndEnumerators) {
  ASSERT_EQ(encode(), CCA_SUCCESS) << cca_last_error();
  EXPECT_NE(takeLog().find("type 9 rank 5 sizes 64 1000 2 8 2 "
                           "strides 2048 128 256 2048000 box 64 128 2 1 1 "
                           "steps 1 1 1 1 1 interleave 0 swizzle 3 "
                           "promotion 3 fill 0\n"),
            std::string::npos);
}

TEST_F(TensorMapTest, KnowsElementsAndSwizzles) {
  tensor.element = CCA_F16;
  tensor.swizzle = 64;
  tensor.box[0] = 32;
  ASSERT_EQ(encode(), CCA_SUCCESS) << cca_last_error();
  EXPECT_NE(takeLog().find("swizzle 2"), std::string::npos);

  tensor.element = CCA_F32;
  tensor.swizzle = 16;
  tensor.box[0] = 4;
  ASSERT_EQ(encode(), CCA_SUCCESS) << cca_last_error();
  std::string log = takeLog();
  EXPECT_NE(log.find("type 7 "), std::string::npos);
  EXPECT_NE(log.find("strides 4096 256 512 4096000"), std::string::npos);
  EXPECT_NE(log.find("swizzle 0"), std::string::npos);

  tensor.element = 17;
  EXPECT_EQ(getError(), "argument #2 of @attend: expects an element type of "
                        "cca_element, but got 17");
  tensor.element = CCA_BF16;
  tensor.swizzle = 48;
  EXPECT_EQ(getError(), "argument #2 of @attend: expects a swizzle of 16, 32, "
                        "64 or 128 bytes, but got 48");
}

TEST_F(TensorMapTest, ChecksAddresses) {
  tensor.address = memory + 8;
  std::string error = getError();
  EXPECT_EQ(error.find("argument #2 of @attend: expects an address that is a "
                       "multiple of 16, but got 0x"),
            0u)
      << error;
  tensor.address = nullptr;
  EXPECT_NE(getError(), "no error");
  tensor.address = memory;
  EXPECT_EQ(cca_encode_tensor_map(map + 8, &tensor),
            CCA_ERROR_INVALID_ARGUMENT);
}

TEST_F(TensorMapTest, ChecksStrides) {
  tensor.stride[1] = 1028;
  EXPECT_EQ(getError(), "argument #2 of @attend: expects a stride that is a "
                        "multiple of 16 bytes in dimension 1, but got 2056");
  tensor.stride[1] = -1024;
  EXPECT_EQ(getError(), "argument #2 of @attend: expects a stride below 2^40 "
                        "bytes, not negative, in dimension 1, but got -1024");
  tensor.stride[1] = INT64_MAX;
  EXPECT_NE(getError(), "no error");
  tensor.stride[1] = INT64_C(1) << 39;
  EXPECT_NE(getError(), "no error");
  tensor.stride[1] = (INT64_C(1) << 39) - 8;
  EXPECT_EQ(encode(), CCA_SUCCESS) << cca_last_error();
  tensor.stride[0] = 2;
  EXPECT_EQ(getError(), "argument #2 of @attend: expects a stride of 1 element "
                        "in dimension 3, but got 2");
}

TEST_F(TensorMapTest, ChecksSizes) {
  tensor.size[1] = (INT64_C(1) << 32) + 1;
  EXPECT_EQ(getError(), "argument #2 of @attend: expects a size of 0 to "
                        "4294967296 in dimension 1, but got 4294967297");
  tensor.size[1] = -1;
  EXPECT_NE(getError(), "no error");
  tensor.size[1] = INT64_C(1) << 32;
  EXPECT_EQ(encode(), CCA_SUCCESS) << cca_last_error();
  tensor.rank = 6;
  EXPECT_EQ(getError(),
            "argument #2 of @attend: expects 1 to 5 dimensions, but got 6");
}

TEST_F(TensorMapTest, ChecksBoxes) {
  tensor.box[1] = 257;
  EXPECT_EQ(getError(), "argument #2 of @attend: expects a box of 1 to 256 "
                        "elements in dimension 1, but got 257");
  tensor.box[1] = 128;
  tensor.box[0] = 128;
  EXPECT_EQ(getError(),
            "argument #2 of @attend: expects a box within the span of the "
            "swizzle, in bytes, in dimension 3, but got 256");
  tensor.box[0] = 4;
  EXPECT_EQ(getError(), "argument #2 of @attend: expects a box that is a "
                        "multiple of 16 bytes in dimension 3, but got 8");
}

// PyTorch leaves any stride where there is only one index.
TEST_F(TensorMapTest, IgnoresStridesOfSingleIndices) {
  tensor.size[4] = 1;
  tensor.stride[4] = 3;
  ASSERT_EQ(encode(), CCA_SUCCESS) << cca_last_error();
  EXPECT_NE(takeLog().find("strides 2048 128 256 16 "), std::string::npos);
}

// The driver takes neither sizes of 0 nor null.
TEST_F(TensorMapTest, EncodesEmptyTensors) {
  tensor.size[1] = 0;
  tensor.address = nullptr;
  ASSERT_EQ(encode(), CCA_SUCCESS) << cca_last_error();
  std::string log = takeLog();
  EXPECT_NE(log.find("sizes 64 1 2 8 2 strides 16 16 16 16 "),
            std::string::npos)
      << log;
}

TEST_F(TensorMapTest, ReportsTheDriver) {
  makeFail("cuTensorMapEncodeTiled");
  EXPECT_EQ(encode(), CCA_ERROR_DRIVER);
  EXPECT_STREQ(cca_last_error(),
               "argument #2 of @attend: cannot encode a tensor map: "
               "CUDA_ERROR_INVALID_VALUE: invalid argument");
}
