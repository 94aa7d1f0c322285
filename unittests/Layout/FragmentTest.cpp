//===- FragmentTest.cpp - Tiles in the registers of a warpgroup -----------===//

#include "cca/Layout/Fragment.h"

#include <gtest/gtest.h>

#include <set>

using namespace mlir::cca;

namespace {

TEST(FragmentTest, EveryElementHasOneOwner) {
  for (int64_t cols : {8, 64, 128, 176, 256}) {
    Fragment fragment{cols};
    std::set<std::pair<int64_t, int64_t>> seen;
    for (int64_t thread = 0; thread < 128; ++thread)
      for (int64_t index = 0; index < fragment.elementsPerThread(); ++index) {
        TileElement e = Fragment::element(thread, index);
        EXPECT_TRUE(e.row >= 0 && e.row < 64 && e.col >= 0 && e.col < cols);
        EXPECT_TRUE(seen.insert({e.row, e.col}).second);
      }
    EXPECT_EQ(seen.size(), static_cast<size_t>(64 * cols));
  }
}

// PTX ISA, figure of the m64nNk16 accumulator: d0, d1 of T0 are (0, 0) and (0,
// 1), d2, d3 are (8, 0) and (8, 1), d4 is (0, 8); T1 starts at column 2, T4 at
// row 1, T32 at row 16.
TEST(FragmentTest, AccumulatorIsWgmmas) {
  EXPECT_EQ(Fragment::element(0, 0), (TileElement{0, 0}));
  EXPECT_EQ(Fragment::element(0, 1), (TileElement{0, 1}));
  EXPECT_EQ(Fragment::element(0, 2), (TileElement{8, 0}));
  EXPECT_EQ(Fragment::element(0, 4), (TileElement{0, 8}));
  EXPECT_EQ(Fragment::element(1, 0), (TileElement{0, 2}));
  EXPECT_EQ(Fragment::element(4, 0), (TileElement{1, 0}));
  EXPECT_EQ(Fragment::element(32, 0), (TileElement{16, 0}));
  EXPECT_EQ(Fragment::element(127, 3), (TileElement{63, 7}));
}

// PTX ISA, figure of the A operand in registers, m64k16: element e of a thread
// is at row (lane / 4) + 8 if e / 2 is odd, column 2 (lane % 4) + e % 2 + 8 if
// e >= 4.
TEST(FragmentTest, AccumulatorIsOperandA) {
  for (int64_t thread = 0; thread < 128; ++thread)
    for (int64_t step = 0; step < 8; ++step)
      for (int64_t e = 0; e < 8; ++e) {
        int64_t lane = thread % 32, warp = thread / 32;
        TileElement a{16 * warp + lane / 4 + ((e / 2) % 2 ? 8 : 0),
                      16 * step + 2 * (lane % 4) + e % 2 + (e >= 4 ? 8 : 0)};
        EXPECT_EQ(Fragment::element(thread, 8 * step + e), a);
      }
}

TEST(FragmentTest, QuadsShareRows) {
  for (int64_t thread = 0; thread < 128; ++thread)
    for (int64_t index = 0; index < 64; ++index) {
      TileElement e = Fragment::element(thread, index);
      EXPECT_EQ(e.row, Fragment::rowOf(thread, (index / 2) % 2));
      EXPECT_EQ(e.row, Fragment::element(thread ^ 3, index).row);
    }
}

// PTX ISA, ldmatrix.x4: of matrix m a thread gets the elements 2 (lane % 4) and
// the next of row lane / 4, whose address lane 8 m + lane / 4 gave.
TEST(FragmentTest, LdmatrixLoadsTheFragment) {
  for (int64_t thread = 0; thread < 128; ++thread)
    for (int64_t step = 0; step < 8; ++step)
      for (int64_t matrix = 0; matrix < 4; ++matrix)
        for (int64_t half = 0; half < 2; ++half) {
          int64_t lane = thread % 32;
          TileElement row =
              matrixRow(thread - lane + 8 * matrix + lane / 4, step);
          TileElement loaded{row.row, row.col + 2 * (lane % 4) + half};
          EXPECT_EQ(Fragment::element(thread, 8 * step + 2 * matrix + half),
                    loaded);
        }
}

} // namespace
