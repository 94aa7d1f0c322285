//===- MatrixOps.cpp - Constraints of matrix products ---------------------===//

#include "cca/Dialect/Hopper/IR/Hopper.h"

using namespace mlir;
using namespace mlir::hopper;
using cca::HopperTarget;

namespace {
/// An operand of a product, in registers or in shared memory.
struct Matrix {
  int64_t rows;
  int64_t cols;
  Type elementType;

  explicit Matrix(Type type) {
    ArrayRef<int64_t> shape;
    if (auto smem = dyn_cast<SmemType>(type)) {
      shape = smem.getShape();
      elementType = smem.getElementType();
    } else {
      auto tensor = cast<RankedTensorType>(type);
      shape = tensor.getShape();
      elementType = tensor.getElementType();
    }
    rows = shape[0];
    cols = shape[1];
  }
};
} // namespace

/// (C1) to (C3) of hopper.dot and hopper.wgmma.
static LogicalResult verifyProduct(Operation *op, Type aType, Type bType,
                                   bool transposeB, RankedTensorType result) {
  Matrix a(aType), b(bType), d(result);
  if (transposeB)
    std::swap(b.rows, b.cols);
  // (C1)
  if (a.elementType != b.elementType)
    return op->emitOpError("expects a and b of one element type, but got ")
           << a.elementType << " and " << b.elementType;
  if (!a.elementType.isBF16() && !a.elementType.isF16())
    return op->emitOpError("expects operands of bf16 or f16, but got ")
           << a.elementType;
  if (!d.elementType.isF32())
    return op->emitOpError("expects a result of f32, but got ")
           << d.elementType;
  // (C2)
  if (a.cols != b.rows || a.rows != d.rows || b.cols != d.cols)
    return op->emitOpError("expects M x K times K x N to be M x N, but got ")
           << a.rows << " x " << a.cols << " times " << b.rows << " x "
           << b.cols << " to be " << d.rows << " x " << d.cols;
  // (C3)
  // A multiple of that once its layout is known, as fragments have it.
  if (a.rows < HopperTarget::wgmmaM)
    return op->emitOpError("expects M to be at least ")
           << HopperTarget::wgmmaM << ", but got " << a.rows;
  if (a.cols <= 0 || a.cols % HopperTarget::wgmmaK)
    return op->emitOpError("expects K to be a multiple of ")
           << HopperTarget::wgmmaK << ", but got " << a.cols;
  if (!HopperTarget::isLegalWgmmaN(d.cols))
    return op->emitOpError("expects N to be a multiple of ")
           << HopperTarget::wgmmaStepN << " in [" << HopperTarget::wgmmaStepN
           << ", " << HopperTarget::wgmmaMaxN << "], but got " << d.cols;
  return success();
}

LogicalResult DotOp::verify() {
  return verifyProduct(*this, getA().getType(), getB().getType(),
                       getTransposeB(),
                       cast<RankedTensorType>(getResult().getType()));
}

LogicalResult WgmmaOp::verify() {
  RankedTensorType tile = getResult().getType().getTile();
  if (!isFragment(tile))
    return emitOpError("expects a result encoded as #hopper.fragment, but got ")
           << tile;
  // (C4)
  if (isa<RankedTensorType>(getA().getType()) && !isFragment(getA().getType()))
    return emitOpError("expects a encoded as #hopper.fragment, but got ")
           << getA().getType();
  // (C5)
  if (getAccumulator() && getOnto())
    return emitOpError("expects an accumulator or a product in flight to add "
                       "to, but got both");
  return verifyProduct(*this, getA().getType(), getB().getType(),
                       getTransposeB(), tile);
}

LogicalResult CommitOp::verify() {
  // (C1)
  if (!getIssued().getDefiningOp<WgmmaOp>())
    return emitOpError("expects the result of a hopper.wgmma");
  return success();
}

LogicalResult WaitOp::verify() {
  // (C1)
  if (!getCommitted().getDefiningOp<CommitOp>() && !isCarried(getCommitted()))
    return emitOpError("expects the result of a hopper.commit, or of a loop "
                       "that carries one");
  return success();
}

LogicalResult WgmmaFenceOp::verify() {
  // (C1)
  for (Type type : getTiles().getTypes())
    if (!isFragment(type))
      return emitOpError("expects tiles encoded as #hopper.fragment, but got ")
             << type;
  return success();
}
