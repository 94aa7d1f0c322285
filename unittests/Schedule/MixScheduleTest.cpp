//===- MixScheduleTest.cpp - Schedules of cca.mix -------------------------===//

#include "cca/Schedule/MixSchedule.h"

#include "gtest/gtest.h"

using namespace mlir::cca;

namespace {

const HopperTarget &h200 = HopperTarget::h200();

MixProblem zaya() {
  MixProblem problem;
  problem.headDim = 128;
  problem.queryHeads = 8;
  problem.keyHeads = 2;
  problem.taps = 3;
  problem.rotary = 64;
  return problem;
}

TEST(MixSchedule, ConsumersShareTheTapsOfZayaButNoTiles) {
  EXPECT_EQ(selectSchedule(zaya(), h200),
            (MixSchedule{64, 1, 2, /*cooperative=*/false}));
  EXPECT_TRUE(keepsTaps(zaya(), {192, 1, 3}));
  EXPECT_FALSE(keepsTaps(zaya(), {192, 2, 3}));
}

TEST(MixSchedule, ConsumersWithTilesOfTheirOwnHaveStagesOfTheirOwn) {
  MixSchedule own{64, 1, 3, /*cooperative=*/false};
  EXPECT_FALSE(checkSchedule(zaya(), own));
  EXPECT_TRUE(keepsTaps(zaya(), own));
  // Two more tiles of the tokens before, each of 8 rows.
  EXPECT_EQ(sharedMemoryBytes(zaya(), own),
            sharedMemoryBytes(zaya(), {192, 1, 3}) + 2 * 8 * 256 +
                2 * 2 * 3 * HopperTarget::mbarrierBytes);
  EXPECT_TRUE(checkSchedule(zaya(), {128, 1, 2, /*cooperative=*/false}));
}

MixSchedule selectFor(MixProblem problem, int64_t tokens) {
  problem.batch = 1;
  problem.tokens = tokens;
  return *selectSchedule(problem, h200);
}

TEST(MixSchedule, ResultsThatStayInL2LeaveThroughTwoTiles) {
  EXPECT_EQ(selectFor(zaya(), 1024).staging, 2);
  EXPECT_EQ(selectFor(zaya(), 8192).staging, 2);
  EXPECT_EQ(selectFor(zaya(), 16384).staging, 1);
  EXPECT_EQ(selectSchedule(zaya(), h200)->staging, 1);
}

TEST(MixSchedule, TwoStagingTilesThatCostNoPanelsAreSelected) {
  MixProblem problem = zaya();
  problem.taps = 2;
  problem.depthwiseTaps = 2;
  MixSchedule own{64, 1, 2, /*cooperative=*/false}, staged = own;
  staged.staging = 2;
  EXPECT_EQ(panelStages(problem, staged), panelStages(problem, own));
  EXPECT_EQ(selectSchedule(problem, h200), staged);
}

TEST(MixSchedule, FewTokensHaveSmallTilesWhereConsumersShareThem) {
  MixProblem problem = zaya();
  problem.headDim = 64;
  EXPECT_EQ(selectFor(problem, 512).consumers, 1);
  EXPECT_EQ(selectFor(problem, 1024).consumers, 2);
  EXPECT_EQ(selectFor(problem, 16384).consumers, 3);
}

TEST(MixSchedule, TablesTakeThePanelsThatAreLeft) {
  MixSchedule own{64, 1, 2, /*cooperative=*/false};
  EXPECT_EQ(panelStages(zaya(), own), 4);
  own.staging = 2;
  EXPECT_EQ(panelStages(zaya(), own), 3);
  // One head and nothing else.
  EXPECT_EQ(panelStages(zaya(), {192, 1, 3}), 2);
  MixProblem wide = zaya();
  wide.tableBytes = 4;
  EXPECT_FALSE(stagesTables(wide));
  EXPECT_EQ(panelStages(wide, own), 2);
}

TEST(MixSchedule, EveryNumberOfTapsHasASchedule) {
  for (int64_t headDim : {64, 128})
    for (int64_t taps = 1; taps <= 7; ++taps)
      for (int64_t rotary : {0, 64, 128})
        for (int64_t tableBytes : {2, 4}) {
          MixProblem problem = zaya();
          problem.headDim = headDim;
          problem.taps = taps;
          problem.rotary = std::min(rotary, headDim);
          problem.tableBytes = tableBytes;
          std::optional<MixSchedule> schedule = selectSchedule(problem, h200);
          ASSERT_TRUE(schedule) << headDim << ' ' << taps << ' ' << rotary;
          EXPECT_LE(sharedMemoryBytes(problem, *schedule),
                    HopperTarget::maxDynamicSmemBytes);
        }
}

TEST(MixSchedule, TapsThatDoNotStayNeedTwoStages) {
  MixProblem problem = zaya();
  problem.taps = 7;
  std::optional<ScheduleProblem> problemOfOne =
      checkSchedule(problem, {128, 1, 2});
  ASSERT_TRUE(problemOfOne);
  EXPECT_EQ(problemOfOne->limit, ScheduleProblem::Limit::Constraints);
  EXPECT_EQ(selectSchedule(problem, h200), (MixSchedule{128, 2, 2}));
}

TEST(MixSchedule, WideTablesAreNotLoadedAhead) {
  MixProblem problem = zaya();
  EXPECT_TRUE(loadsTablesAhead(problem));
  problem.rotary = 128;
  problem.tableBytes = 4;
  EXPECT_FALSE(loadsTablesAhead(problem));
}

TEST(MixSchedule, NoScheduleMendsAProblem) {
  using Limit = ScheduleProblem::Limit;
  auto limitOf = [](auto change) {
    MixProblem problem = zaya();
    change(problem);
    std::optional<ScheduleProblem> found = checkSchedule(problem, {64, 1, 1});
    return found ? std::optional(found->limit) : std::nullopt;
  };
  EXPECT_EQ(limitOf([](MixProblem &) {}), std::nullopt);
  EXPECT_EQ(limitOf([](MixProblem &p) { p.elementBytes = 4; }),
            Limit::ElementBytes);
  EXPECT_EQ(limitOf([](MixProblem &p) { p.headDim = 256; }), Limit::HeadDim);
  EXPECT_EQ(limitOf([](MixProblem &p) { p.taps = 8; }), Limit::Taps);
  // Depthwise taps count, too: 7 tokens are read, then 8.
  auto limitWithDepthwise = [&](int64_t taps) {
    return limitOf([&](MixProblem &p) {
      p.headDim = 64;
      p.taps = taps;
      p.depthwiseTaps = 2;
    });
  };
  EXPECT_EQ(limitWithDepthwise(6), std::nullopt);
  EXPECT_EQ(limitWithDepthwise(7), Limit::Taps);
  EXPECT_EQ(limitOf([](MixProblem &p) { p.rotary = 24; }), Limit::Rotary);
  EXPECT_EQ(limitOf([](MixProblem &p) {
              p.rotary = 24;
              p.rotatesHalves = false;
            }),
            std::nullopt);
}

} // namespace
