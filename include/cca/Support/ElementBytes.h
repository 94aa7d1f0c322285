//===- ElementBytes.h - Constants as arrays in memory -----------*- C++ -*-===//

#ifndef CCA_SUPPORT_ELEMENTBYTES_H
#define CCA_SUPPORT_ELEMENTBYTES_H

#include "mlir/IR/BuiltinAttributes.h"

#include <optional>
#include <vector>

namespace mlir::cca {

/// The elements of a constant, dense, of one value, or in a resource, as an
/// array in memory has them: row by row, each in whole bytes. None if they are
/// not there, as those of a resource without data, or have no whole bytes.
std::optional<std::vector<char>> getElementBytes(ElementsAttr elements);

} // namespace mlir::cca

#endif // CCA_SUPPORT_ELEMENTBYTES_H
