//===- GemmScheduleTest.cpp - Schedules of projections --------------------===//

#include "cca/Schedule/GemmLimits.h"
#include "cca/Schedule/SelectGemmSchedule.h"

#include <gtest/gtest.h>

using namespace mlir::cca;
using Limit = ScheduleProblem::Limit;

namespace {

const HopperTarget &h200 = HopperTarget::h200();

/// ZAYA1-8B's down-projections.
GemmProblem zaya(std::optional<int64_t> tokens = std::nullopt) {
  return {/*outputs=*/1536, /*inputs=*/2048, /*elementBytes=*/2, tokens};
}

GemmSchedule paired() { return {128, 128, 64, 3, 1, 2}; }

TEST(GemmScheduleTest, TwoBlocksFillAMultiprocessor) {
  // Three stages of 32 KB, a panel of 16 KB, 12 barriers.
  EXPECT_EQ(sharedMemoryBytes(paired()), 3 * 32768 + 16384 + 96);
  EXPECT_EQ(registersPerThread(paired()), 128 + 40);
  EXPECT_FALSE(checkSchedule(zaya(), paired(), h200));
  GemmSchedule four = paired();
  four.stages = 4;
  auto found = checkSchedule(zaya(), four, h200);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->limit, Limit::SharedMemory);
  EXPECT_EQ(found->most, (228 * 1024) / 2 - 1024);
}

TEST(GemmScheduleTest, PanelsTakeTurnsWhereThereIsRoom) {
  EXPECT_EQ(stagingTiles({64, 192, 64, 6, 1}), 3);
  EXPECT_EQ(stagingTiles({128, 128, 64, 6, 2}), 2);
  EXPECT_EQ(stagingTiles({128, 256, 64, 4, 2}), 2);
  EXPECT_EQ(stagingTiles({256, 128, 64, 4, 2}), 1);
  EXPECT_EQ(stagingTiles(paired()), 1);
  EXPECT_EQ(stagingTiles({128, 128, 64, 5, 2, 1, /*cooperative=*/false}), 2);
  EXPECT_EQ(stagingTiles({128, 128, 64, 6, 2, 1, /*cooperative=*/false}), 1);
}

TEST(GemmScheduleTest, ConsumersThatTakeTurnsShareStages) {
  // Four stages of 40 KB, a panel of 16 KB each, 16 barriers.
  GemmSchedule turns{128, 192, 64, 4, 2, 1, /*cooperative=*/false};
  EXPECT_EQ(sharedMemoryBytes(turns), 4 * 40960 + 2 * 16384 + 128);
  EXPECT_EQ(registersPerThread(turns), 192 + 40);
  turns.consumers = 3;
  EXPECT_EQ(checkConstraints(turns)->message,
            "expects 2 consumers that take turns, but got 3");
}

TEST(GemmScheduleTest, TwoBlocksHaveHalfOfTheRegisters) {
  GemmSchedule wide{128, 192, 64, 2, 1, 2};
  auto found = checkSchedule(zaya(), wide, h200);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->limit, Limit::Registers);
  EXPECT_EQ(found->most, registerBudget(1, 2).consumer);
  EXPECT_EQ(found->taken, 192 + 40);
  wide.blocksPerMultiprocessor = 1;
  EXPECT_FALSE(checkSchedule(zaya(), wide, h200));
}

TEST(GemmScheduleTest, BudgetsOfTwoBlocksFit) {
  auto [producer, consumer] = registerBudget(1, 2);
  EXPECT_TRUE(HopperTarget::isLegalRegisterBudget(producer));
  EXPECT_TRUE(HopperTarget::isLegalRegisterBudget(consumer));
  EXPECT_LE(2 * (producer + consumer) * HopperTarget::threadsPerWarpgroup,
            HopperTarget::registersPerMultiprocessor);
}

