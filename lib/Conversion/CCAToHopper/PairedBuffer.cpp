//===- PairedBuffer.cpp - Buffers whose elements are loaded in pairs ------===//

#include "PairedBuffer.h"
#include "Host.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::cca;

/// Fails at run time with `message` unless `value` is a multiple of `factor`.
static void requireMultiple(Emitter &emitter, Value value, int64_t factor,
                            StringRef message) {
  Value divisor = emitter.create<arith::ConstantIndexOp>(factor),
        zero = emitter.create<arith::ConstantIndexOp>(0);
  Value rest = emitter.create<arith::RemUIOp>(value, divisor);
  Value holds =
      emitter.create<arith::CmpIOp>(arith::CmpIPredicate::eq, rest, zero);
  emitter.create<cf::AssertOp>(holds, message);
}

Value cca::pairedBuffer(Emitter &emitter, Value tensor, StringRef name) {
  auto type = cast<RankedTensorType>(tensor.getType());
  Value buffer = inputBuffer(emitter, tensor);
  auto metadata = emitter.create<memref::ExtractStridedMetadataOp>(buffer);
  Value one = emitter.create<arith::ConstantIndexOp>(1);
  Value isContiguous = emitter.create<arith::CmpIOp>(
      arith::CmpIPredicate::eq, metadata.getStrides().back(), one);
  // A tensor without elements may have any strides.
  Value rows = metadata.getSizes()[type.getRank() < 2 ? 0 : type.getRank() - 2];
  Value zero = emitter.create<arith::ConstantIndexOp>(0);
  Value isEmpty =
      emitter.create<arith::CmpIOp>(arith::CmpIPredicate::eq, rows, zero);
  Value holds = emitter.create<arith::OrIOp>(isContiguous, isEmpty);
  emitter.create<cf::AssertOp>(
      holds,
      ("expects the last dimension of " + name + " to be contiguous").str());
  std::string message = ("expects each row of " + name +
                         " to begin at a multiple of two elements")
                            .str();
  for (Value stride : metadata.getStrides().drop_back())
    requireMultiple(emitter, stride, 2, message);
  Value address =
      emitter.create<memref::ExtractAlignedPointerAsIndexOp>(buffer);
  int64_t bytes = type.getElementTypeBitWidth() / 8;
  Value size = emitter.create<arith::ConstantIndexOp>(bytes);
  Value offset = emitter.create<arith::MulIOp>(metadata.getOffset(), size);
  requireMultiple(emitter, emitter.create<arith::AddIOp>(address, offset),
                  2 * bytes, message);
  return emitter.create<memref::CastOp>(
      stridedType(type, /*lastIsContiguous=*/true), buffer);
}
