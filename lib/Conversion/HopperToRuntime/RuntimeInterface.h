//===- RuntimeInterface.h - The runtime in the LLVM dialect -----*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_HOPPERTORUNTIME_RUNTIMEINTERFACE_H
#define CCA_LIB_CONVERSION_HOPPERTORUNTIME_RUNTIMEINTERFACE_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

namespace mlir::cca {

/// The types and functions of cca-c/Runtime.h, as one module uses them.
class RuntimeInterface {
public:
  explicit RuntimeInterface(ModuleOp module);

  /// Reports symbols of the module that have the names of functions.
  LogicalResult checkNames();

  /// The functions, declared when they are first asked for.
  LLVM::LLVMFuncOp getFail();
  LLVM::LLVMFuncOp getCheckArgument();
  LLVM::LLVMFuncOp getCheckWorkspace();
  LLVM::LLVMFuncOp getLaunchKernel();
  LLVM::LLVMFuncOp getGetConstant();
  LLVM::LLVMFuncOp getEncodeTensorMap();
  LLVM::LLVMFuncOp getMultiprocessorCount();

  /// Adds a global variable, under another name if its own is taken.
  LLVM::GlobalOp addGlobal(Location loc, StringRef name, Type type,
                           bool isConstant, Attribute value = {});
  /// Adds a constant: the text and a NUL. Returns its address.
  Value addString(OpBuilder &b, Location loc, StringRef name, StringRef text);

  LLVM::LLVMPointerType pointer;
  /// `cca_module`, `cca_kernel`, `cca_constant`.
  LLVM::LLVMStructType moduleType, kernelType, constantType;
  /// `cca_launch`, `cca_tensor`, with these fields.
  LLVM::LLVMStructType launchType, tensorType;
  enum LaunchField {
    Grid,
    BlockSize,
    Cluster,
    SharedMemory,
    Flags,
    Arguments,
    Stream
  };
  enum TensorField {
    Name,
    Address,
    Element,
    Rank,
    SwizzleSpan,
    Size,
    Stride,
    Box,
    Dimension
  };

private:
  LLVM::LLVMFuncOp declare(StringRef name, ArrayRef<Type> parameters);

  ModuleOp module;
  SymbolTable symbols;
};

/// Stores `value` into a field of the struct at `address`; `index` is that of
/// an element if the field is an array.
void storeField(OpBuilder &b, Location loc, LLVM::LLVMStructType type,
                Value address, int32_t field, Value value,
                std::optional<int32_t> index = std::nullopt);

/// A constant of type i64, or an integer or index as i64.
Value createI64(OpBuilder &b, Location loc, int64_t value);
Value createI64(OpBuilder &b, Location loc, OpFoldResult value);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_HOPPERTORUNTIME_RUNTIMEINTERFACE_H
