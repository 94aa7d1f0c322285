//===- Thread.h - What one thread knows and says ----------------*- C++ -*-===//
//
// Thread indices, 32-bit arithmetic on addresses, and inline PTX.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_CONVERSION_HOPPERTONVVM_THREAD_H
#define CCA_LIB_CONVERSION_HOPPERTONVVM_THREAD_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

namespace mlir::cca {

/// Builds what a thread computes. Shared memory is addressed by i32: upstream's
/// ops take 64-bit pointers there, which cost a conversion per address.
class ThreadBuilder {
public:
  ThreadBuilder(OpBuilder &builder, Location loc)
      : builder(builder), loc(loc) {}

  OpBuilder &get() { return builder; }
  Location getLoc() const { return loc; }

  Value constant(int64_t value);
  Value add(Value a, Value b);
  Value add(Value a, int64_t b);
  Value sub(Value a, Value b);
  Value mul(Value a, int64_t b);
  Value bitAnd(Value a, int64_t b);
  Value bitXor(Value a, Value b);
  Value bitOr(Value a, int64_t b);
  Value shiftRight(Value a, int64_t b);
  Value equals(Value a, int64_t b);

  /// The thread in its block, in its warpgroup (0 to 127), in its warp.
  Value threadInBlock();
  Value threadInWarpgroup() { return bitAnd(threadInBlock(), 127); }
  Value lane() { return bitAnd(threadInBlock(), 31); }

  /// Inline PTX without a result, not to be moved or dropped. `$0`, `$1`, … are
  /// `operands`, constraints as of LLVM: `r` and `l` for 32 and 64 bits.
  void ptx(StringRef text, StringRef constraints, ValueRange operands);
  /// The same with one result, or with several of a struct.
  Value ptx(StringRef text, StringRef constraints, ValueRange operands,
            Type result);
  /// With `count` results of one type each.
  SmallVector<Value> ptx(StringRef text, StringRef constraints,
                         ValueRange operands, ArrayRef<Type> results);

private:
  OpBuilder &builder;
  Location loc;
};

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_HOPPERTONVVM_THREAD_H
