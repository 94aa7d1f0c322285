//===- Lowerings.h - One function per op of the host ------------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_HOPPERTORUNTIME_LOWERINGS_H
#define CCA_LIB_CONVERSION_HOPPERTORUNTIME_LOWERINGS_H

#include "HostFunction.h"
#include "RuntimeInterface.h"

#include "cca/Dialect/Hopper/IR/Hopper.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::cca {

/// "argument #2 of @f", for error messages.
std::string describe(BlockArgument argument, func::FuncOp function);

/// Makes the function take buffers of any size and layout, and checks that they
/// are what its types said.
void checkArguments(HostFunction &function, RuntimeInterface &runtime);

/// cf.assert → a status, so that a program need not end. The op stays.
void lowerAssert(cf::AssertOp op, HostFunction &function,
                 RuntimeInterface &runtime);

/// hopper.check_workspace → the call. The op stays.
void lowerCheckWorkspace(hopper::CheckWorkspaceOp op, HostFunction &function,
                         RuntimeInterface &runtime);

/// A kernel of a gpu.binary → the global variable that is its `cca_kernel`.
using KernelGlobals = DenseMap<SymbolRefAttr, LLVM::GlobalOp>;

/// Makes global variables of the binary: its image, its `cca_module`, and one
/// `cca_kernel` for each of `kernels` that is in it. The binary stays.
LogicalResult lowerBinary(gpu::BinaryOp op, ArrayRef<SymbolRefAttr> kernels,
                          RuntimeInterface &runtime, KernelGlobals &globals);

/// A constant memref.global → the global variable that is its `cca_constant`.
using ConstantGlobals = llvm::MapVector<SymbolRefAttr, LLVM::GlobalOp>;

/// memref.get_global → the call that says where the constant is on the device.
/// Adds a variable to `constants` unless it is there. The op stays.
LogicalResult lowerConstant(memref::GetGlobalOp op, HostFunction &function,
                            ConstantGlobals &constants,
                            RuntimeInterface &runtime);

/// hopper.make_tensor_map → 128 bytes on the stack and the call that fills
/// them. Returns their address; the op stays.
FailureOr<Value> lowerTensorMap(hopper::MakeTensorMapOp op,
                                HostFunction &function,
                                RuntimeInterface &runtime);

/// gpu.launch_func → its arguments on the stack and the call that launches.
/// `maps` has the address of each tensor map. The op stays.
LogicalResult lowerLaunch(gpu::LaunchFuncOp op, HostFunction &function,
                          const KernelGlobals &globals,
                          const DenseMap<Value, Value> &maps,
                          RuntimeInterface &runtime);

/// hopper.multiprocessor_count → the call. Replaces the op.
void lowerMultiprocessorCount(hopper::MultiprocessorCountOp op,
                              HostFunction &function,
                              RuntimeInterface &runtime);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_HOPPERTORUNTIME_LOWERINGS_H
