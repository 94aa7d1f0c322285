//===- SharedTileTest.cpp - Tiles in shared memory ------------------------===//

#include "cca/Layout/SharedTile.h"
#include "cca/Layout/MatrixDescriptor.h"

#include <gtest/gtest.h>

#include <set>

using namespace mlir::cca;

namespace {

constexpr Swizzle allSwizzles[] = {Swizzle::None, Swizzle::Span32,
                                   Swizzle::Span64, Swizzle::Span128};

TEST(SharedTileTest, EveryElementHasItsOwnPlace) {
  for (Swizzle swizzle : allSwizzles) {
    SharedTile tile{64, 128, 2, swizzle};
    ASSERT_TRUE(tile.isValid());
    std::set<int64_t> seen;
    for (int64_t row = 0; row < tile.rows; ++row)
      for (int64_t col = 0; col < tile.cols; ++col) {
        int64_t offset = tile.offset(row, col);
        EXPECT_TRUE(offset >= 0 && offset < tile.bytes() && offset % 2 == 0);
        EXPECT_TRUE(seen.insert(offset).second);
      }
  }
}

// CUTLASS calls it Swizzle<3, 4, 3>: in row r of 128 bytes, chunk c lies at c ^
// (r % 8).
TEST(SharedTileTest, Span128PermutesChunksByRow) {
  SharedTile tile{128, 128, 2, Swizzle::Span128};
  for (int64_t row = 0; row < 128; ++row)
    for (int64_t chunk = 0; chunk < 8; ++chunk)
      EXPECT_EQ(tile.offset(row, 8 * chunk),
                128 * row + 16 * (chunk ^ row % 8));
  // The second panel starts after all rows of the first.
  EXPECT_EQ(tile.offset(0, 64), 128 * 128);
}

// ldmatrix reads the same chunk of eight rows: all 32 banks once.
TEST(SharedTileTest, EightRowsOfAChunkHaveNoBankConflict) {
  SharedTile tile{64, 64, 2, Swizzle::Span128};
  for (int64_t chunk = 0; chunk < 8; ++chunk) {
    std::set<int64_t> banks;
    for (int64_t row = 0; row < 8; ++row)
      banks.insert(tile.offset(row, 8 * chunk) / 16 % 8);
    EXPECT_EQ(banks.size(), 8u);
  }
}

TEST(SharedTileTest, RejectsPartPanelsAndPartAtoms) {
  EXPECT_FALSE((SharedTile{64, 100, 2, Swizzle::Span128}.isValid()));
  EXPECT_FALSE((SharedTile{60, 128, 2, Swizzle::Span128}.isValid()));
  EXPECT_TRUE((SharedTile{64, 32, 2, Swizzle::Span64}.isValid()));
}

// The address that wgmma reads for element (strided, contiguous) of a k step:
// start address plus strides, then swizzled. 8 rows and one swizzle span are an
// atom.
int64_t hardwareAddress(const MatrixDescriptor &descriptor, Swizzle swizzle,
                        int64_t step, int64_t strided, int64_t contiguous) {
  int64_t span = static_cast<int64_t>(swizzle), panel = span / 2;
  int64_t address = descriptor.stepOffset(step) +
                    strided / 8 * descriptor.strideByteOffset() +
                    strided % 8 * span + contiguous % panel * 2 +
                    contiguous / panel * descriptor.leadingByteOffset();
  return applySwizzle(address, swizzle);
}

TEST(MatrixDescriptorTest, KMajorReadsKeys) {
  // 128 keys of 128 channels: N x K.
  for (Swizzle swizzle : {Swizzle::Span32, Swizzle::Span64, Swizzle::Span128}) {
    SharedTile keys{128, 128, 2, swizzle};
    MatrixDescriptor descriptor(keys, Major::K);
    ASSERT_EQ(descriptor.steps(), 8);
    for (int64_t step = 0; step < 8; ++step)
      for (int64_t n = 0; n < 128; ++n)
        for (int64_t k = 0; k < 16; ++k)
          EXPECT_EQ(hardwareAddress(descriptor, swizzle, step, n, k),
                    keys.offset(n, 16 * step + k));
  }
}

TEST(MatrixDescriptorTest, MNMajorReadsValues) {
  // 128 tokens of 128 channels: K x N.
  SharedTile values{128, 128, 2, Swizzle::Span128};
  MatrixDescriptor descriptor(values, Major::MN);
  ASSERT_EQ(descriptor.steps(), 8);
  for (int64_t step = 0; step < 8; ++step)
    for (int64_t k = 0; k < 16; ++k)
      for (int64_t n = 0; n < 128; ++n)
        EXPECT_EQ(hardwareAddress(descriptor, Swizzle::Span128, step, k, n),
                  values.offset(16 * step + k, n));
}

// The constants that the PTX of hand-written kernels has.
TEST(MatrixDescriptorTest, Encodes) {
  SharedTile tile{128, 128, 2, Swizzle::Span128};
  EXPECT_EQ(MatrixDescriptor(tile, Major::K).highBits(), 0x40000040u);
  EXPECT_EQ(MatrixDescriptor(tile, Major::K).lowBits(), 1u << 16);
  EXPECT_EQ(MatrixDescriptor(tile, Major::MN).highBits(), 0x40000040u);
  EXPECT_EQ(MatrixDescriptor(tile, Major::MN).lowBits(), 1024u << 16);
  EXPECT_EQ(MatrixDescriptor(tile, Major::K).stepOffset(1), 32);
  EXPECT_EQ(MatrixDescriptor(tile, Major::K).stepOffset(4), 128 * 128);
  EXPECT_EQ(MatrixDescriptor(tile, Major::MN).stepOffset(1), 2048);
}

} // namespace
