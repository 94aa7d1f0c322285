//===- Scalar.h - i32 arithmetic that reads like arithmetic -----*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_SCALAR_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_SCALAR_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

namespace mlir::cca {

/// Where ops go.
struct Emitter {
  OpBuilder &builder;
  Location loc;

  template <typename Op, typename... Args>
  Op create(Args &&...args) {
    return Op::create(builder, loc, std::forward<Args>(args)...);
  }
};

/// An i32 in a kernel, signed. Operators emit `arith` ops.
class Scalar {
public:
  Scalar(Emitter &emitter, Value value) : emitter(&emitter), value(value) {}
  Scalar(Emitter &emitter, int64_t constant)
      : emitter(&emitter),
        value(emitter.create<arith::ConstantIntOp>(constant, 32)) {}

  operator Value() const { return value; }

  Scalar operator+(Scalar b) const { return emit<arith::AddIOp>(b); }
  Scalar operator-(Scalar b) const { return emit<arith::SubIOp>(b); }
  Scalar operator*(Scalar b) const { return emit<arith::MulIOp>(b); }
  /// Of numbers that are not negative, which cost less than signed ones.
  Scalar operator/(Scalar b) const { return emit<arith::DivUIOp>(b); }
  Scalar operator%(Scalar b) const { return emit<arith::RemUIOp>(b); }
  Scalar operator+(int64_t b) const { return *this + Scalar(*emitter, b); }
  Scalar operator-(int64_t b) const { return *this - Scalar(*emitter, b); }
  Scalar operator*(int64_t b) const { return *this * Scalar(*emitter, b); }
  Scalar operator/(int64_t b) const { return *this / Scalar(*emitter, b); }
  Scalar operator%(int64_t b) const { return *this % Scalar(*emitter, b); }

  Scalar min(Scalar b) const { return emit<arith::MinSIOp>(b); }
  Scalar max(Scalar b) const { return emit<arith::MaxSIOp>(b); }
  Scalar max(int64_t b) const { return max(Scalar(*emitter, b)); }

  /// Conditions, i1.
  Value operator<(Scalar b) const { return is(arith::CmpIPredicate::slt, b); }
  Value operator<=(Scalar b) const { return is(arith::CmpIPredicate::sle, b); }
  Value operator==(int64_t b) const {
    return is(arith::CmpIPredicate::eq, Scalar(*emitter, b));
  }
  /// `condition ? a : b`
  static Scalar select(Value condition, Scalar a, Scalar b) {
    return {*a.emitter, a.emitter->create<arith::SelectOp>(condition, a, b)};
  }

  Value toIndex() const {
    return emitter->create<arith::IndexCastOp>(emitter->builder.getIndexType(),
                                               value);
  }
  static Scalar fromIndex(Emitter &emitter, Value index) {
    return {emitter, emitter.create<arith::IndexCastOp>(
                         emitter.builder.getI32Type(), index)};
  }

private:
  template <typename Op>
  Scalar emit(Scalar b) const {
    return {*emitter, emitter->create<Op>(value, b.value)};
  }
  Value is(arith::CmpIPredicate predicate, Scalar b) const {
    return emitter->create<arith::CmpIOp>(predicate, value, b.value);
  }

  Emitter *emitter;
  Value value;
};

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_SCALAR_H
