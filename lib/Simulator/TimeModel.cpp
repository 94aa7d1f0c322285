//===- TimeModel.cpp - How long ops take ----------------------------------===//

#include "TimeModel.h"

#include "cca/Dialect/Hopper/IR/Hopper.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

static constexpr double barrierCycles = 20;
static constexpr double sharedBytesPerCycle = 128;
static constexpr double copyBytesPerCycle = 64;

Cost TimeModel::ofProduct(int64_t m, int64_t n, int64_t k) {
  return {Unit::Tensor, 2.0 * double(m) * double(n) * double(k) /
                            double(HopperTarget::matrixFlopsPerCycle)};
}

Cost TimeModel::ofCopy(int64_t bytes) {
  return {Unit::Copies, double(bytes) / copyBytesPerCycle};
}

/// The larger of the tiles that an op takes or makes.
static int64_t countElements(Operation *op) {
  int64_t elements = 0;
  auto count = [&](TypeRange types) {
    for (Type type : types)
      if (auto tile = dyn_cast<RankedTensorType>(type))
        elements = std::max(elements, tile.getNumElements());
  };
  count(op->getOperandTypes());
  count(op->getResultTypes());
  return elements;
}

Cost TimeModel::ofOp(Operation *op) {
  if (isa<NVVM::BarrierOp, NVVM::BarrierArriveOp>(op))
    return {Unit::None, barrierCycles};
  // 16-bit elements: some rows of a tile, or all.
  if (isa<hopper::LdmatrixOp, hopper::StmatrixOp>(op))
    return {Unit::Shared, 2 * double(countElements(op)) / sharedBytesPerCycle};
  // Constants and broadcasts are registers that are there already.
  if (!isa<hopper::ReduceRowsOp, hopper::MaskColumnsOp>(op) &&
      (!isa<arith::ArithDialect, math::MathDialect>(op->getDialect()) ||
       isa<arith::ConstantOp>(op)))
    return {Unit::None, 1};
  double elements = double(countElements(op));
  if (elements == 0)
    return {Unit::None, 1};
  // A division is a reciprocal and a product.
  bool isMath =
      isa<math::MathDialect>(op->getDialect()) && !isa<math::FmaOp>(op);
  if (isMath || isa<arith::DivFOp>(op))
    return {Unit::Functions, elements / double(HopperTarget::mufuPerCycle)};
  return {Unit::Arithmetic, elements / double(HopperTarget::fp32PerCycle)};
}
