//===- MemRefTest.cpp - Copies between strided buffers --------------------===//

#include "Arrays/MemRef.h"

#include "gtest/gtest.h"

#include <numeric>
#include <vector>

using namespace mlir::cca;

/// A descriptor with any strides.
static std::vector<int64_t> makeWords(void *data, int64_t offset,
                                      std::vector<int64_t> sizes,
                                      std::vector<int64_t> strides) {
  int64_t address = reinterpret_cast<int64_t>(data);
  std::vector<int64_t> words = {address, address, offset};
  words.insert(words.end(), sizes.begin(), sizes.end());
  words.insert(words.end(), strides.begin(), strides.end());
  return words;
}

TEST(MemRef, DescribesRowMajorOrder) {
  float data;
  std::vector<int64_t> words(MemRef::getNumWords(3));
  MemRef::describe(words, &data, {2, 3, 4});
  EXPECT_EQ(words, makeWords(&data, 0, {2, 3, 4}, {12, 4, 1}));
  MemRef memref(words.data(), 3);
  EXPECT_EQ(memref.getAllocation(), &data);
  EXPECT_EQ(memref.getSizes(), (llvm::ArrayRef<int64_t>{2, 3, 4}));
  EXPECT_EQ(memref.getStrides(), (llvm::ArrayRef<int64_t>{12, 4, 1}));
}

TEST(MemRef, DescribesScalars) {
  float data;
  std::vector<int64_t> words(MemRef::getNumWords(0));
  MemRef::describe(words, &data, {});
  EXPECT_EQ(words, makeWords(&data, 0, {}, {}));
}

TEST(MemRef, CopiesBetweenStrides) {
  std::vector<int32_t> source(24);
  std::iota(source.begin(), source.end(), 0);
  // The transpose of the 3x4 matrix that begins at element 5, in a 4x6 buffer.
  auto from = makeWords(source.data(), 5, {4, 3}, {1, 6});
  std::vector<int32_t> target(12, -1);
  auto to = makeWords(target.data(), 0, {4, 3}, {3, 1});
  copyElements(MemRef(from.data(), 2), MemRef(to.data(), 2), 4);
  EXPECT_EQ(target,
            (std::vector<int32_t>{5, 11, 17, 6, 12, 18, 7, 13, 19, 8, 14, 20}));
}

TEST(MemRef, CopiesRowsAsAWhole) {
  std::vector<int16_t> source(30);
  std::iota(source.begin(), source.end(), 0);
  auto from = makeWords(source.data(), 1, {2, 2, 3}, {15, 5, 1});
  std::vector<int16_t> target(16, -1);
  auto to = makeWords(target.data(), 0, {2, 2, 3}, {8, 4, 1});
  copyElements(MemRef(from.data(), 3), MemRef(to.data(), 3), 2);
  EXPECT_EQ(target, (std::vector<int16_t>{1, 2, 3, -1, 6, 7, 8, -1, 16, 17, 18,
                                          -1, 21, 22, 23, -1}));
}

TEST(MemRef, CopiesScalarsAndNothing) {
  int64_t source = 7, target = 0;
  auto from = makeWords(&source, 0, {}, {});
  auto to = makeWords(&target, 0, {}, {});
  copyElements(MemRef(from.data(), 0), MemRef(to.data(), 0), 8);
  EXPECT_EQ(target, 7);

  // No element of a null buffer may be touched.
  auto none = makeWords(nullptr, 0, {3, 0, 5}, {0, 5, 1});
  copyElements(MemRef(none.data(), 3), MemRef(none.data(), 3), 8);
}
