//===- SelectScheduleTest.cpp - The schedule that a kernel gets -----------===//

#include "cca/Schedule/SelectSchedule.h"
#include "Problems.h"
#include "cca/Schedule/CostModel.h"
#include "cca/Schedule/ScheduleLimits.h"

#include <gtest/gtest.h>

using namespace mlir::cca;

namespace {

const HopperTarget &h200 = HopperTarget::h200();

TEST(SelectScheduleTest, FastestKnownForHeadDim128) {
  for (bool causal : {false, true})
    for (std::optional<int64_t> tokens :
         {std::optional<int64_t>(), std::optional<int64_t>(4096),
          std::optional<int64_t>(65536)}) {
      AttentionProblem problem = zaya();
      problem.causal = causal;
      problem.batch = 1;
      problem.tokens = tokens;
      // All rows of full attention have as many keys: none is online alone.
      EXPECT_EQ(selectSchedule(problem, h200),
                fastest(causal ? SoftmaxForm::Auto : SoftmaxForm::Online))
          << causal << " " << tokens.value_or(-1);
    }
}

// 128 tiles of 64 queries, not 64 of 128.
TEST(SelectScheduleTest, ShortSequencesHaveSmallTiles) {
  AttentionProblem problem = zaya();
  problem.causal = true;
  problem.batch = 1;
  problem.tokens = 1024;
  auto schedule = selectSchedule(problem, h200);
  ASSERT_TRUE(schedule);
  EXPECT_EQ(schedule->blockQ, 64);
  EXPECT_EQ(schedule->consumers, 1);
  EXPECT_FALSE(schedule->pingPong);
  problem.batch = 16;
  EXPECT_EQ(selectSchedule(problem, h200), fastest());
}

TEST(SelectScheduleTest, OnlineWithoutABound) {
  AttentionProblem problem = zaya();
  problem.normalized = false;
  problem.causal = true;
  EXPECT_EQ(selectSchedule(problem, h200), fastest(SoftmaxForm::Online));
}

TEST(SelectScheduleTest, HeadDim64HasTheSameTiles) {
  EXPECT_EQ(selectSchedule(zaya(64), h200), fastest(SoftmaxForm::Online));
}

TEST(SelectScheduleTest, WideHeadsHaveShorterSteps) {
  auto schedule = selectSchedule(zaya(256), h200);
  ASSERT_TRUE(schedule);
  EXPECT_LT(schedule->blockKV, 128);
  EXPECT_FALSE(checkSchedule(zaya(256), *schedule, h200));
}

TEST(SelectScheduleTest, NoneForOtherHeadDims) {
  EXPECT_FALSE(selectSchedule(zaya(96), h200));
  EXPECT_TRUE(checkSchedule(zaya(96), scheduleSpace(zaya(96)).front(), h200));
}

// Nothing legal takes less time than what is selected.
TEST(SelectScheduleTest, CheapestOfTheSpace) {
  for (int64_t headDim : {64, 128, 256}) {
    AttentionProblem problem = zaya(headDim);
    auto selected = selectSchedule(problem, h200);
    ASSERT_TRUE(selected);
    double least = estimateSeconds(problem, *selected, h200);
    int legal = 0;
    for (const AttentionSchedule &schedule : scheduleSpace(problem)) {
      EXPECT_FALSE(checkConstraints(schedule));
      if (checkSchedule(problem, schedule, h200))
        continue;
      ++legal;
      EXPECT_GE(estimateSeconds(problem, schedule, h200), least);
    }
    EXPECT_GT(legal, 1);
  }
}

} // namespace
