//===- Half.h - 16-bit floating point ---------------------------*- C++ -*-===//
//
// Conversions between f32 and the bits of bf16 and IEEE f16, to nearest even.
// NaNs stay NaNs (quiet ones, with what fits of the payload).
//
//===----------------------------------------------------------------------===//

#ifndef CCA_SUPPORT_HALF_H
#define CCA_SUPPORT_HALF_H

#include "llvm/ADT/bit.h"

#include <cmath>
#include <cstdint>

namespace mlir {
namespace cca {

inline float bf16ToFloat(uint16_t bits) {
  return llvm::bit_cast<float>(uint32_t(bits) << 16);
}

inline uint16_t floatToBf16(float value) {
  uint32_t bits = llvm::bit_cast<uint32_t>(value);
  if (std::isnan(value))
    return uint16_t(bits >> 16) | 0x40;
  // Half a unit in the last place, a little less if the result is even already.
  return uint16_t((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

inline float f16ToFloat(uint16_t bits) {
  uint32_t sign = uint32_t(bits & 0x8000) << 16;
  uint32_t magnitude = bits & 0x7fff;
  // Exponents differ by 127 - 15 = 112, mantissas by 13 bits.
  if (magnitude >= 0x7c00) // Infinity or NaN: the exponent stays all ones.
    return llvm::bit_cast<float>(sign | 0x7f800000 | (magnitude & 0x3ff) << 13 |
                                 (magnitude > 0x7c00 ? 0x400000 : 0));
  if (magnitude >= 0x400)
    return llvm::bit_cast<float>(sign | ((magnitude << 13) + (112u << 23)));
  // Subnormal: a multiple of 2^-24, which f32 represents exactly.
  float value = float(magnitude) * 0x1p-24f;
  return sign ? -value : value;
}

inline uint16_t floatToF16(float value) {
  uint32_t bits = llvm::bit_cast<uint32_t>(value);
  uint16_t sign = uint16_t(bits >> 16) & 0x8000;
  uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000)
    return sign | 0x7e00 | ((magnitude >> 13) & 0x3ff);
  // 65520 lies halfway between the largest f16 and what would be the next.
  if (magnitude >= 0x477ff000)
    return sign | 0x7c00;
  if (magnitude >= 0x38800000) { // 2^-14, the smallest normal f16
    uint32_t rounded = magnitude + 0xfff + ((magnitude >> 13) & 1);
    return sign | uint16_t((rounded - (112u << 23)) >> 13);
  }
  // Subnormal, a multiple of 2^-24. 0.5 has a unit in the last place of 2^-24,
  // so that the addition rounds at the right bit and leaves the multiple there.
  uint32_t shifted =
      llvm::bit_cast<uint32_t>(llvm::bit_cast<float>(magnitude) + 0.5f);
  return sign | uint16_t(shifted - llvm::bit_cast<uint32_t>(0.5f));
}

} // namespace cca
} // namespace mlir

#endif // CCA_SUPPORT_HALF_H
