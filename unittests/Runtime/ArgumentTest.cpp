//===- ArgumentTest.cpp - Arguments of compiled functions -----------------===//

#include "cca-c/Runtime.h"

#include "gtest/gtest.h"

namespace {
/// A row-major ? x 8 x 64 at offset 0.
class ArgumentTest : public testing::Test {
protected:
  std::string check() {
    int32_t status =
        cca_check_argument("argument #1 of @f", 3, fields, expected);
    if (status == CCA_SUCCESS)
      return "";
    EXPECT_EQ(status, CCA_ERROR_INVALID_ARGUMENT);
    return cca_last_error();
  }

  int64_t *sizes() { return fields + 1; }
  int64_t *strides() { return fields + 4; }

  int64_t expected[7] = {0, CCA_ANY, 8, 64, 512, 64, 1};
  int64_t fields[7] = {0, 5, 8, 64, 512, 64, 1};
};
} // namespace

TEST(ConditionTest, KeepsTheMessage) {
  EXPECT_EQ(cca_fail("100 % of sizes agree"), CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(cca_last_error(), "100 % of sizes agree");
}

TEST_F(ArgumentTest, AcceptsWhatFits) {
  EXPECT_EQ(check(), "");
  sizes()[0] = 1000000;
  EXPECT_EQ(check(), "");
}

TEST_F(ArgumentTest, RejectsOffsets) {
  fields[0] = 64;
  EXPECT_EQ(check(), "argument #1 of @f: expects an offset of 0, but got 64");
  expected[0] = CCA_ANY;
  EXPECT_EQ(check(), "");
}

TEST_F(ArgumentTest, RejectsSizes) {
  sizes()[1] = 4;
  EXPECT_EQ(check(), "argument #1 of @f: expects a size of 8 in dimension 1, "
                     "but got 4");
  sizes()[1] = 8;
  sizes()[0] = -1;
  EXPECT_EQ(check(), "argument #1 of @f: expects sizes of 0 or more, but got "
                     "-1 in dimension 0");
}

TEST_F(ArgumentTest, RejectsStrides) {
  strides()[1] = 65;
  EXPECT_EQ(check(), "argument #1 of @f: expects a stride of 64 in dimension "
                     "1, but got 65");
  expected[5] = CCA_ANY;
  EXPECT_EQ(check(), "");
}

// Frameworks leave anything where no stride is taken.
TEST_F(ArgumentTest, IgnoresStridesOfSingleIndices) {
  strides()[0] = 7;
  EXPECT_NE(check(), "");
  sizes()[0] = 1;
  EXPECT_EQ(check(), "");
  strides()[2] = 2;
  EXPECT_NE(check(), "");
  sizes()[0] = 0;
  EXPECT_EQ(check(), "");
}

TEST(WorkspaceTest, ComparesBytesAndAlignment) {
  auto *address = reinterpret_cast<char *>(uintptr_t(0x1000));
  EXPECT_EQ(cca_check_workspace("workspace of @f", address, 512, 512),
            CCA_SUCCESS);
  EXPECT_EQ(cca_check_workspace("workspace of @f", address, 511, 512),
            CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(cca_last_error(),
               "workspace of @f: expects at least 512 bytes, but got 511");
  EXPECT_EQ(cca_check_workspace("workspace of @f", address + 128, 512, 512),
            CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(cca_last_error(), "workspace of @f: expects an address that is "
                                 "a multiple of 256, but got 0x1080");
  EXPECT_EQ(cca_check_workspace("workspace of @f", nullptr, 512, 512),
            CCA_ERROR_INVALID_ARGUMENT);
  // Where nothing is needed nothing is looked at.
  EXPECT_EQ(cca_check_workspace("workspace of @f", nullptr, 0, 0), CCA_SUCCESS);
}
