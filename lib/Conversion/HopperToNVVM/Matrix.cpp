//===- Matrix.cpp - wgmma -------------------------------------------------===//
//
// LLVM has no intrinsic for wgmma.mma_async: inline PTX. All registers of a
// tile pass through the statement that waits for it, so that no use of them can
// move above.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"
#include "Thread.h"

#include "cca/Layout/MatrixDescriptor.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::cca;

/// `$first, $first+1, …`
static std::string operandList(int64_t first, int64_t count) {
  std::string text;
  for (int64_t i = 0; i < count; ++i)
    text += (i ? ", $" : "$") + std::to_string(first + i);
  return text;
}

/// Two 16-bit elements as the register that they are.
static Value packed(OpBuilder &builder, Location loc, Value pair) {
  return LLVM::BitcastOp::create(builder, loc, builder.getI32Type(), pair);
}

/// `text` with all of `values` as operands that it may change.
static SmallVector<Value> passThrough(ConversionPatternRewriter &rewriter,
                                      Location loc, StringRef text,
                                      ValueRange values) {
  ThreadBuilder thread(rewriter, loc);
  SmallVector<Value> registers;
  SmallVector<Type> types;
  std::string outputs, inputs;
  for (auto [index, value] : llvm::enumerate(values)) {
    bool isPair = isa<VectorType>(value.getType());
    registers.push_back(isPair ? packed(rewriter, loc, value) : value);
    types.push_back(registers.back().getType());
    outputs += (index ? ",=" : "=");
    outputs += types.back().isF32() ? "f" : "r";
    inputs += "," + std::to_string(index);
  }
  SmallVector<Value> results =
      thread.ptx(text, outputs + inputs, registers, types);
  for (auto [result, value] : llvm::zip_equal(results, values))
    if (isa<VectorType>(value.getType()))
      result = LLVM::BitcastOp::create(rewriter, loc, value.getType(), result);
  return results;
}

/// The lower half of a matrix descriptor: start address and leading offset. The
/// upper half is constant; the statement puts them together, so that addresses
/// stay 32 bits wide.
static Value descriptor(ThreadBuilder &thread, Value address,
                        const MatrixDescriptor &matrix) {
  Value start = thread.bitAnd(thread.shiftRight(address, 4), 0x3FFF);
  return thread.bitOr(start, matrix.lowBits());
}

namespace {

/// One operand of the products of a wgmma op, in shared memory.
struct SharedOperand {
  MatrixDescriptor matrix;
  int64_t operand; ///< its number in the statement

  /// PTX that makes register `name` the descriptor of k step `step`, `bytes`
  /// further.
  std::string step(StringRef name, int64_t step, int64_t bytes) const {
    int64_t offset = (matrix.stepOffset(step) + bytes) / 16;
    return llvm::formatv("add.s32 low, ${0}, {1}; mov.b64 {2}, {{low, {3}};\n",
                         operand, offset, name, matrix.highBits());
  }
};

struct WgmmaPattern : OpConversionPattern<hopper::WgmmaOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::WgmmaOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    ThreadBuilder thread(rewriter, loc);
    RankedTensorType tile = op.getResult().getType().getTile();
    hopper::SmemType b = op.getB().getType();
    int64_t blocks = tile.getDimSize(0) / HopperTarget::wgmmaM,
            n = tile.getDimSize(1);
    int64_t count = blocks * n / 2;
    bool aInRegisters = hopper::isFragment(op.getA().getType());

    SmallVector<Type> types(count, rewriter.getF32Type());
    SmallVector<Value> operands;
    std::string constraints = "=f";
    for (int64_t i = 1; i < count; ++i)
      constraints += ",=f";
    // Inputs: A, the descriptor of B, then what the outputs start from.
    int64_t firstA = count;
    if (aInRegisters) {
      for (Value pair : adaptor.getA())
        operands.push_back(packed(rewriter, loc, pair));
    } else {
      auto type = cast<hopper::SmemType>(op.getA().getType());
      operands.push_back(
          descriptor(thread, adaptor.getA().front(),
                     MatrixDescriptor(type.getLayout(), Major::K)));
    }
    SharedOperand bOperand{MatrixDescriptor(b.getLayout(), op.getTransposeB()
                                                               ? Major::K
                                                               : Major::MN),
                           count + static_cast<int64_t>(operands.size())};
    operands.push_back(
        descriptor(thread, adaptor.getB().front(), bOperand.matrix));
    for (size_t i = 0; i < operands.size(); ++i)
      constraints += ",r";
    ValueRange start =
        op.getOnto() ? adaptor.getOnto() : adaptor.getAccumulator();
    for (auto [index, value] : llvm::enumerate(start)) {
      operands.push_back(value);
      constraints += "," + std::to_string(index);
    }

