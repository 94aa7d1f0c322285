//===- RuntimeVerification.cpp - Checks that types leave to run time ------===//
//
// What `generate-runtime-verification` puts before each cca op: dynamic sizes
// that must agree, and the contents of cu_seqlens. A size that both types state
// was the verifier's business.
//
//===----------------------------------------------------------------------===//

#include "cca/Dialect/CCA/IR/CCA.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

namespace {

using ErrorMessage = function_ref<std::string(Operation *, StringRef)>;
using TensorValue = TypedValue<RankedTensorType>;

/// Emits run-time checks for one op.
class Checker {
public:
  Checker(Operation *op, OpBuilder &builder, Location loc, ErrorMessage message)
      : op(op), b(builder), loc(loc), message(message) {}

  /// Size `dimA` of `a` equals size `dimB` of `other`.
  void sameSize(StringRef what, TensorValue a, int64_t dimA, TensorValue other,
                int64_t dimB) {
    if (!a.getType().isDynamicDim(dimA) && !other.getType().isDynamicDim(dimB))
      return;
    Value got = size(a, dimA), expected = size(other, dimB);
    check(arith::CmpIPredicate::eq, got, expected, "expects " + what.str());
  }

  /// `a` and `other` agree in B and S, their first two sizes.
  void sameBatchAndTokens(StringRef names, TensorValue a, TensorValue other) {
    sameSize(names.str() + " to agree in the batch size", a, 0, other, 0);
    sameSize(names.str() + " to agree in the number of tokens", a, 1, other, 1);
  }

  /// `cuSeqlens`, if given, cuts the tokens of the one row of `x` into
  /// sequences of at most `longest` tokens.
  void packed(Value cuSeqlens, TensorValue x, Value longest = {}) {
    if (!cuSeqlens)
      return;
    Value zero = index(0), one = index(1);
    if (x.getType().isDynamicDim(0))
      check(arith::CmpIPredicate::eq, size(x, 0), one,
            "expects a packed batch to have one row");
    Value count = size(cast<TensorValue>(cuSeqlens), 0);
    check(arith::CmpIPredicate::sge, count, one,
          "expects cu_seqlens to have at least one element");
    check(arith::CmpIPredicate::eq, element(cuSeqlens, zero), zero,
          "expects cu_seqlens to start with 0");
    Value last = arith::SubIOp::create(b, loc, count, one);
    Value total = element(cuSeqlens, last), tokens = size(x, 1);
    check(arith::CmpIPredicate::eq, total, tokens,
          "expects cu_seqlens to end with the number of tokens");

    auto loop = scf::ForOp::create(b, loc, zero, last, one);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value begin = element(cuSeqlens, loop.getInductionVar());
    Value next = arith::AddIOp::create(b, loc, loop.getInductionVar(), one);
    Value end = element(cuSeqlens, next);
    check(arith::CmpIPredicate::sle, begin, end,
          "expects cu_seqlens not to decrease");
    if (longest)
      check(arith::CmpIPredicate::sle,
            arith::SubIOp::create(b, loc, end, begin), longest,
            "expects cos and sin to have a row for each position of the "
            "longest sequence");
  }

  /// `cos` and `sin` have a row for each token, or, if packed, for each
  /// position.
  void rope(TensorValue cos, TensorValue sin, Value cuSeqlens, TensorValue x) {
    int64_t rank = cos.getType().getRank();
    for (int64_t dim = 0; dim < rank - 1; ++dim)
      sameSize("cos and sin to have one shape", sin, dim, cos, dim);
    if (cuSeqlens)
      return packed(cuSeqlens, x, size(cos, 0));
    if (rank == 3)
      sameSize("cos to have a row of positions for each batch row", cos, 0, x,
               0);
    sameSize("cos to have a row for each token", cos, rank - 2, x, 1);
  }

private:
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }
  Value size(TensorValue tensor, int64_t dim) {
    return b.createOrFold<tensor::DimOp>(loc, tensor, dim);
  }
  Value element(Value tensor, Value position) {
    return arith::IndexCastOp::create(
        b, loc, b.getIndexType(),
        tensor::ExtractOp::create(b, loc, tensor, position));
  }
  void check(arith::CmpIPredicate predicate, Value got, Value expected,
             const std::string &what) {
    Value holds = arith::CmpIOp::create(b, loc, predicate, got, expected);
    cf::AssertOp::create(b, loc, holds, message(op, what));
  }

  Operation *op;
  OpBuilder &b;
  Location loc;
  ErrorMessage message;
};

} // namespace

void AttentionOp::generateRuntimeVerification(OpBuilder &builder, Location loc,
                                              ErrorMessage message) {
  Checker(*this, builder, loc, message)
      .rope(getCos(), getSin(), getCuSeqlens(), getHidden());
}

void PrologueOp::generateRuntimeVerification(OpBuilder &builder, Location loc,
                                             ErrorMessage message) {
  Checker(*this, builder, loc, message)
      .rope(getCos(), getSin(), getCuSeqlens(), getHidden());
}

void MixOp::generateRuntimeVerification(OpBuilder &builder, Location loc,
                                        ErrorMessage message) {
  Checker(*this, builder, loc, message)
      .rope(getCos(), getSin(), getCuSeqlens(), getX());
}

void FusedPrologueOp::generateRuntimeVerification(OpBuilder &builder,
                                                  Location loc,
                                                  ErrorMessage message) {
  Checker(*this, builder, loc, message)
      .rope(getCos(), getSin(), getCuSeqlens(), getHidden());
}

void FlashAttentionOp::generateRuntimeVerification(OpBuilder &builder,
                                                   Location loc,
                                                   ErrorMessage message) {
  Checker checker(*this, builder, loc, message);
  checker.sameBatchAndTokens("query and key", getKey(), getQuery());
  checker.sameBatchAndTokens("query and value", getValue(), getQuery());
  checker.packed(getCuSeqlens(), getQuery());
}

// All dynamic sizes are those of the one operand.
void ProjectionOp::generateRuntimeVerification(OpBuilder &, Location,
                                               ErrorMessage) {}

void LatentsOp::generateRuntimeVerification(OpBuilder &builder, Location loc,
                                            ErrorMessage message) {
  Checker(*this, builder, loc, message).packed(getCuSeqlens(), getHidden());
}

void ConvOp::generateRuntimeVerification(OpBuilder &builder, Location loc,
                                         ErrorMessage message) {
  Checker(*this, builder, loc, message).packed(getCuSeqlens(), getX());
}

void QKMeanOp::generateRuntimeVerification(OpBuilder &builder, Location loc,
                                           ErrorMessage message) {
  Checker checker(*this, builder, loc, message);
  checker.sameBatchAndTokens("q0 and k0", getK0(), getQ0());
  checker.sameBatchAndTokens("q0 and zq", getZq(), getQ0());
  checker.sameBatchAndTokens("q0 and zk", getZk(), getQ0());
}

// All dynamic sizes are those of the one operand.
void QKNormOp::generateRuntimeVerification(OpBuilder &, Location,
                                           ErrorMessage) {}

void RopeOp::generateRuntimeVerification(OpBuilder &builder, Location loc,
                                         ErrorMessage message) {
  Checker(*this, builder, loc, message)
      .rope(getCos(), getSin(), getCuSeqlens(), getX());
}

void ValueShiftOp::generateRuntimeVerification(OpBuilder &builder, Location loc,
                                               ErrorMessage message) {
  Checker checker(*this, builder, loc, message);
  checker.sameBatchAndTokens("current and delayed", getDelayed(), getCurrent());
  checker.packed(getCuSeqlens(), getCurrent());
}
