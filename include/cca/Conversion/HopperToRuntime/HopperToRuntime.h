//===- HopperToRuntime.h - Host code to calls of the runtime ----*- C++ -*-===//

#ifndef CCA_CONVERSION_HOPPERTORUNTIME_HOPPERTORUNTIME_H
#define CCA_CONVERSION_HOPPERTORUNTIME_HOPPERTORUNTIME_H

#include "mlir/Pass/Pass.h"

namespace mlir {
namespace cca {

#define GEN_PASS_DECL_CONVERTHOPPERTORUNTIME
#define GEN_PASS_DECL_HOPPEREXPORTHOSTFUNCTIONS
#define GEN_PASS_DECL_HOPPERFINALIZELAUNCHES
#include "cca/Conversion/Passes.h.inc"

} // namespace cca
} // namespace mlir

#endif // CCA_CONVERSION_HOPPERTORUNTIME_HOPPERTORUNTIME_H
