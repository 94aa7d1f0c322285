//===- CostModelTest.cpp - How long a schedule takes ----------------------===//

#include "cca/Schedule/CostModel.h"
#include "Problems.h"

#include <gtest/gtest.h>

#include <limits>

using namespace mlir::cca;

namespace {

const HopperTarget &h200 = HopperTarget::h200();

AttentionProblem zayaOf(int64_t tokens, bool causal = false) {
  AttentionProblem problem = zaya();
  problem.batch = 1;
  problem.tokens = tokens;
  problem.causal = causal;
  return problem;
}

/// Floating-point operations per second, as they are counted for attention.
double rate(const AttentionProblem &problem, const AttentionSchedule &s) {
  double tokens = static_cast<double>(*problem.tokens);
  double flops = 4 * tokens * tokens * problem.queryHeads * problem.headDim;
  return (problem.causal ? flops / 2 : flops) /
         estimateSeconds(problem, s, h200);
}

AttentionSchedule online() {
  AttentionSchedule s = fastest();
  s.softmax = SoftmaxForm::Online;
  return s;
}

// Kernels of these schedules were measured on an H200; the model is good to a
// tenth.
TEST(CostModelTest, AgreesWithMeasurements) {
  EXPECT_NEAR(rate(zayaOf(16384), fastest()), 774e12, 77e12);
  EXPECT_NEAR(rate(zayaOf(16384, true), fastest()), 766e12, 77e12);
  EXPECT_NEAR(rate(zayaOf(4096), fastest()), 771e12, 77e12);
  EXPECT_NEAR(rate(zayaOf(4096, true), fastest()), 693e12, 69e12);
  EXPECT_NEAR(rate(zayaOf(16384), online()), 670e12, 67e12);
  EXPECT_NEAR(rate(zayaOf(16384, true), online()), 674e12, 67e12);
}

TEST(CostModelTest, EachChoiceThatWasMeasuredToGainGains) {
  AttentionProblem problem = zayaOf(16384);
  auto slower = [&](AttentionSchedule base, auto change) {
    double before = estimateSeconds(problem, base, h200);
    change(base);
    return estimateSeconds(problem, base, h200) > before;
  };
  using S = AttentionSchedule;
  EXPECT_TRUE(slower(fastest(), [](S &s) { s.pingPong = false; }));
  EXPECT_TRUE(slower(fastest(), [](S &s) { s.blockKV = 64; }));
  EXPECT_TRUE(slower(fastest(), [](S &s) { s.stages = 1; }));
  EXPECT_TRUE(slower(online(), [](S &s) { s.overlap = false; }));
  EXPECT_TRUE(slower(fastest(), [](S &s) { s.softmax = SoftmaxForm::Online; }));
  // With bounded scores both orders are equal, and `auto` is the bounded form.
  EXPECT_FALSE(slower(fastest(), [](S &s) { s.overlap = false; }));
  EXPECT_FALSE(
      slower(fastest(), [](S &s) { s.softmax = SoftmaxForm::Bounded; }));
}

// A head of 4096 tokens has 32 tiles, and 132 tiles are a round: 33 heads take
// eight, up to 37 take nine.
TEST(CostModelTest, TilesComeInRounds) {
  auto seconds = [](int64_t heads) {
    AttentionProblem problem = zayaOf(4096);
    problem.queryHeads = problem.keyHeads = heads;
    return estimateSeconds(problem, fastest(), h200);
  };
  EXPECT_EQ(seconds(1), seconds(4));
  EXPECT_NEAR(seconds(5) / seconds(4), 2, 1e-9);
  EXPECT_NEAR(seconds(34) / seconds(33), 9. / 8, 1e-9);
  EXPECT_EQ(seconds(34), seconds(37));
}

TEST(CostModelTest, MasksSaveWork) {
  // As many heads as make whole rounds.
  auto problemOf = [](bool causal) {
    AttentionProblem problem = zayaOf(65536, causal);
    problem.queryHeads = problem.keyHeads = 33;
    return problem;
  };
  double full = estimateSeconds(problemOf(false), fastest(), h200);
  double causal = estimateSeconds(problemOf(true), fastest(), h200);
  EXPECT_NEAR(causal / full, 0.5, 0.01);
  AttentionProblem windowed = problemOf(true);
  windowed.window = 4096;
  EXPECT_NEAR(estimateSeconds(windowed, fastest(), h200) / full, 4096. / 65536,
              0.01);
  // One that hides nothing, however large.
  AttentionProblem open = problemOf(false);
  open.window = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(estimateSeconds(open, fastest(), h200), full);
}

// A window of one key leaves nothing to compute: what is left is to move
// queries and outputs, keys and values.
TEST(CostModelTest, NoFasterThanMemory) {
  AttentionProblem problem = zayaOf(int64_t(1) << 20, true);
  problem.window = 1;
  HopperTarget slow = h200;
  slow.memoryBandwidth = 1e9;
  EXPECT_EQ(estimateSeconds(problem, fastest(), slow),
            2. * (8 + 2) * (int64_t(1) << 20) * 128 * 2 / 1e9);
}

TEST(CostModelTest, UnknownSizesAreALongSequence) {
  double known = estimateSeconds(zayaOf(16384), fastest(), h200);
  double unknown = estimateSeconds(zaya(), fastest(), h200);
  EXPECT_NEAR(unknown / known, 1024. / 132 / 8, 1e-9);
}

} // namespace
