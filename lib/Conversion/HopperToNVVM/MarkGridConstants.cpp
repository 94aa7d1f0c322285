//===- MarkGridConstants.cpp - The pass nvvm-mark-grid-constants ----------===//

#include "cca/Conversion/HopperToNVVM/HopperToNVVM.h"
#include "cca/Target/HopperTarget.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

namespace mlir::cca {
#define GEN_PASS_DEF_NVVMMARKGRIDCONSTANTS
#include "cca/Conversion/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::cca;

namespace {

struct NVVMMarkGridConstants
    : cca::impl::NVVMMarkGridConstantsBase<NVVMMarkGridConstants> {
  void runOnOperation() override {
    LLVM::LLVMFuncOp kernel = getOperation();
    Builder builder(&getContext());
    auto bytes = LLVM::LLVMArrayType::get(builder.getI8Type(),
                                          HopperTarget::tensorMapBytes);
    auto maps = kernel->getAttrOfType<DenseI32ArrayAttr>(tensorMapsAttrName);
    if (!maps)
      return;
    kernel->removeAttr(tensorMapsAttrName);
    for (int32_t i : maps.asArrayRef()) {
      kernel.setArgAttr(i, LLVM::LLVMDialect::getByValAttrName(),
                        TypeAttr::get(bytes));
      kernel.setArgAttr(
          i, LLVM::LLVMDialect::getAlignAttrName(),
          builder.getI64IntegerAttr(HopperTarget::tensorMapAlignment));
      kernel.setArgAttr(i, NVVM::NVVMDialect::getGridConstantAttrName(),
                        builder.getUnitAttr());
    }
  }
};

} // namespace
