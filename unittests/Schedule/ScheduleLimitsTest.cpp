//===- ScheduleLimitsTest.cpp - Whether a kernel fits a GPU ---------------===//

#include "cca/Schedule/ScheduleLimits.h"
#include "Problems.h"

#include <gtest/gtest.h>

using namespace mlir::cca;

namespace {

using Limit = ScheduleProblem::Limit;

const HopperTarget &h200 = HopperTarget::h200();

std::string messageOf(const AttentionProblem &problem,
                      const AttentionSchedule &schedule) {
  auto found = checkSchedule(problem, schedule, h200);
  return found ? found->message : "";
}

// Queries and outputs 32 KB each, two stages of keys and of values 128 KB, ten
// barriers, and the alignment of the first tile.
TEST(ScheduleLimitsTest, SharedMemoryIsTilesAndBarriers) {
  EXPECT_EQ(sharedMemoryBytes(zaya(), fastest()),
            (32 + 128 + 32) * 1024 + 10 * 8 + 1024);
  AttentionSchedule one = fastest();
  one.stages = 1;
  EXPECT_EQ(sharedMemoryBytes(zaya(), fastest()) -
                sharedMemoryBytes(zaya(), one),
            64 * 1024 + 4 * 8);
  EXPECT_EQ(sharedMemoryBytes(zaya(64), fastest()), 96 * 1024 + 10 * 8 + 1024);
}

// Per thread of a warpgroup's 64 rows: outputs 64, scores 64, weights 32,
// queries 32, and the rest.
TEST(ScheduleLimitsTest, RegistersAreTheRowsOfAWarpgroup) {
  EXPECT_EQ(registersPerThread(zaya(), fastest()), 64 + 64 + 32 + 32 + 40);
  EXPECT_EQ(registersPerThread(zaya(64), fastest()), 32 + 64 + 32 + 16 + 40);
  // The rows of a warpgroup are 64, however many there are.
  AttentionSchedule three{192, 128, 2, 3, SoftmaxForm::Auto, true, false};
  EXPECT_EQ(registersPerThread(zaya(), three),
            registersPerThread(zaya(), fastest()));
}

TEST(ScheduleLimitsTest, WideHeadsKeepQueriesInSharedMemory) {
  EXPECT_TRUE(keepsQueriesInRegisters(zaya(128)));
  EXPECT_FALSE(keepsQueriesInRegisters(zaya(256)));
  AttentionSchedule narrow = fastest();
  narrow.blockKV = 64;
  EXPECT_EQ(registersPerThread(zaya(256), narrow), 128 + 32 + 16 + 40);
}

TEST(ScheduleLimitsTest, BudgetsAreLegalAndFitAMultiprocessor) {
  for (int64_t n = 1; n <= AttentionSchedule::maxConsumers; ++n) {
    auto [producer, consumer] = registerBudget(n);
    EXPECT_TRUE(HopperTarget::isLegalRegisterBudget(producer)) << n;
    EXPECT_TRUE(HopperTarget::isLegalRegisterBudget(consumer)) << n;
    EXPECT_LE((producer + n * consumer) * HopperTarget::threadsPerWarpgroup,
              HopperTarget::registersPerMultiprocessor)
        << n;
  }
}

TEST(ScheduleLimitsTest, FastestIsLegal) {
  EXPECT_FALSE(checkSchedule(zaya(), fastest(), h200));
  EXPECT_FALSE(checkSchedule(zaya(), fastest(), HopperTarget::h100()));
}

TEST(ScheduleLimitsTest, ThirdStageIsTooMuchSharedMemory) {
  AttentionSchedule three = fastest();
  three.stages = 3;
  auto found = checkSchedule(zaya(), three, h200);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->limit, Limit::SharedMemory);
  EXPECT_EQ(found->most, HopperTarget::maxDynamicSmemBytes);
  EXPECT_EQ(found->taken, sharedMemoryBytes(zaya(), three));
  EXPECT_EQ(found->message,
            "expects at most 232448 bytes of shared memory, but this schedule "
            "takes 263280 (30832 too many)");
}

