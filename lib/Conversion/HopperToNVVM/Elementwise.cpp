//===- Elementwise.cpp - arith and math on the registers of a thread ------===//

#include "Patterns.h"
#include "Thread.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::cca;

static bool hasLayout(Type type) {
  return hopper::isFragment(type) || hopper::isRows(type);
}

namespace {

/// An elementwise op on tiles: the same op on each register.
struct ElementwisePattern : ConversionPattern {
  ElementwisePattern(const TypeConverter &converter, MLIRContext *context)
      : ConversionPattern(converter, MatchAnyOpTypeTag(), /*benefit=*/1,
                          context) {}

  LogicalResult
  matchAndRewrite(Operation *op, ArrayRef<ValueRange> operands,
                  ConversionPatternRewriter &rewriter) const override {
    if (!op->hasTrait<OpTrait::Elementwise>() || op->getNumResults() != 1 ||
        !hasLayout(op->getResult(0).getType()))
      return rewriter.notifyMatchFailure(op, "no elementwise op on tiles");
    SmallVector<Type> types;
    if (failed(
            getTypeConverter()->convertType(op->getResult(0).getType(), types)))
      return rewriter.notifyMatchFailure(op, "a tile without a layout");
    SmallVector<Value> results;
    for (auto [index, type] : llvm::enumerate(types)) {
      SmallVector<Value> scalars;
      for (ValueRange registers : operands) {
        if (registers.size() != types.size() && registers.size() != 1)
          return rewriter.notifyMatchFailure(op, "registers of another shape");
        scalars.push_back(registers[registers.size() == 1 ? 0 : index]);
      }
      OperationState state(op->getLoc(), op->getName(), scalars, type,
                           op->getAttrs());
      results.push_back(rewriter.create(state)->getResult(0));
    }
    rewriter.replaceOpWithMultiple(op, {results});
    return success();
  }
};

/// Accumulators to 16 bits: neighbours share a register. In order with the
/// waits around it: converting in place of an operand that a product in flight
/// still reads would stall it.
struct TruncFPattern : OpConversionPattern<arith::TruncFOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(arith::TruncFOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!hopper::isFragment(op.getType()))
      return rewriter.notifyMatchFailure(op, "no fragment");
    Type element = getElementTypeOrSelf(op.getType());
    ValueRange in = adaptor.getIn();
    if (!in.front().getType().isF32() ||
        (!element.isBF16() && !element.isF16()))
      return rewriter.notifyMatchFailure(op, "not f32 to a 16-bit type");
    ThreadBuilder thread(rewriter, op.getLoc());
    std::string text = "cvt.rn." +
                       std::string(element.isBF16() ? "bf16" : "f16") +
                       "x2.f32 $0, $2, $1;";
    Type pair = VectorType::get(2, element), i32 = rewriter.getI32Type();
    SmallVector<Value> results;
    for (size_t i = 0; i < in.size(); i += 2) {
      Value packed = thread.ptx(text, "=r,f,f", {in[i], in[i + 1]}, i32);
      results.push_back(
          LLVM::BitcastOp::create(rewriter, op.getLoc(), pair, packed));
    }
    rewriter.replaceOpWithMultiple(op, {results});
    return success();
  }
};

/// 16 bits to f32: the two elements of a register. A bf16 is the upper half of
/// an f32.
struct ExtFPattern : OpConversionPattern<arith::ExtFOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(arith::ExtFOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type element = getElementTypeOrSelf(op.getIn().getType());
    if (!hopper::isFragment(op.getType()) ||
        !getElementTypeOrSelf(op.getType()).isF32() ||
        (!element.isBF16() && !element.isF16()))
      return rewriter.notifyMatchFailure(op, "no 16-bit fragment to f32");
    Location loc = op.getLoc();
    ThreadBuilder thread(rewriter, loc);
    Type f32 = rewriter.getF32Type(), i32 = rewriter.getI32Type();
    SmallVector<Value> results;
    for (Value pair : adaptor.getIn()) {
      if (element.isF16()) {
        for (int64_t i : {0, 1}) {
          Value half = LLVM::ExtractElementOp::create(rewriter, loc, pair,
                                                      thread.constant(i));
          results.push_back(arith::ExtFOp::create(rewriter, loc, f32, half));
        }
        continue;
      }
      Value both = LLVM::BitcastOp::create(rewriter, loc, i32, pair);
      Value lower =
                arith::ShLIOp::create(rewriter, loc, both, thread.constant(16)),
            upper = thread.bitAnd(both, 0xFFFF0000);
      for (Value bits : {lower, upper})
        results.push_back(LLVM::BitcastOp::create(rewriter, loc, f32, bits));
    }
    rewriter.replaceOpWithMultiple(op, {results});
    return success();
  }
};

/// An op on tiles of an element type as an intrinsic on each register.
template <typename Op>
struct IntrinsicPattern : OpConversionPattern<Op> {
  IntrinsicPattern(const TypeConverter &converter, MLIRContext *context,
                   StringRef intrinsic, Type element, PatternBenefit benefit)
      : OpConversionPattern<Op>(converter, context, benefit),
        intrinsic(intrinsic), element(element) {}

