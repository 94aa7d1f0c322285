//===- HopperToNVVM.cpp - The pass convert-hopper-to-nvvm -----------------===//

#include "cca/Conversion/HopperToNVVM/HopperToNVVM.h"
#include "Patterns.h"
#include "SharedMemory.h"
#include "Thread.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace mlir::cca {
#define GEN_PASS_DEF_CONVERTHOPPERTONVVM
#include "cca/Conversion/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::cca;

/// Which parameters are tensor maps, for nvvm-mark-grid-constants: attributes
/// of parameters do not survive upstream's lowering of kernels, and a memref
/// becomes several.
static void noteTensorMaps(gpu::GPUFuncOp kernel) {
  SmallVector<int32_t> positions;
  int32_t position = 0;
  for (Type type : kernel.getArgumentTypes()) {
    if (isa<hopper::TensorMapType>(type))
      positions.push_back(position);
    auto memref = dyn_cast<MemRefType>(type);
    // Two pointers, the offset, sizes and strides.
    position += memref ? 3 + 2 * memref.getRank() : 1;
  }
  kernel->setAttr(tensorMapsAttrName,
                  DenseI32ArrayAttr::get(kernel.getContext(), positions));
}

namespace {

/// To LLVM the intrinsic has nothing to do with memory: it moves loads over it.
struct GridWaitPattern : OpConversionPattern<NVVM::GriddepcontrolOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(NVVM::GriddepcontrolOp op, OneToNOpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ThreadBuilder(rewriter, op.getLoc())
        .ptx("griddepcontrol.wait;", "~{memory}", {});
    rewriter.eraseOp(op);
    return success();
  }
};

struct ConvertHopperToNVVM
    : cca::impl::ConvertHopperToNVVMBase<ConvertHopperToNVVM> {
  void runOnOperation() override {
    gpu::GPUModuleOp module = getOperation();
    for (auto kernel :
         llvm::make_early_inc_range(module.getOps<gpu::GPUFuncOp>()))
      if (failed(convert(module, kernel)))
        return signalPassFailure();
  }

private:
  LogicalResult convert(gpu::GPUModuleOp module, gpu::GPUFuncOp kernel) {
    MLIRContext &context = getContext();
    if (kernel.getBody().empty())
      return success();
    declareSharedMemory(module);
    noteTensorMaps(kernel);
    // Registers are divided anew between the roles, which ptxas can only do if
    // it knows how many there are: one block's, unless the schedule has more.
    StringRef blocks = NVVM::NVVMDialect::getMinctasmAttrName();
    if (!kernel->hasAttr(blocks))
      kernel->setAttr(blocks, Builder(&context).getI32IntegerAttr(1));

    SmallVector<RingBarriers> rings;
    for (auto ring : kernel.getOps<hopper::RingOp>()) {
      if (!ring.getOffset() || !ring.getBarriers())
        return ring.emitOpError("expects addresses of its stages and barriers: "
                                "run hopper-allocate-smem");
      rings.push_back({static_cast<int64_t>(*ring.getBarriers()),
                       ring.getRing().getType().getStages(),
                       ring.isOfOneConsumer()});
    }
    SmallVector<unsigned> mapPositions;
    for (auto [index, type] : llvm::enumerate(kernel.getArgumentTypes()))
      if (isa<hopper::TensorMapType>(type))
        mapPositions.push_back(index);
    TileConverter converter(&context);
    RingCursors cursors(kernel);
    RewritePatternSet patterns(&context);
    patterns.add<GridWaitPattern>(converter, &context);
    populateColumnPatterns(converter, patterns);
    populateElementwisePatterns(converter, patterns);
    populateGatherPatterns(converter, patterns);
    populateMatrixPatterns(converter, patterns);
    populateMemoryPatterns(converter, patterns);
    populateRingPatterns(converter, patterns, cursors);
    populateRowPatterns(converter, patterns);
    populateFunctionOpInterfaceTypeConversionPattern<gpu::GPUFuncOp>(patterns,
                                                                     converter);

    ConversionTarget target(context);
    auto isLegal = [&](Operation *op) { return converter.isLegal(op); };
    target.addIllegalDialect<hopper::HopperDialect>();
    // Converted last: until then ops can tell which role they belong to.
    target.addLegalOp<hopper::WarpSpecializeOp, hopper::EndOp>();
    target.markUnknownOpDynamicallyLegal(isLegal);
    target.addDynamicallyLegalOp<gpu::GPUFuncOp>([&](gpu::GPUFuncOp op) {
      return converter.isSignatureLegal(op.getFunctionType());
    });
    target.addDynamicallyLegalOp<NVVM::GriddepcontrolOp>(
        [](NVVM::GriddepcontrolOp op) {
          return op.getKind() != NVVM::GridDepActionKind::wait;
        });
    scf::populateSCFStructuralTypeConversionsAndLegality(converter, patterns,
                                                         target);
    if (failed(applyFullConversion(kernel, target, std::move(patterns))))
      return failure();
    IRRewriter rewriter(&context);
    SmallVector<Value> tensorMaps;
    for (unsigned position : mapPositions)
      tensorMaps.push_back(kernel.getArgument(position));
    SmallVector<hopper::WarpSpecializeOp> roles(
        kernel.getOps<hopper::WarpSpecializeOp>());
    for (hopper::WarpSpecializeOp op : roles)
      lowerRoles(rewriter, op, rings, tensorMaps);
    return success();
  }
};

} // namespace
