//===- HostFunction.h - A function that can fail ----------------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_HOPPERTORUNTIME_HOSTFUNCTION_H
#define CCA_LIB_CONVERSION_HOPPERTORUNTIME_HOSTFUNCTION_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::cca {

/// A function of the host that launches kernels: it has a stream as its last
/// argument and returns a status, which is that of the first call that fails.
class HostFunction {
public:
  /// Adds the argument and the result, and returns 0 where it returned nothing.
  explicit HostFunction(func::FuncOp function);

  func::FuncOp getFunction() const { return function; }
  Value getStream() const { return stream; }

  /// Memory on the stack, once per call of the function.
  Value allocate(Location loc, Type type, int64_t alignment = 0);

  /// Returns `status` unless it is 0. The builder goes on where it is.
  void check(OpBuilder &b, Location loc, Value status);

  /// Returns, unless `condition`, the status that `makeStatus` makes.
  void require(OpBuilder &b, Location loc, Value condition,
               llvm::function_ref<Value(OpBuilder &)> makeStatus);

private:
  /// The block that returns its argument.
  Block *getExit();

  func::FuncOp function;
  Value stream;
  Block *exit = nullptr;
};

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_HOPPERTORUNTIME_HOSTFUNCTION_H
