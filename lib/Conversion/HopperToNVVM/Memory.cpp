//===- Memory.cpp - Tiles between registers, shared and device memory -----===//

#include "Patterns.h"
#include "SharedMemory.h"
#include "Thread.h"

#include "cca/Layout/Fragment.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::cca;

namespace {

/// In the consumers' region tile i begins i tiles after the first.
struct AllocPattern : OpConversionPattern<hopper::AllocOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::AllocOp op, OneToNOpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!op.getOffset())
      return rewriter.notifyMatchFailure(op, "no offset: hopper-allocate-smem");
    ThreadBuilder thread(rewriter, op.getLoc());
    Value address = thread.add(sharedMemoryBase(thread), *op.getOffset());
    if (Value warpgroup = consumerWarpgroup(thread, op))
      address = thread.add(address, thread.mul(warpgroup, op.getBytes()));
    SmallVector<Value> results{address, thread.constant(0)};
    rewriter.replaceOpWithMultiple(op, {results});
    return success();
  }
};

struct SliceRowsPattern : OpConversionPattern<hopper::SliceRowsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::SliceRowsOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ThreadBuilder thread(rewriter, op.getLoc());
    int64_t rowBytes = op.getSource().getType().getLayout().spanBytes();
    Value offset = thread.mul(adaptor.getRow().front(), rowBytes);
    SmallVector<Value> results{thread.add(adaptor.getSource()[0], offset),
                               adaptor.getSource()[1]};
    rewriter.replaceOpWithMultiple(op, {results});
    return success();
  }
};

/// Addresses for ldmatrix.x4 and stmatrix.x4, one for each 16 columns of a
/// tile.
class MatrixAddresses {
public:
  /// `firstRow` of the tile in shared memory is the fragment's first; 0 if
  /// null. `index` is that of the thread in its block.
  MatrixAddresses(ThreadBuilder &thread, Value tile, SharedTile layout,
                  Value index, Value firstRow = {})
      : layout(layout) {
    // Lane l gives row l mod 16 of its warp's 16, columns 8 (l / 16).
    Value lane = thread.bitAnd(index, 31);
    Value warp = thread.shiftRight(thread.bitAnd(index, 127), 5);
    Value row = thread.add(thread.mul(warp, 16), thread.bitAnd(lane, 15));
    if (firstRow)
      row = thread.add(row, firstRow);
    Value rowBytes = thread.mul(row, layout.spanBytes());
    // applySwizzle: the line's index is xor'ed into that of the chunk. The rows
    // before the tile are a multiple of 8 and do not change it, nor do blocks
    // of 64 rows.
    int64_t chunks = layout.spanBytes() / 16;
    Value line = thread.bitAnd(thread.shiftRight(rowBytes, 7), chunks - 1);
    Value swizzled =
        thread.mul(thread.bitXor(thread.shiftRight(lane, 4), line), 16);
    first = thread.add(thread.add(tile, rowBytes), swizzled);
  }

  /// The address of the first 16 columns.
  Value begin() const { return first; }

  /// PTX that executes `instruction`, in which `@` stands for the address of a
  /// block of 64 rows and 16 columns. Operand `operand` is `begin()`.
  ///
  /// Rows begin at multiples of the span, so that columns are xor'ed into the
  /// whole address. That is part of the statement: as values, the addresses
  /// would be loop invariants that take up registers.
  std::string ptx(int64_t block, int64_t step, StringRef instruction,
                  int64_t operand) const {
    int64_t col = 16 * step, panel = col / layout.panelCols();
    int64_t bits = col % layout.panelCols() * layout.elementBytes;
    int64_t offset = panel * layout.panelBytes() +
                     block * Fragment::rows * layout.spanBytes();
    auto [before, after] = instruction.split('@');
    return llvm::formatv("{{\n.reg .b32 a;\nxor.b32 a, ${0}, {1};\n"
                         "{2}[a+{3}]{4}\n}",
                         operand, bits, before, offset, after);
  }

private:
  SharedTile layout;
  Value first;
};

