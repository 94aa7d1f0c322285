//===- Header.h - C declarations of host functions --------------*- C++ -*-===//

#ifndef CCA_TOOLS_COMPILE_HEADER_H
#define CCA_TOOLS_COMPILE_HEADER_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace llvm {
class SourceMgr;
} // namespace llvm

namespace mlir::cca {

/// A C header for the functions of a module, whose kernels are serialised and
/// whose host functions are not lowered yet: their prototypes, the descriptors
/// that they take, and the image of the kernels by itself. Reports what C
/// cannot declare.
FailureOr<std::string> makeHeader(ModuleOp module, gpu::BinaryOp binary,
                                  llvm::SourceMgr &sources);

} // namespace mlir::cca

#endif // CCA_TOOLS_COMPILE_HEADER_H