// All the registers there are fit, and more do not.
TEST(ScheduleLimitsTest, LimitItselfIsLegal) {
  HopperTarget target = h200;
  AttentionProblem problem = zaya(256);
  AttentionSchedule schedule{128, 96, 1, 2, SoftmaxForm::Auto, true, true};
  EXPECT_EQ(registersPerThread(problem, schedule), registerBudget(2).consumer);
  EXPECT_FALSE(checkSchedule(problem, schedule, target));
  schedule.blockKV = 112;
  ASSERT_TRUE(checkSchedule(problem, schedule, target));
}

TEST(ScheduleLimitsTest, ThreeConsumersHaveFewerRegisters) {
  AttentionSchedule three{192, 128, 2, 3, SoftmaxForm::Auto, true, false};
  auto found = checkSchedule(zaya(64), three, h200);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->limit, Limit::Registers);
  EXPECT_EQ(found->most, 160);
  EXPECT_EQ(found->taken, 184);
  EXPECT_EQ(found->message,
            "expects at most 160 registers for a thread of 3 consumers, but "
            "this schedule takes about 184 (24 too many)");
  three.blockKV = 96;
  EXPECT_EQ(messageOf(zaya(64), three), "");
}

TEST(ScheduleLimitsTest, ProblemsWithoutAKernel) {
  AttentionProblem wide = zaya();
  wide.elementBytes = 4;
  EXPECT_EQ(checkSchedule(wide, fastest(), h200)->limit, Limit::ElementBytes);
  for (int64_t headDim : {16, 80, 96, 192, 512})
    EXPECT_EQ(checkSchedule(zaya(headDim), fastest(), h200)->limit,
              Limit::HeadDim)
        << headDim;
  EXPECT_EQ(messageOf(zaya(80), fastest()),
            "expects a head dimension of 64, 128 or 256, but got 80");
}

TEST(ScheduleLimitsTest, OnlyBoundedScoresGoWithoutAMaximum) {
  AttentionProblem unknown = zaya();
  unknown.normalized = false;
  AttentionSchedule schedule = fastest();
  for (SoftmaxForm form : {SoftmaxForm::Bounded, SoftmaxForm::Auto}) {
    schedule.softmax = form;
    EXPECT_EQ(messageOf(zaya(), schedule), "");
    auto found = checkSchedule(unknown, schedule, h200);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->limit, Limit::SoftmaxForm);
  }
  schedule.softmax = SoftmaxForm::Online;
  EXPECT_EQ(messageOf(unknown, schedule), "");
}

// Each of these breaks one constraint of #cca.schedule.
TEST(ScheduleLimitsTest, NumberedConstraints) {
  auto with = [](auto change) {
    AttentionSchedule schedule = fastest();
    change(schedule);
    auto found = checkConstraints(schedule);
    return found ? found->message : "";
  };
  using S = AttentionSchedule;
  EXPECT_EQ(with([](S &) {}), "");
  EXPECT_EQ(with([](S &s) { s.consumers = 0; }),
            "expects consumers to be 1 to 3, but got 0");
  EXPECT_EQ(with([](S &s) { s.blockQ = 64; }),
            "expects block_q to be 64 for each consumer, 128, but got 64");
  EXPECT_EQ(with([](S &s) { s.blockKV = 264; }),
            "expects block_kv to be a multiple of 16 in [16, 256], but got "
            "264");
  EXPECT_EQ(with([](S &s) { s.stages = 9; }),
            "expects stages to be 1 to 8, but got 9");
  EXPECT_EQ(with([](S &s) {
              s.consumers = 1;
              s.blockQ = 64;
            }),
            "expects ping_pong = false unless there are 2 consumers, but got "
            "1 consumers");
}

TEST(ScheduleLimitsTest, FormsHaveNames) {
  for (SoftmaxForm form :
       {SoftmaxForm::Bounded, SoftmaxForm::Online, SoftmaxForm::Auto})
    EXPECT_EQ(symbolizeSoftmaxForm(stringifySoftmaxForm(form)), form);
  EXPECT_FALSE(symbolizeSoftmaxForm("flash"));
  EXPECT_FALSE(symbolizeSoftmaxForm(""));
}

} // namespace
