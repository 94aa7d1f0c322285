//===- HalfTest.cpp - 16-bit floats against LLVM's arbitrary precision ----===//

#include "cca/Support/Half.h"

#include "llvm/ADT/APFloat.h"
#include "gtest/gtest.h"

using namespace mlir::cca;
using llvm::APFloat;

static float extend(uint16_t bits, const llvm::fltSemantics &type) {
  APFloat value(type, llvm::APInt(16, bits));
  bool losesInfo;
  value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value.convertToFloat();
}

static uint16_t truncate(float number, const llvm::fltSemantics &type) {
  APFloat value(number);
  bool losesInfo;
  value.convert(type, APFloat::rmNearestTiesToEven, &losesInfo);
  return uint16_t(value.bitcastToAPInt().getZExtValue());
}

static bool isSame(float a, float b) {
  return std::isnan(a)
             ? std::isnan(b)
             : llvm::bit_cast<uint32_t>(a) == llvm::bit_cast<uint32_t>(b);
}

TEST(Half, ExtendsEveryValue) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    EXPECT_TRUE(isSame(f16ToFloat(bits), extend(bits, APFloat::IEEEhalf())))
        << bits;
    EXPECT_TRUE(isSame(bf16ToFloat(bits), extend(bits, APFloat::BFloat())))
        << bits;
  }
}

// Every 16-bit value, what lies halfway to the next, and the floats around
// both: all places where rounding changes.
template <typename Check>
static void forEachBorder(const llvm::fltSemantics &type, Check check) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    float value = extend(bits, type);
    float next = extend(uint16_t(bits + 1), type);
    for (float border : {value, 0.5f * value + 0.5f * next})
      for (int32_t ulps : {-1, 0, 1})
        if (float f =
                llvm::bit_cast<float>(llvm::bit_cast<uint32_t>(border) + ulps);
            !std::isnan(f))
          check(f);
  }
}

TEST(Half, TruncatesToNearestEven) {
  forEachBorder(APFloat::IEEEhalf(), [](float value) {
    EXPECT_EQ(floatToF16(value), truncate(value, APFloat::IEEEhalf()));
  });
  forEachBorder(APFloat::BFloat(), [](float value) {
    EXPECT_EQ(floatToBf16(value), truncate(value, APFloat::BFloat()));
  });
}

TEST(Half, KeepsNaN) {
  // All-ones payloads would carry into the sign, low ones would vanish.
  for (uint32_t bits : {0x7f800001u, 0x7fffffffu, 0xff800001u, 0xffffffffu}) {
    float nan = llvm::bit_cast<float>(bits);
    EXPECT_TRUE(std::isnan(f16ToFloat(floatToF16(nan))));
    EXPECT_TRUE(std::isnan(bf16ToFloat(floatToBf16(nan))));
    EXPECT_EQ(std::signbit(bf16ToFloat(floatToBf16(nan))), bits >> 31 == 1);
  }
}