struct LdmatrixPattern : OpConversionPattern<hopper::LdmatrixOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::LdmatrixOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ThreadBuilder thread(rewriter, op.getLoc());
    hopper::SmemType smem = op.getSource().getType();
    auto type = cast<RankedTensorType>(op.getTile().getType());
    if (!hopper::isFragment(type))
      return rewriter.notifyMatchFailure(op, "a tile without a layout");
    Value row = adaptor.getRow().empty() ? Value() : adaptor.getRow().front();
    Value index;
    if (op.getSource().getDefiningOp<hopper::AllocOp>()) {
      index = threadIndex(thread);
      row = shiftedRow(thread, row);
    } else {
      index = thread.threadInBlock();
    }
    MatrixAddresses address(thread, adaptor.getSource()[0], smem.getLayout(),
                            index, row);
    Type pair = VectorType::get(2, smem.getElementType());
    SmallVector<Type> types(4, rewriter.getI32Type());
    SmallVector<Value> tile;
    for (int64_t block = 0; block < type.getDimSize(0) / Fragment::rows;
         ++block)
      for (int64_t step = 0; step < smem.getCols() / 16; ++step)
        for (Value value :
             thread.ptx(address.ptx(block, step,
                                    "ldmatrix.sync.aligned.m8n8.x4.shared.b16 "
                                    "{$0, $1, $2, $3}, @;",
                                    /*operand=*/4),
                        "=r,=r,=r,=r,r", address.begin(), types))
          tile.push_back(
              LLVM::BitcastOp::create(rewriter, op.getLoc(), pair, value));
    rewriter.replaceOpWithMultiple(op, {tile});
    return success();
  }

private:
  // Stages are elsewhere each time. Rows of a tile that consumers share are
  // always in one place, and each shift of them would be a loop invariant that
  // takes up a register: they are computed again, from values that LLVM does
  // not know to be the same.

  static Value threadIndex(ThreadBuilder &thread) {
    return thread.ptx("mov.u32 $0, %tid.x;", "=r", {},
                      thread.get().getI32Type());
  }

  static Value shiftedRow(ThreadBuilder &thread, Value row) {
    auto sum = row ? row.getDefiningOp<arith::AddIOp>() : arith::AddIOp();
    APInt shift;
    if (!sum || !matchPattern(sum.getRhs(), m_ConstantInt(&shift)))
      return row;
    return thread.ptx("add.s32 $0, $1, " +
                          std::to_string(shift.getSExtValue()) + ";",
                      "=r,r", sum.getLhs(), thread.get().getI32Type());
  }
};

struct StmatrixPattern : OpConversionPattern<hopper::StmatrixOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::StmatrixOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ThreadBuilder thread(rewriter, op.getLoc());
    hopper::SmemType smem = op.getDestination().getType();
    MatrixAddresses address(thread, adaptor.getDestination()[0],
                            smem.getLayout(), thread.threadInBlock());
    auto next = adaptor.getTile().begin();
    for (int64_t block = 0; block < smem.getRows() / Fragment::rows; ++block)
      for (int64_t step = 0; step < smem.getCols() / 16; ++step) {
        SmallVector<Value> operands{address.begin()};
        for (int64_t i = 0; i < 4; ++i)
          operands.push_back(LLVM::BitcastOp::create(
              rewriter, op.getLoc(), rewriter.getI32Type(), *next++));
        thread.ptx(address.ptx(block, step,
                               "stmatrix.sync.aligned.m8n8.x4.shared.b16 "
                               "@, {$1, $2, $3, $4};",
                               /*operand=*/0),
                   "r,r,r,r,r", operands);
      }
    rewriter.eraseOp(op);
    return success();
  }
};

