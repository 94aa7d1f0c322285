//===- CheckResultTest.cpp - Relative error, NaN and infinity -------------===//

#include "Arrays/CheckResult.h"

#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

#include <cmath>
#include <limits>

using namespace mlir::cca;

static constexpr double inf = std::numeric_limits<double>::infinity();
static constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

namespace {
/// An array and the elements it refers to.
template <typename T>
struct Array {
  Array(char kind, llvm::SmallVector<int64_t> shape, std::vector<T> values)
      : values(std::move(values)) {
    array.type = {kind, sizeof(T)};
    array.shape = std::move(shape);
    array.data = {reinterpret_cast<const char *>(this->values.data()),
                  this->values.size() * sizeof(T)};
  }
  std::vector<T> values;
  NpyArray array;
};
} // namespace

static CheckReport check(const NpyArray &result, const NpyArray &reference,
                         bool isBf16 = false) {
  return llvm::cantFail(checkResult(result, reference, isBf16));
}

static CheckReport checkDoubles(const std::vector<double> &result,
                                const std::vector<double> &reference) {
  int64_t size = result.size();
  return check(Array<double>('f', {size}, result).array,
               Array<double>('f', {size}, reference).array);
}

TEST(CheckResult, IsTheRelativeFrobeniusError) {
  Array<float> result('f', {2, 2}, {3, 4, 0, 1});
  Array<double> reference('f', {2, 2}, {3, 4, 0, 0});
  CheckReport report = check(result.array, reference.array);
  EXPECT_DOUBLE_EQ(report.relativeError, 0.2);
  EXPECT_EQ(report.largestDifference, 1);
  EXPECT_EQ(report.largestAt, (llvm::SmallVector<int64_t>{1, 1}));
  EXPECT_TRUE(report.passes(0.2));
  EXPECT_FALSE(report.passes(0.19));
}

TEST(CheckResult, ReadsEveryElementType) {
  Array<uint16_t> bf16('u', {2}, {0x3f80, 0xc000}); // 1, -2
  Array<uint16_t> f16('f', {2}, {0x3c00, 0xc000});  // 1, -2
  Array<float> f32('f', {2}, {1, -2});
  Array<double> f64('f', {2}, {1, -2});
  Array<int32_t> i32('i', {2}, {1, -2});
  Array<int64_t> i64('i', {2}, {1, -2});
  for (const NpyArray *array :
       {&bf16.array, &f16.array, &f32.array, &i32.array, &i64.array})
    EXPECT_EQ(check(*array, f64.array, /*isBf16=*/true).relativeError, 0);
  // A reference in f16 stays f16 for a result in bf16.
  EXPECT_EQ(check(bf16.array, f16.array, /*isBf16=*/true).relativeError, 0);
}

TEST(CheckResult, ZeroReference) {
  EXPECT_EQ(checkDoubles({0, 0}, {0, -0.0}).relativeError, 0);
  EXPECT_EQ(checkDoubles({0, 1}, {0, 0}).relativeError, inf);
  EXPECT_FALSE(checkDoubles({0, 1}, {0, 0}).passes(1e300));
  EXPECT_EQ(checkDoubles({}, {}).relativeError, 0);
}

TEST(CheckResult, SquaresNeitherOverflowNorVanish) {
  EXPECT_DOUBLE_EQ(checkDoubles({2e-300}, {1e-300}).relativeError, 1);
  EXPECT_DOUBLE_EQ(checkDoubles({1.5e300}, {1e300}).relativeError, 0.5);
  EXPECT_FALSE(checkDoubles({-1.7e308}, {1.7e308}).passes(1));
}

TEST(CheckResult, NonFiniteElementsMustAgree) {
  EXPECT_TRUE(
      checkDoubles({1, notANumber, inf, -inf}, {1, notANumber, inf, -inf})
          .passes(0));
  for (auto [got, expected] : {std::pair{notANumber, 1.0},
                               {1.0, notANumber},
                               {inf, 1.0},
                               {1.0, inf},
                               {inf, -inf},
                               {notANumber, inf},
                               {inf, notANumber}}) {
    CheckReport report = checkDoubles({1, 1, got}, {1, 1, expected});
    EXPECT_FALSE(report.passes(1e300)) << got << " " << expected;
    EXPECT_EQ(report.numNonFiniteMismatches, 1);
    EXPECT_EQ(report.firstMismatchAt, (llvm::SmallVector<int64_t>{2}));
  }
}

TEST(CheckResult, ShapesMustAgree) {
  Array<float> row('f', {1, 2}, {1, 2});
  Array<float> column('f', {2, 1}, {1, 2});
  auto report = checkResult(row.array, column.array, false);
  ASSERT_FALSE(bool(report));
  EXPECT_EQ(llvm::toString(report.takeError()),
            "expects a result of shape (2, 1), but got (1, 2)");
}

TEST(CheckResult, Prints) {
  std::string text;
  llvm::raw_string_ostream os(text);
  checkDoubles({1, 2, notANumber}, {1, 4, 0}).print(os, 0.1);
  EXPECT_EQ(text,
            "relative error 4.85e-01, expects at most 1.00e-01; largest "
            "difference 2.00e+00 at [1]; 1 elements infinite or NaN on one "
            "side only, the first at [2]");
}
