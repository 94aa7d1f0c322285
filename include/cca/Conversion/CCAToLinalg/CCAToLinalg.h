//===- CCAToLinalg.h - The cca dialect to linalg ----------------*- C++ -*-===//

#ifndef CCA_CONVERSION_CCATOLINALG_CCATOLINALG_H
#define CCA_CONVERSION_CCATOLINALG_CCATOLINALG_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class RewritePatternSet;

namespace cca {

#define GEN_PASS_DECL_CCALOWERTOLINALG
#include "cca/Conversion/Passes.h.inc"

/// The patterns of `cca-lower-to-linalg` for the steps and for
/// `cca.flash_attention`; `cca-decompose` makes these from the larger ops.
void populateCCAToLinalgPatterns(RewritePatternSet &patterns);

} // namespace cca
} // namespace mlir

#endif // CCA_CONVERSION_CCATOLINALG_CCATOLINALG_H
