//===- HopperTarget.cpp - Limits and rates of a Hopper GPU ----------------===//

#include "cca/Target/HopperTarget.h"

using namespace mlir::cca;

static constexpr int64_t megabyte = 1000 * 1000;

// SXM5 boards of 700 W. Both have 132 multiprocessors; the H200's memory is
// newer.
const HopperTarget &HopperTarget::h100() {
  static const HopperTarget target{"h100", 132, 3.35e12, 1.65e9, 36 * megabyte};
  return target;
}

const HopperTarget &HopperTarget::h200() {
  static const HopperTarget target{"h200", 132, 4.8e12, 1.65e9, 36 * megabyte};
  return target;
}

std::optional<HopperTarget> HopperTarget::lookup(llvm::StringRef name) {
  for (const HopperTarget &target : {h100(), h200()})
    if (target.name == name)
      return target;
  return std::nullopt;
}
