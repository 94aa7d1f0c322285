//===- SourceNames.h - The names of values in the source --------*- C++ -*-===//

#ifndef CCA_COMPILER_SOURCENAMES_H
#define CCA_COMPILER_SOURCENAMES_H

#include "mlir/IR/Location.h"

#include <string>

namespace llvm {
class SourceMgr;
} // namespace llvm

namespace mlir::cca {

/// The SSA name at a location, with the '%', if the source has one there. Names
/// are no part of the IR, but the location of an argument points to its name.
std::string getNameInSource(Location loc, llvm::SourceMgr &sources);

} // namespace mlir::cca

#endif // CCA_COMPILER_SOURCENAMES_H
