//===- MatrixDescriptor.cpp - Shared-memory operands of wgmma -------------===//

#include "cca/Layout/MatrixDescriptor.h"
#include "cca/Target/HopperTarget.h"

using namespace mlir::cca;

int64_t MatrixDescriptor::steps() const {
  return (major == Major::K ? tile.cols : tile.rows) / HopperTarget::wgmmaK;
}

int64_t MatrixDescriptor::stepOffset(int64_t step) const {
  int64_t k = step * HopperTarget::wgmmaK;
  // Rows are K: whole atoms further down each panel.
  if (major == Major::MN)
    return k * tile.spanBytes();
  // Columns are K: along the panel, then to the next one.
  return (k / tile.panelCols()) * tile.panelBytes() +
         (k % tile.panelCols()) * tile.elementBytes;
}

uint32_t MatrixDescriptor::lowBits() const {
  return static_cast<uint32_t>(leadingByteOffset() / 16) << 16;
}

uint32_t MatrixDescriptor::highBits() const {
  uint32_t mode = 0;
  switch (tile.swizzle) {
  case Swizzle::None:
    mode = 0;
    break;
  case Swizzle::Span128:
    mode = 1;
    break;
  case Swizzle::Span64:
    mode = 2;
    break;
  case Swizzle::Span32:
    mode = 3;
    break;
  }
  return static_cast<uint32_t>(strideByteOffset() / 16) | mode << 30;
}
