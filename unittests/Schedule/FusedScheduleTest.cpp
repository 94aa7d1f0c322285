//===- FusedScheduleTest.cpp - Schedules of cca.fused_prologue ------------===//

#include "cca/Schedule/FusedSchedule.h"

#include "gtest/gtest.h"

using namespace mlir::cca;

namespace {

FusedProblem zaya() {
  FusedProblem problem;
  problem.inputs = 2048;
  problem.mix.headDim = 128;
  problem.mix.queryHeads = 8;
  problem.mix.keyHeads = 2;
  problem.mix.taps = 3;
  problem.mix.rotary = 64;
  return problem;
}

TEST(FusedSchedule, EverySizeHasASchedule) {
  for (int64_t headDim : {64, 128})
    for (int64_t taps = 1; taps <= 7; ++taps)
      for (int64_t rotary : {0, 64, 128})
        for (int64_t tableBytes : {2, 4}) {
          FusedProblem problem = zaya();
          problem.mix.headDim = headDim;
          problem.mix.taps = taps;
          problem.mix.rotary = std::min(rotary, headDim);
          problem.mix.tableBytes = tableBytes;
          std::optional<FusedSchedule> schedule = selectSchedule(problem);
          ASSERT_TRUE(schedule) << headDim << ' ' << taps << ' ' << rotary;
          EXPECT_LE(sharedMemoryBytes(problem, *schedule),
                    HopperTarget::maxDynamicSmemBytes);
        }
}

TEST(FusedSchedule, TheFirstLatentsOfATileAreTokensBeforeIt) {
  FusedSchedule schedule{128, 3, 3, 2};
  EXPECT_EQ(schedule.tokens(1), 128);
  EXPECT_EQ(schedule.tokens(3), 126);
  EXPECT_EQ(schedule.tokens(7), 122);
}

TEST(FusedSchedule, LargerHeadsLeaveRoomForFewerStages) {
  EXPECT_EQ(selectSchedule(zaya()), (FusedSchedule{128, 3, 3, 2}));
  FusedProblem small = zaya();
  small.mix.headDim = 64;
  EXPECT_EQ(selectSchedule(small), (FusedSchedule{128, 4, 4, 2}));
}

TEST(FusedSchedule, OneConsumerHasNoRowsForTheTokensBefore) {
  std::optional<ScheduleProblem> problem = checkSchedule(zaya(), {64, 3, 3, 1});
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->limit, ScheduleProblem::Limit::Constraints);
}

TEST(FusedSchedule, ThreeConsumersHaveRegistersForSmallHeads) {
  FusedSchedule schedule{192, 2, 2, 3};
  std::optional<ScheduleProblem> large = checkSchedule(zaya(), schedule);
  ASSERT_TRUE(large);
  EXPECT_EQ(large->limit, ScheduleProblem::Limit::Registers);
  FusedProblem small = zaya();
  small.mix.headDim = 64;
  small.mix.rotary = 32;
  EXPECT_FALSE(checkSchedule(small, schedule));
}

TEST(FusedSchedule, MessagesSayHowMuchTooMany) {
  std::optional<ScheduleProblem> problem =
      checkSchedule(zaya(), {128, 4, 3, 2});
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->limit, ScheduleProblem::Limit::SharedMemory);
  EXPECT_EQ(problem->taken, sharedMemoryBytes(zaya(), {128, 4, 3, 2}));
}

} // namespace
