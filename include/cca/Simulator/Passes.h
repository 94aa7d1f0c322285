//===- Passes.h - Running kernels as a pass ---------------------*- C++ -*-===//

#ifndef CCA_SIMULATOR_PASSES_H
#define CCA_SIMULATOR_PASSES_H

#include "cca/Simulator/Simulator.h"

#include "mlir/Pass/Pass.h"

namespace mlir::cca {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "cca/Simulator/Passes.h.inc"

} // namespace mlir::cca

#endif // CCA_SIMULATOR_PASSES_H