struct TmaStorePattern : OpConversionPattern<hopper::TmaStoreOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::TmaStoreOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ThreadBuilder thread(rewriter, op.getLoc());
    SmallVector<Value> operands{thread.threadInWarpgroup(),
                                adaptor.getMap().front(),
                                adaptor.getTile().front()};
    BoxCoordinates box(thread, op.getMap().getType(), op.getCoordinates(), 3);
    llvm::append_range(operands, box.values);
    std::string text = "{\n.reg .pred p;\nsetp.eq.s32 p, $0, 0;\n@p cp." +
                       std::string(op.getReduce() ? "reduce." : "") +
                       "async.bulk.tensor." + box.dims + ".global.shared::cta" +
                       (op.getReduce() ? ".add" : "") +
                       ".tile.bulk_group [$1, {" + box.operands +
                       "}], [$2];\n@p cp.async.bulk.commit_group;\n}";
    thread.ptx(text, "r,l,r" + box.constraints, operands);
    rewriter.eraseOp(op);
    return success();
  }
};

/// Threads without groups of their own pass at once.
struct TmaStoreWaitPattern : OpConversionPattern<hopper::TmaStoreWaitOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::TmaStoreWaitOp op, OneToNOpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ThreadBuilder(rewriter, op.getLoc())
        .ptx("cp.async.bulk.wait_group.read " +
                 std::to_string(op.getPending()) + ";",
             "", {});
    rewriter.eraseOp(op);
    return success();
  }
};

/// A row at a time: neighbouring columns in one store, rows of a thread under
/// one branch.
struct StoreRowsPattern : OpConversionPattern<hopper::StoreRowsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::StoreRowsOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type = cast<RankedTensorType>(op.getTile().getType());
    bool isTile = type.getRank() == 2;
    if (!hopper::isFragment(type) && !hopper::isRows(type))
      return rewriter.notifyMatchFailure(op, "a tile without a layout");
    if (isTile && type.getElementTypeBitWidth() != 16)
      return rewriter.notifyMatchFailure(op, "no 16-bit fragment");
    ThreadBuilder thread(rewriter, loc);
    Value warp = thread.shiftRight(thread.threadInWarpgroup(), 5);
    Value quad = thread.shiftRight(thread.lane(), 2);
    Value first = thread.add(thread.mul(warp, 16), quad);
    Value lane = thread.bitAnd(thread.lane(), 3);
    int64_t rows =
        type.getDimSize(0) / Fragment::rows * Fragment::rowsPerThread;
    int64_t perRow = isTile ? type.getDimSize(1) / 8 : 1;
    SmallVector<Value> indices;
    for (ValueRange index : adaptor.getIndices())
      indices.push_back(index.front());
    for (int64_t r = 0; r < rows; ++r) {
      Value row = thread.add(first, r / 2 * Fragment::rows + r % 2 * 8);
      Value write =
          arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::slt, row,
                                adaptor.getLimit().front());
      // Rows are the same in all four lanes.
      if (!isTile)
        write =
            arith::AndIOp::create(rewriter, loc, write, thread.equals(lane, 0));
      auto body = scf::IfOp::create(rewriter, loc, write);
      OpBuilder::InsertionGuard guard(rewriter);
      rewriter.setInsertionPointToStart(&body.getThenRegion().front());
      SmallVector<Value> at = indices;
      at[op.getAlong()] = arith::AddIOp::create(
          rewriter, loc, at[op.getAlong()], toIndex(rewriter, loc, row));
      if (!isTile) {
        memref::StoreOp::create(rewriter, loc, adaptor.getTile()[r],
                                adaptor.getBuffer().front(), at);
        continue;
      }
      Value column = at.back();
      for (int64_t i = 0; i < perRow; ++i) {
        Value offset = thread.add(thread.mul(lane, 2), 8 * i);
        at.back() = arith::AddIOp::create(rewriter, loc, column,
                                          toIndex(rewriter, loc, offset));
        int64_t number = r / 2 * 2 * perRow + 2 * i + r % 2;
        vector::StoreOp::create(rewriter, loc, adaptor.getTile()[number],
                                adaptor.getBuffer().front(), at);
      }
    }
    rewriter.eraseOp(op);
    return success();
  }

