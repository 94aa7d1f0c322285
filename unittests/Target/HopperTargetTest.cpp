//===- HopperTargetTest.cpp - Limits and rates of a Hopper GPU ------------===//

#include "cca/Target/HopperTarget.h"

#include <gtest/gtest.h>

using namespace mlir::cca;

namespace {

TEST(HopperTargetTest, FindsTargetsByName) {
  ASSERT_TRUE(HopperTarget::lookup("h200"));
  EXPECT_EQ(HopperTarget::lookup("h200")->memoryBandwidth, 4.8e12);
  ASSERT_TRUE(HopperTarget::lookup("h100"));
  EXPECT_EQ(HopperTarget::lookup("h100")->memoryBandwidth, 3.35e12);
  EXPECT_FALSE(HopperTarget::lookup("a100"));
  EXPECT_FALSE(HopperTarget::lookup(""));
}

TEST(HopperTargetTest, WgmmaColumnsAreMultiplesOf8UpTo256) {
  EXPECT_FALSE(HopperTarget::isLegalWgmmaN(0));
  EXPECT_TRUE(HopperTarget::isLegalWgmmaN(8));
  EXPECT_FALSE(HopperTarget::isLegalWgmmaN(100));
  EXPECT_TRUE(HopperTarget::isLegalWgmmaN(176));
  EXPECT_TRUE(HopperTarget::isLegalWgmmaN(256));
  EXPECT_FALSE(HopperTarget::isLegalWgmmaN(264));
}

// One producer at 24 and two consumers at 240 registers are what a
// multiprocessor has for three warpgroups; a setmaxnreg takes multiples of 8.
TEST(HopperTargetTest, RegisterBudgets) {
  EXPECT_TRUE(HopperTarget::isLegalRegisterBudget(24));
  EXPECT_TRUE(HopperTarget::isLegalRegisterBudget(240));
  EXPECT_FALSE(HopperTarget::isLegalRegisterBudget(16));
  EXPECT_FALSE(HopperTarget::isLegalRegisterBudget(100));
  EXPECT_FALSE(HopperTarget::isLegalRegisterBudget(264));
  EXPECT_LE((24 + 2 * 240) * HopperTarget::threadsPerWarpgroup,
            HopperTarget::registersPerMultiprocessor);
}

// The dense bf16 peak of the datasheet, 989 TFLOP/s at 1.83 GHz.
TEST(HopperTargetTest, MatrixRateIsTheDatasheets) {
  double peak = HopperTarget::h200().multiprocessors *
                HopperTarget::matrixFlopsPerCycle * 1.83e9;
  EXPECT_NEAR(peak, 989e12, 1e12);
}

} // namespace
