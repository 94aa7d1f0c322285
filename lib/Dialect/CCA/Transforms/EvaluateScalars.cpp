//===- EvaluateScalars.cpp - Ops on constant scalars ----------------------===//

#include "EvaluateScalars.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using llvm::APFloat;

APFloat cca::toSemantics(float x, const llvm::fltSemantics &semantics) {
  APFloat value(x);
  bool isInexact;
  value.convert(semantics, APFloat::rmNearestTiesToEven, &isInexact);
  return value;
}

float cca::toFloat(APFloat x) {
  bool isInexact;
  x.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &isInexact);
  return x.convertToFloat();
}

float cca::roundTo(Type type, float x) {
  if (type.isF32())
    return x;
  return toFloat(toSemantics(x, cast<FloatType>(type).getFloatSemantics()));
}

// f32 has more than twice the precision of the narrower types: to round a sum
// or a product twice is to round it once.
cca::ScalarFunction cca::getScalarFunction(Operation *op) {
  return llvm::TypeSwitch<Operation *, ScalarFunction>(op)
      .Case<arith::ExtFOp, arith::TruncFOp>(
          [](auto) { return [](float a, float) { return a; }; })
      .Case(
          [](arith::AddFOp) { return [](float a, float b) { return a + b; }; })
      .Case(
          [](arith::MulFOp) { return [](float a, float b) { return a * b; }; })
      .Case([](math::ExpOp) {
        return [](float a, float) { return std::exp(a); };
      })
      .Default(ScalarFunction());
}
