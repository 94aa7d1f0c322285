//===- Hopper.h - The hopper dialect ----------------------------*- C++ -*-===//
//
// Ops, types and encodings of level 1. Their contracts are in the .td files.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_DIALECT_HOPPER_IR_HOPPER_H
#define CCA_DIALECT_HOPPER_IR_HOPPER_H

#include "cca/Layout/SharedTile.h"
#include "cca/Target/HopperTarget.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "cca/Dialect/Hopper/IR/HopperDialect.h.inc"
#include "cca/Dialect/Hopper/IR/HopperEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "cca/Dialect/Hopper/IR/HopperAttributes.h.inc"

#define GET_TYPEDEF_CLASSES
#include "cca/Dialect/Hopper/IR/HopperTypes.h.inc"

#define GET_OP_CLASSES
#include "cca/Dialect/Hopper/IR/HopperOps.h.inc"

namespace mlir::hopper {

/// Of launches that do not wait for the kernel ahead of them: it does.
inline constexpr llvm::StringLiteral programmaticLaunchAttrName =
    "hopper.programmatic_launch";
/// Of a kernel: consecutive blocks load the same, and are to be on neighbouring
/// multiprocessors. That is where they are if all are free when it begins.
inline constexpr llvm::StringLiteral neighbouringBlocksAttrName =
    "hopper.neighbouring_blocks";
/// Of an argument of a host function: memory for its temporaries.
inline constexpr llvm::StringLiteral workspaceAttrName = "hopper.workspace";
/// Of a function: it returns the bytes that another needs.
inline constexpr llvm::StringLiteral workspaceSizeAttrName =
    "hopper.workspace_size";
/// Of an argument of such a function: which size it is, by the index of the
/// other function's argument and of a dimension.
inline constexpr llvm::StringLiteral sizeOfAttrName = "hopper.size_of";
/// What the name of such a function ends in, after that of the other.
inline constexpr llvm::StringLiteral workspaceSizeSuffix = "_workspace_size";

/// Whether `type` is a tile spread over the registers of a warpgroup.
bool isFragment(Type type);
/// Whether `type` is one value per row of a fragment, combined or partial.
bool isRows(Type type);
bool isPartialRows(Type type);
/// Whether `type` is a tile or the rows of one, with a layout or without: one
/// or two static sizes, of no more elements than a thread block can hold.
bool isTile(Type type);
/// Whether a loop hands `value` on from iteration to iteration, or returns it.
bool isCarried(Value value);

} // namespace mlir::hopper

#endif // CCA_DIALECT_HOPPER_IR_HOPPER_H