private:
  static Value toIndex(OpBuilder &builder, Location loc, Value value) {
    return arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                      value);
  }
};

/// What a lane has of a row it has of all: columns 2 l and 2 l + 1 of each
/// eight. Registers of other rows are the same values.
struct LoadColumnsPattern : OpConversionPattern<hopper::LoadColumnsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::LoadColumnsOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type = cast<RankedTensorType>(op.getTile().getType());
    if (!hopper::isFragment(type))
      return rewriter.notifyMatchFailure(op, "a tile without a layout");
    ThreadBuilder thread(rewriter, loc);
    Value buffer = adaptor.getBuffer().front();
    Value size = arith::IndexCastOp::create(
        rewriter, loc, rewriter.getI32Type(),
        memref::DimOp::create(rewriter, loc, buffer, 0));
    Value last = thread.add(size, -1);
    Value lane = thread.bitAnd(thread.lane(), 3);
    Value first = thread.add(adaptor.getIndex().front(), thread.mul(lane, 2));
    auto load = [&](int64_t offset) -> Value {
      Value index = arith::MinSIOp::create(rewriter, loc,
                                           thread.add(first, offset), last);
      index = arith::IndexCastOp::create(rewriter, loc, rewriter.getIndexType(),
                                         index);
      Value value = memref::LoadOp::create(rewriter, loc, buffer, index);
      if (value.getType().isF32())
        return value;
      return arith::ExtFOp::create(rewriter, loc, rewriter.getF32Type(), value);
    };
    SmallVector<Value> row;
    for (int64_t col = 0; col < type.getDimSize(1); col += 8) {
      Value even = load(col), odd = load(col + 1);
      for (int64_t i = 0; i < Fragment::rowsPerThread; ++i)
        row.append({even, odd});
    }
    SmallVector<Value> tile;
    for (int64_t i = 0; i < type.getDimSize(0) / Fragment::rows; ++i)
      llvm::append_range(tile, row);
    rewriter.replaceOpWithMultiple(op, {tile});
    return success();
  }
};

/// Some columns of a fragment are some of its registers.
struct ExtractSlicePattern : OpConversionPattern<tensor::ExtractSliceOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(tensor::ExtractSliceOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RankedTensorType source = op.getSourceType(), type = op.getType();
    if (!hopper::isFragment(type) || op.getStaticOffset(0) != 0 ||
        source.getDimSize(0) != type.getDimSize(0) ||
        ShapedType::isDynamic(op.getStaticOffset(1)) ||
        op.getStaticOffset(1) % 8 || op.getStaticStride(1) != 1)
      return rewriter.notifyMatchFailure(op, "not some columns of a fragment");
    ValueRange registers = adaptor.getSource();
    int64_t blocks = type.getDimSize(0) / Fragment::rows;
    int64_t perBlock = static_cast<int64_t>(registers.size()) / blocks;
    auto registersOf = [&](int64_t cols) {
      return perBlock * cols / source.getDimSize(1);
    };
    SmallVector<Value> slice;
    for (int64_t block = 0; block < blocks; ++block)
      llvm::append_range(
          slice,
          registers.slice(block * perBlock + registersOf(op.getStaticOffset(1)),
                          registersOf(type.getDimSize(1))));
    rewriter.replaceOpWithMultiple(op, {slice});
    return success();
  }
};

} // namespace

void cca::populateMemoryPatterns(const TypeConverter &converter,
                                 RewritePatternSet &patterns) {
  patterns.add<AllocPattern, ExtractSlicePattern, LdmatrixPattern,
               LoadColumnsPattern, SliceRowsPattern, StmatrixPattern,
               StoreRowsPattern, TmaStorePattern, TmaStoreWaitPattern>(
      converter, patterns.getContext());
}