  LogicalResult
  matchAndRewrite(Op op,
                  typename OpConversionPattern<Op>::OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!hasLayout(op.getType()) ||
        getElementTypeOrSelf(op.getType()) != element)
      return rewriter.notifyMatchFailure(op, "no tile of that type");
    ArrayRef<ValueRange> operands = adaptor.getOperands();
    SmallVector<Value> results;
    for (size_t i = 0; i < operands.front().size(); ++i) {
      SmallVector<Value> scalars;
      for (ValueRange registers : operands)
        scalars.push_back(registers[i]);
      results.push_back(LLVM::CallIntrinsicOp::create(
                            rewriter, op.getLoc(), scalars.front().getType(),
                            rewriter.getStringAttr(intrinsic), scalars)
                            .getResults());
    }
    rewriter.replaceOpWithMultiple(op, {results});
    return success();
  }

private:
  StringRef intrinsic;
  Type element;
};

/// One tensor map or another: the same pointer to either.
struct SelectMapPattern : OpConversionPattern<arith::SelectOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(arith::SelectOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!isa<hopper::TensorMapType>(op.getType()))
      return rewriter.notifyMatchFailure(op, "no tensor map");
    rewriter.replaceOpWithNewOp<arith::SelectOp>(
        op, adaptor.getCondition().front(), adaptor.getTrueValue().front(),
        adaptor.getFalseValue().front());
    return success();
  }
};

struct SplatPattern : OpConversionPattern<tensor::SplatOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(tensor::SplatOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    SmallVector<Type> types;
    if (!hasLayout(op.getType()) ||
        failed(getTypeConverter()->convertType(op.getType(), types)))
      return rewriter.notifyMatchFailure(op, "a tile without a layout");
    Value scalar = adaptor.getInput().front();
    if (types.front() != scalar.getType())
      scalar = vector::BroadcastOp::create(rewriter, op.getLoc(), types.front(),
                                           scalar);
    SmallVector<Value> results(types.size(), scalar);
    rewriter.replaceOpWithMultiple(op, {results});
    return success();
  }
};

struct ConstantPattern : OpConversionPattern<arith::ConstantOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(arith::ConstantOp op, OneToNOpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto splat = dyn_cast<SplatElementsAttr>(op.getValue());
    SmallVector<Type> types;
    if (!splat || !hasLayout(op.getType()) ||
        failed(getTypeConverter()->convertType(op.getType(), types)))
      return rewriter.notifyMatchFailure(op, "no splat of a tile");
    Attribute value = splat.getSplatValue<Attribute>();
    if (auto vector = dyn_cast<VectorType>(types.front()))
      value = SplatElementsAttr::get(vector, value);
    Value scalar = arith::ConstantOp::create(rewriter, op.getLoc(),
                                             cast<TypedAttr>(value));
    SmallVector<Value> results(types.size(), scalar);
    rewriter.replaceOpWithMultiple(op, {results});
    return success();
  }
};

} // namespace

void cca::populateElementwisePatterns(const TypeConverter &converter,
                                      RewritePatternSet &patterns) {
  MLIRContext *context = patterns.getContext();
  patterns.add<ElementwisePattern>(converter, context);
  patterns.add<ConstantPattern, ExtFPattern, SelectMapPattern, SplatPattern,
               TruncFPattern>(converter, context, /*benefit=*/2);
  Builder b(context);
  Type f32 = b.getF32Type();
  // On the special function units: 2 ulp, denormals to zero.
  patterns.add<IntrinsicPattern<math::Exp2Op>>(
      converter, context, "llvm.nvvm.ex2.approx.ftz.f32", f32, /*benefit=*/2);
  patterns.add<IntrinsicPattern<math::Log2Op>>(
      converter, context, "llvm.nvvm.lg2.approx.ftz.f", f32, /*benefit=*/2);
  patterns.add<IntrinsicPattern<math::RsqrtOp>>(
      converter, context, "llvm.nvvm.rsqrt.approx.f", f32, /*benefit=*/2);
  patterns.add<IntrinsicPattern<math::SqrtOp>>(
      converter, context, "llvm.nvvm.sqrt.rn.f", f32, /*benefit=*/2);
  // One instruction each; upstream would call libdevice.
  for (auto [intrinsic, element] :
       {std::pair<StringRef, Type>("llvm.fma.f32", f32),
        {"llvm.fma.v2bf16", b.getBF16Type()},
        {"llvm.fma.v2f16", b.getF16Type()}})
    patterns.add<IntrinsicPattern<math::FmaOp>>(converter, context, intrinsic,
                                                element, /*benefit=*/2);
  patterns.add<IntrinsicPattern<arith::MaxNumFOp>>(
      converter, context, "llvm.maxnum.f32", f32, /*benefit=*/2);
  patterns.add<IntrinsicPattern<arith::MinNumFOp>>(
      converter, context, "llvm.minnum.f32", f32, /*benefit=*/2);
}
