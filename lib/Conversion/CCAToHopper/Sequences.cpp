//===- Sequences.cpp - Tiles of packed sequences --------------------------===//

#include "Sequences.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::cca;

static Scalar emitCount(Emitter &emitter, Value cuSeqlens) {
  Value zero = emitter.create<arith::ConstantIndexOp>(0);
  Value size = emitter.create<memref::DimOp>(cuSeqlens, zero);
  return Scalar::fromIndex(emitter, size) - 1;
}

static Scalar emitBoundary(Emitter &emitter, Value cuSeqlens, Scalar n) {
  return {emitter,
          emitter.create<memref::LoadOp>(cuSeqlens, ValueRange{n.toIndex()})};
}

Scalar cca::emitSlotCount(Emitter &emitter, Scalar tokens, Value cuSeqlens,
                          int64_t rows) {
  return tokens / rows + emitCount(emitter, cuSeqlens);
}

QueryTile cca::emitSlotTile(Emitter &emitter, Scalar slot, Value cuSeqlens,
                            int64_t rows) {
  // Binary search for the last sequence whose first slot is not above `slot`.
  Type i32 = emitter.builder.getI32Type();
  Scalar zero(emitter, int64_t(0));
  auto search = emitter.create<scf::WhileOp>(
      TypeRange{i32, i32}, ValueRange{zero, emitCount(emitter, cuSeqlens)},
      [&](OpBuilder &builder, Location loc, ValueRange range) {
        Emitter inner{builder, loc};
        Scalar low(inner, range[0]), high(inner, range[1]);
        inner.create<scf::ConditionOp>(low + 1 < high, range);
      },
      [&](OpBuilder &builder, Location loc, ValueRange range) {
        Emitter inner{builder, loc};
        Scalar low(inner, range[0]), high(inner, range[1]);
        Scalar middle = (low + high) / 2;
        Scalar first = emitBoundary(inner, cuSeqlens, middle) / rows + middle;
        Value isAbove = Scalar(inner, slot) < first;
        Scalar newLow = Scalar::select(isAbove, low, middle);
        Scalar newHigh = Scalar::select(isAbove, middle, high);
        inner.create<scf::YieldOp>(ValueRange{newLow, newHigh});
      });
  Scalar n(emitter, search.getResult(0));
  Scalar begin = emitBoundary(emitter, cuSeqlens, n);
  Scalar length = emitBoundary(emitter, cuSeqlens, n + 1) - begin;
  Scalar block = slot - (begin / rows + n);
  return {begin, length, block * rows};
}
