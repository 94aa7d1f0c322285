//===- SharedMemory.h - Addresses in shared memory and of TMA ---*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_HOPPERTONVVM_SHAREDMEMORY_H
#define CCA_LIB_CONVERSION_HOPPERTONVVM_SHAREDMEMORY_H

#include "Thread.h"

#include "cca/Dialect/Hopper/IR/Hopper.h"

namespace mlir::cca {

/// Declares the dynamic shared memory of the kernels of `module`.
void declareSharedMemory(gpu::GPUModuleOp module);

/// The address of the block's dynamic shared memory, i32.
Value sharedMemoryBase(ThreadBuilder &thread);

/// The index of the consumer that executes `op`, i32; null outside of the
/// consumers' region.
Value consumerWarpgroup(ThreadBuilder &thread, Operation *op);

/// The coordinates of a box in the order of PTX, which is that of the encoded
/// tensor map (TensorMapLayout).
struct BoxCoordinates {
  SmallVector<Value> values;
  std::string dims;        ///< `5d`
  std::string operands;    ///< `$3, $4, …`
  std::string constraints; ///< `,r,r…`

  /// `firstOperand` is the number of the first one in the statement.
  BoxCoordinates(ThreadBuilder &thread, hopper::TensorMapType map,
                 ValueRange coordinates, int64_t firstOperand);
};

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_HOPPERTONVVM_SHAREDMEMORY_H
