//===- Host.h - What launches have in common --------------------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_HOST_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_HOST_H

#include "Scalar.h"

#include "cca/Dialect/Hopper/IR/Hopper.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlir::cca {

/// Buffers of tensors of `type`, with any strides.
MemRefType stridedType(RankedTensorType type, bool lastIsContiguous = false);

/// The buffer of an operand.
Value inputBuffer(Emitter &emitter, Value tensor);

/// A new buffer of `type`, with `sizes` for the dynamic ones; as the kernel
/// takes it, which is with any strides.
struct OutputBuffer {
  Value allocated, strided;
};
OutputBuffer outputBuffer(Emitter &emitter, RankedTensorType type,
                          ValueRange sizes, bool lastIsContiguous = false);

/// What `buffer` is as the result of an op.
Value resultTensor(Emitter &emitter, const OutputBuffer &buffer, Type type);

Value mapOf(Emitter &emitter, hopper::TensorMapType type, Value buffer);

/// Launches `blocks` blocks (an index). Block size and shared memory follow
/// from the schedule: they are set when it is lowered.
void emitLaunch(Emitter &emitter, gpu::GPUFuncOp kernel, Value blocks,
                ArrayRef<Value *> parameters);

/// Those of `parameters` that are there.
SmallVector<Value> present(ArrayRef<Value *> parameters);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_HOST_H