TEST(GemmScheduleTest, ChannelsAreWhole16Bytes) {
  GemmProblem problem = zaya();
  problem.inputs = 20;
  auto found = checkSchedule(problem, paired(), h200);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->limit, Limit::Channels);
  EXPECT_EQ(found->message,
            "expects channels to be a multiple of 8, but got 20");
  problem = zaya();
  problem.elementBytes = 4;
  EXPECT_EQ(checkSchedule(problem, paired(), h200)->limit, Limit::ElementBytes);
}

TEST(GemmScheduleTest, LongStepsNeedWholePanels) {
  GemmSchedule schedule{128, 128, 128, 3, 2, 1};
  EXPECT_FALSE(checkSchedule(zaya(), schedule, h200));
  GemmProblem problem = zaya();
  problem.inputs = 2048 + 8;
  EXPECT_EQ(checkSchedule(problem, schedule, h200)->limit, Limit::Channels);
}

TEST(GemmScheduleTest, EveryScheduleOfTheSpaceIsLegal) {
  for (const GemmSchedule &schedule : gemmScheduleSpace())
    EXPECT_FALSE(checkSchedule(zaya(), schedule, h200));
}

TEST(GemmScheduleTest, PanelsAreOfOneWidth) {
  EXPECT_EQ((GemmSchedule{64, 192, 64, 6, 1}).panelCols(), 64);
  GemmSchedule narrow{128, 96, 64, 7, 2};
  EXPECT_EQ(narrow.panelCols(), 32);
  // Seven stages of 28 KB, a panel of 8 KB, 28 barriers.
  EXPECT_EQ(sharedMemoryBytes(narrow), 7 * 28672 + 8192 + 224);
  EXPECT_EQ(stagingTiles(narrow), 3);
}

TEST(GemmScheduleTest, BlocksOfAPartHaveTheLeastToLoad) {
  auto rows = [](int64_t blockM, int64_t blockN) {
    return GemmSchedule{blockM, blockN, 64, 4, 2}.rowsOfPart();
  };
  EXPECT_EQ(rows(128, 128), 4);
  EXPECT_EQ(rows(128, 192), 4);
  EXPECT_EQ(rows(64, 192), 8);
  EXPECT_EQ(rows(256, 64), 2);
  EXPECT_EQ(rows(64, 256), 8);
}

TEST(GemmScheduleTest, ManyTokensHaveTurns) {
  GemmSchedule wide{128, 192, 64, 4, 2, 1, /*cooperative=*/false},
      square{128, 128, 64, 6, 2, 1, /*cooperative=*/false};
  EXPECT_EQ(selectSchedule(zaya(), h200), square);
  EXPECT_EQ(selectSchedule(zaya(4096), h200), square);
  EXPECT_EQ(selectSchedule(zaya(16384), h200), wide);
  EXPECT_EQ(selectSchedule({8192, 8192, /*elementBytes=*/2, 8192}, h200), wide);
  // ZAYA1-8B's output projection: 11 tiles of 192 columns for 2048.
  for (int64_t tokens : {2048, 4096, 8192, 16384})
    EXPECT_EQ(selectSchedule({2048, 1024, /*elementBytes=*/2, tokens}, h200),
              square);
}

TEST(GemmScheduleTest, FewTokensAreOneRound) {
  EXPECT_EQ(selectSchedule(zaya(1024), h200),
            (GemmSchedule{128, 96, 64, 7, 2}));
  auto schedule = selectSchedule(zaya(1024), h200);
  ASSERT_TRUE(schedule);
  int64_t tiles = (1024 / schedule->blockM) * (1536 / schedule->blockN);
  EXPECT_LE(tiles, h200.multiprocessors);
  EXPECT_GE(tiles, h200.multiprocessors * 9 / 10);
}

TEST(GemmScheduleTest, NoneForOddChannels) {
  GemmProblem problem = zaya();
  problem.outputs = 12;
  EXPECT_FALSE(selectSchedule(problem, h200));
}

} // namespace
