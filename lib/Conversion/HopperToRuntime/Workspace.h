//===- Workspace.h - Where temporaries lie in a workspace -------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_HOPPERTORUNTIME_WORKSPACE_H
#define CCA_LIB_CONVERSION_HOPPERTORUNTIME_WORKSPACE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::cca {

/// The temporaries of a function, and how they share a workspace.
class WorkspaceLayout {
public:
  /// Looks for allocations and for who takes whose place. Reports an error if
  /// one cannot be in a workspace.
  static FailureOr<WorkspaceLayout> get(func::FuncOp function);

  SmallVector<memref::AllocOp> getAllocs() const { return allocs; }

  /// The sizes of arguments that all depends on, by argument and dimension. If
  /// the function asks for a size twice, both ops are there.
  SmallVector<memref::DimOp> getDims() const { return dims; }

  /// Emits where each temporary begins and, last, how many bytes there are, as
  /// indices. `mapping` has the values of sizes, if they are not those of the
  /// function.
  SmallVector<Value> emitOffsets(OpBuilder &b, Location loc,
                                 IRMapping mapping) const;

private:
  /// A part of the workspace that temporaries have one after the other: so many
  /// bytes times the sizes that are known at run time only.
  struct Slot {
    SmallVector<Value> sizes;
    int64_t bytes = 0;
    /// When the last of its temporaries is used for the last time.
    int64_t end = 0;
  };

  LogicalResult findSizes();
  void assignSlots();

  SmallVector<memref::AllocOp> allocs;
  SmallVector<Slot> slots;
  /// By temporary.
  SmallVector<size_t> slotOf;
  SmallVector<memref::DimOp> dims;
  /// What computes sizes from those of arguments, in order.
  llvm::SetVector<Operation *> arithmetic;
};

/// The argument of which `op` is a size, and in which dimension; none if it is
/// anything else.
std::optional<std::pair<unsigned, int64_t>> getSizeOfArgument(Operation *op);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_HOPPERTORUNTIME_WORKSPACE_H
