//===- CCAToHopper.h - Kernels of level 0 on tiles --------------*- C++ -*-===//

#ifndef CCA_CONVERSION_CCATOHOPPER_CCATOHOPPER_H
#define CCA_CONVERSION_CCATOHOPPER_CCATOHOPPER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::cca {

#define GEN_PASS_DECL_CONVERTCCATOHOPPER
#define GEN_PASS_DECL_HOPPERRELAXRESULTLAYOUTS
#include "cca/Conversion/Passes.h.inc"

} // namespace mlir::cca

#endif // CCA_CONVERSION_CCATOHOPPER_CCATOHOPPER_H
