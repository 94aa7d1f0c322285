//===- TensorMapLayout.cpp - Dimensions of tensor maps --------------------===//

#include "cca/Layout/TensorMapLayout.h"

using namespace mlir::cca;

TensorMapLayout TensorMapLayout::get(llvm::ArrayRef<int64_t> box,
                                     int64_t elementBytes, Swizzle swizzle) {
  using Part = TensorMapDim::Part;
  int64_t innermost = static_cast<int64_t>(box.size()) - 1;
  int64_t span = static_cast<int64_t>(swizzle) / elementBytes;
  TensorMapLayout layout;
  layout.span = span;
  bool isOnePanel = box[innermost] == span;
  layout.dims.push_back(
      {innermost, isOnePanel ? Part::Whole : Part::Span, span});
  for (int64_t dim = innermost - 1; dim >= 0; --dim)
    if (box[dim] != 1)
      layout.dims.push_back({dim, Part::Whole, box[dim]});
  if (!isOnePanel)
    layout.dims.push_back({innermost, Part::Panels, box[innermost] / span});
  for (int64_t dim = innermost - 1; dim >= 0; --dim)
    if (box[dim] == 1)
      layout.dims.push_back({dim, Part::Whole, 1});
  return layout;
}
