//===- Levels.h - From the level that a module is on ------------*- C++ -*-===//

#ifndef CCA_COMPILER_LEVELS_H
#define CCA_COMPILER_LEVELS_H

#include "cca/Pipelines/Pipelines.h"

#include "mlir/IR/BuiltinOps.h"

namespace mlir {
class OpPassManager;

namespace cca {

/// Adds the passes that compile the kernels of `module` to PTX: all of
/// `cca-to-ptx` if it has ops of the cca dialect; else only those after
/// `cca-to-tiles`, whose kernels somebody may have changed by hand.
void buildToPTXPipeline(OpPassManager &pm, ModuleOp module,
                        const CCAToTilesOptions &options = {});

} // namespace cca
} // namespace mlir

#endif // CCA_COMPILER_LEVELS_H
