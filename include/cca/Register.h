//===- Register.h - Everything a tool needs, in two calls -------*- C++ -*-===//
//
// For programs that want all of this project and of upstream MLIR. A compiler
// that embeds only some of it calls the finer functions of each library.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_REGISTER_H
#define CCA_REGISTER_H

namespace mlir {
class DialectRegistry;

namespace cca {

/// Adds the dialects of this project and of upstream MLIR, with the extensions
/// (bufferization, translation to LLVM IR) that the pipelines need.
void registerAllDialects(DialectRegistry &registry);

/// Registers the passes of this project and of upstream MLIR, and the named
/// pipelines of Pipelines.h, for textual use (`cca-opt`).
void registerAllPasses();

} // namespace cca
} // namespace mlir

#endif // CCA_REGISTER_H
