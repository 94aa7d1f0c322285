//===- TensorMapLayoutTest.cpp - Dimensions of tensor maps ----------------===//

#include "cca/Layout/TensorMapLayout.h"

#include "gtest/gtest.h"

using namespace mlir::cca;
using Part = TensorMapDim::Part;

TEST(TensorMapLayoutTest, CutsRowsIntoPanels) {
  auto layout = TensorMapLayout::get({1, 128, 1, 128}, 2, Swizzle::Span128);
  EXPECT_EQ(layout.span, 64);
  EXPECT_EQ(layout.dims,
            (llvm::SmallVector<TensorMapDim, 5>{{3, Part::Span, 64},
                                                {1, Part::Whole, 128},
                                                {3, Part::Panels, 2},
                                                {2, Part::Whole, 1},
                                                {0, Part::Whole, 1}}));
}

// The tensor may then have any size: what is beyond reads as zero, and is not
// written.
TEST(TensorMapLayoutTest, DoesNotCutOnePanel) {
  auto layout = TensorMapLayout::get({64, 1, 64}, 2, Swizzle::Span128);
  EXPECT_EQ(layout.dims,
            (llvm::SmallVector<TensorMapDim, 5>{{2, Part::Whole, 64},
                                                {0, Part::Whole, 64},
                                                {1, Part::Whole, 1}}));
  EXPECT_FALSE(layout.hasPanels());
}

TEST(TensorMapLayoutTest, CountsTheSpanInElements) {
  auto narrow = TensorMapLayout::get({64, 64}, 2, Swizzle::Span32);
  EXPECT_EQ(narrow.span, 16);
  EXPECT_EQ(narrow.dims,
            (llvm::SmallVector<TensorMapDim, 5>{{1, Part::Span, 16},
                                                {0, Part::Whole, 64},
                                                {1, Part::Panels, 4}}));
  auto wide = TensorMapLayout::get({64, 64}, 4, Swizzle::Span128);
  EXPECT_EQ(wide.span, 32);
  // Without a swizzle panels are the 16 bytes of a core matrix's row.
  auto none = TensorMapLayout::get({8, 128}, 2, Swizzle::None);
  EXPECT_EQ(none.span, 8);
}

// What a copy writes, box dimension by box dimension, is the tile.
TEST(TensorMapLayoutTest, WritesASharedTile) {
  SharedTile tile{128, 128, 2, Swizzle::Span128};
  auto layout = TensorMapLayout::get({1, 128, 1, 128}, 2, Swizzle::Span128);
  int64_t offset = 0;
  for (int64_t panel = 0; panel < layout.dims[2].box; ++panel)
    for (int64_t row = 0; row < layout.dims[1].box; ++row)
      for (int64_t col = 0; col < layout.dims[0].box; ++col, offset += 2)
        ASSERT_EQ(applySwizzle(offset, Swizzle::Span128),
                  tile.offset(row, panel * layout.span + col));
}
