//===- Passes.h - Conversions between levels --------------------*- C++ -*-===//

#ifndef CCA_CONVERSION_PASSES_H
#define CCA_CONVERSION_PASSES_H

#include "cca/Conversion/CCAToHopper/CCAToHopper.h"
#include "cca/Conversion/CCAToLinalg/CCAToLinalg.h"
#include "cca/Conversion/HopperToNVVM/HopperToNVVM.h"
#include "cca/Conversion/HopperToRuntime/HopperToRuntime.h"

namespace mlir::cca {

#define GEN_PASS_REGISTRATION
#include "cca/Conversion/Passes.h.inc"

} // namespace mlir::cca

#endif // CCA_CONVERSION_PASSES_H
