//===- TokenRows.cpp - Which tokens the rows of a tile are ----------------===//

#include "TokenRows.h"

#include "cca/Dialect/Hopper/IR/Hopper.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

static Value splat(Emitter &emitter, Value value, Type like) {
  return emitter.create<tensor::SplatOp>(value, cast<RankedTensorType>(like));
}

Value cca::emitTokens(Emitter &emitter, Scalar first, Scalar tokens,
                      int64_t rows) {
  auto type = RankedTensorType::get(rows, emitter.builder.getI32Type());
  Value index = emitter.create<hopper::RowIndexOp>(type);
  Value token =
      emitter.create<arith::AddIOp>(index, splat(emitter, first, type));
  return emitter.create<arith::MinSIOp>(token,
                                        splat(emitter, tokens - 1, type));
}

static Scalar emitSequenceCount(Emitter &emitter, Value cuSeqlens) {
  Value size = emitter.create<memref::DimOp>(cuSeqlens, 0);
  return Scalar::fromIndex(emitter, size) - 1;
}

Scalar cca::emitSearchSteps(Emitter &emitter, Value cuSeqlens) {
  // The least number of halvings that leaves one sequence.
  Scalar zero(emitter, int64_t(0)),
      count = emitSequenceCount(emitter, cuSeqlens);
  Type i32 = emitter.builder.getI32Type();
  auto loop = emitter.create<scf::WhileOp>(
      TypeRange{i32, i32}, ValueRange{zero, count},
      [&](OpBuilder &builder, Location loc, ValueRange state) {
        Emitter inner{builder, loc};
        Scalar left(inner, state[1]);
        inner.create<scf::ConditionOp>(Scalar(inner, 1) < left, state);
      },
      [&](OpBuilder &builder, Location loc, ValueRange state) {
        Emitter inner{builder, loc};
        Scalar steps(inner, state[0]), left(inner, state[1]);
        inner.create<scf::YieldOp>(
            ValueRange{steps + 1, (left + 1) / Scalar(inner, 2)});
      });
  return {emitter, loop.getResult(0)};
}

Value cca::emitPositions(Emitter &emitter, Value tokens, Value cuSeqlens,
                         Scalar searchSteps) {
  // Of each row, the last sequence that does not begin after its token: it is
  // in [low, high).
  Type type = tokens.getType();
  Value zeroIndex = emitter.create<arith::ConstantIndexOp>(0);
  auto begin = [&](Emitter &inner, Value sequence) -> Value {
    return inner.create<hopper::GatherOp>(type, cuSeqlens,
                                          ValueRange{zeroIndex}, sequence,
                                          inner.builder.getI64IntegerAttr(0));
  };
  Scalar zero(emitter, int64_t(0)), one(emitter, 1);
  Value low = splat(emitter, zero, type);
  Value high = splat(emitter, emitSequenceCount(emitter, cuSeqlens), type);
  auto search = emitter.create<scf::ForOp>(
      Value(zero), Value(searchSteps), Value(one), ValueRange{low, high},
      [&](OpBuilder &builder, Location loc, Value, ValueRange range) {
        Emitter inner{builder, loc};
        Value sum = inner.create<arith::AddIOp>(range[0], range[1]);
        Value middle =
            inner.create<arith::ShRUIOp>(sum, splat(inner, one, type));
        Value isAbove = inner.create<arith::CmpIOp>(
            arith::CmpIPredicate::slt, tokens, begin(inner, middle));
        Value newLow = inner.create<arith::SelectOp>(isAbove, range[0], middle);
        Value newHigh =
            inner.create<arith::SelectOp>(isAbove, middle, range[1]);
        inner.create<scf::YieldOp>(ValueRange{newLow, newHigh});
      });
  return emitter.create<arith::SubIOp>(tokens,
                                       begin(emitter, search.getResult(0)));
}