    StringRef type = b.getElementType().isBF16() ? "bf16" : "f16";
    int64_t steps = bOperand.matrix.steps();
    int64_t pairsPerBlock = aInRegisters ? adaptor.getA().size() / blocks : 0;
    std::string text = "{\n.reg .b32 low; .reg .b64 a, b; .reg .pred p;\n";
    for (int64_t block = 0; block < blocks; ++block) {
      for (int64_t step = 0; step < steps; ++step) {
        bool accumulate = step > 0 || !start.empty();
        std::string a = "a";
        text += bOperand.step("b", step, 0);
        if (aInRegisters) {
          // The registers of one k step: a 16 x 16 block of each warp.
          a = "{" + operandList(firstA + block * pairsPerBlock + 4 * step, 4) +
              "}";
        } else {
          auto smem = cast<hopper::SmemType>(op.getA().getType());
          SharedTile layout = smem.getLayout();
          SharedOperand aOperand{MatrixDescriptor(layout, Major::K), firstA};
          text += aOperand.step(
              "a", step, block * HopperTarget::wgmmaM * layout.spanBytes());
        }
        text += llvm::formatv(
            "setp.ne.b32 p, {0}, 0;\n"
            "wgmma.mma_async.sync.aligned.m64n{1}k16.f32.{2}.{2} {{{3}}, {4}, "
            "b, "
            "p, 1, 1{5}, {6};\n",
            accumulate ? 1 : 0, n, type, operandList(block * n / 2, n / 2), a,
            aInRegisters ? "" : ", 0", op.getTransposeB() ? 0 : 1);
      }
    }
    text += "}";
    rewriter.replaceOpWithMultiple(
        op, {thread.ptx(text, constraints, operands, types)});
    return success();
  }
};

struct CommitPattern : OpConversionPattern<hopper::CommitOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::CommitOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    NVVM::WgmmaGroupSyncAlignedOp::create(rewriter, op.getLoc());
    rewriter.replaceOpWithMultiple(op, {adaptor.getIssued()});
    return success();
  }
};

struct WaitPattern : OpConversionPattern<hopper::WaitOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::WaitOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    std::string text = "wgmma.wait_group.sync.aligned " +
                       std::to_string(op.getPending()) + ";";
    rewriter.replaceOpWithMultiple(
        op, {passThrough(rewriter, op.getLoc(), text, adaptor.getCommitted())});
    return success();
  }
};

struct WaitOlderPattern : OpConversionPattern<hopper::WaitOlderOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::WaitOlderOp op, OneToNOpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ThreadBuilder thread(rewriter, op.getLoc());
    thread.ptx("wgmma.wait_group.sync.aligned " +
                   std::to_string(op.getPending()) + ";",
               "", {});
    rewriter.eraseOp(op);
    return success();
  }
};

struct WgmmaFencePattern : OpConversionPattern<hopper::WgmmaFenceOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(hopper::WgmmaFenceOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    SmallVector<Value> registers;
    for (ValueRange tile : adaptor.getTiles())
      llvm::append_range(registers, tile);
    SmallVector<Value> fenced = passThrough(
        rewriter, op.getLoc(), "wgmma.fence.sync.aligned;", registers);
    SmallVector<SmallVector<Value>> results;
    auto *next = fenced.begin();
    for (ValueRange tile : adaptor.getTiles()) {
      results.emplace_back(next, next + tile.size());
      next += tile.size();
    }
    rewriter.replaceOpWithMultiple(op, std::move(results));
    return success();
  }
};

} // namespace

void cca::populateMatrixPatterns(const TypeConverter &converter,
                                 RewritePatternSet &patterns) {
  patterns.add<CommitPattern, WaitOlderPattern, WaitPattern, WgmmaFencePattern,
               WgmmaPattern>(converter, patterns.getContext());
}
