//===- HopperToNVVM.h - Tiles to threads ------------------------*- C++ -*-===//

#ifndef CCA_CONVERSION_HOPPERTONVVM_HOPPERTONVVM_H
#define CCA_CONVERSION_HOPPERTONVVM_HOPPERTONVVM_H

#include "mlir/Pass/Pass.h"

namespace mlir::cca {

/// The positions of a kernel's parameters that point to tensor maps.
inline constexpr llvm::StringLiteral tensorMapsAttrName = "hopper.tensor_maps";

#define GEN_PASS_DECL_CONVERTHOPPERTONVVM
#define GEN_PASS_DECL_NVVMMARKGRIDCONSTANTS
#include "cca/Conversion/Passes.h.inc"

} // namespace mlir::cca

#endif // CCA_CONVERSION_HOPPERTONVVM_HOPPERTONVVM_H
