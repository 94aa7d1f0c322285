//===- IsolationTest.cpp - Compiling what may not compile -----------------===//

#include "Isolation.h"

#include "llvm/Support/ErrorHandling.h"

#include "gtest/gtest.h"

using namespace mlir::cca;

TEST(IsolationTest, RunsInAThreadOfItsOwn) {
  auto caller = pthread_self();
  bool isOther = false;
  EXPECT_EQ(
      runIsolated([&] { isOther = !pthread_equal(caller, pthread_self()); }),
      std::nullopt);
  EXPECT_TRUE(isOther);
}

TEST(IsolationTest, SurvivesFatalErrors) {
  for (int i = 0; i < 3; ++i) {
    auto error = runIsolated([] { llvm::report_fatal_error("no such thing"); });
    EXPECT_EQ(error, "no such thing");
  }
  EXPECT_EQ(runIsolated([] {}), std::nullopt);
}

TEST(IsolationTest, CountsNestedBrackets) {
  EXPECT_EQ(getNesting(""), 0u);
  EXPECT_EQ(getNesting("f(a[0], {b})"), 2u);
  EXPECT_EQ(getNesting(")))(("), 2u);
  EXPECT_EQ(getNesting("\"((\\\"((\" (// ((\n)"), 1u);
  EXPECT_EQ(getNesting("\"(("), 0u);
}
