//===- Dialects.h - What a compiler of modules has to know ------*- C++ -*-===//

#ifndef CCA_COMPILER_DIALECTS_H
#define CCA_COMPILER_DIALECTS_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir {
class DialectRegistry;

namespace cca {

/// Adds the dialects that a module may be written in to be compiled by
/// `Program`: cca, hopper, gpu, and of upstream's arith, cf, func, index,
/// linalg, math, memref, scf, tensor; with the interfaces that the pipelines to
/// PTX and to host code need. A small part of what `registerAllDialects` adds.
void registerCompilerDialects(DialectRegistry &registry);

/// Reports ops of other dialects, and of those of level 2 that the ones above
/// load: a module written in instructions can make LLVM end the program.
LogicalResult checkCompilerDialects(ModuleOp module);

} // namespace cca
} // namespace mlir

#endif // CCA_COMPILER_DIALECTS_H
