//===- NamedBarriers.h - Who uses which named barrier -----------*- C++ -*-===//
//
// Barrier 0 is that of the whole block, `bar.sync 0`.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_DIALECT_HOPPER_TRANSFORMS_NAMEDBARRIERS_H
#define CCA_LIB_DIALECT_HOPPER_TRANSFORMS_NAMEDBARRIERS_H

#include "cca/Dialect/Hopper/IR/Hopper.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

namespace mlir::cca {

/// Emits what a consumer does at named barriers.
struct NamedBarriers {
  OpBuilder &builder;
  Location loc;
  hopper::WarpSpecializeOp roles;

  Value constant(int64_t value) {
    return arith::ConstantIntOp::create(builder, loc, value, 32);
  }
  /// The barrier at which a consumer waits for its turn.
  Value turn() {
    return arith::AddIOp::create(builder, loc, roles.getConsumerIndex(),
                                 constant(1));
  }
  /// The turn of the other one of two consumers.
  Value otherTurn() {
    Value both = constant(1 + 2);
    return arith::SubIOp::create(builder, loc, both, turn());
  }
  /// The barrier of a consumer's own threads.
  Value own() {
    int64_t first = 1 + static_cast<int64_t>(roles.getNumConsumers());
    return arith::AddIOp::create(builder, loc, roles.getConsumerIndex(),
                                 constant(first));
  }
  /// The barrier of all consumers.
  Value all() {
    return constant(1 + 2 * static_cast<int64_t>(roles.getNumConsumers()));
  }

  void sync(Value barrier, int64_t warpgroups) {
    NVVM::BarrierOp::create(builder, loc, TypeRange{}, barrier,
                            threads(warpgroups), NVVM::BarrierReductionAttr(),
                            Value());
  }
  void arrive(Value barrier, int64_t warpgroups) {
    NVVM::BarrierArriveOp::create(builder, loc, barrier, threads(warpgroups));
  }

private:
  Value threads(int64_t warpgroups) {
    return constant(warpgroups * HopperTarget::threadsPerWarpgroup);
  }
};

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_HOPPER_TRANSFORMS_NAMEDBARRIERS_H
