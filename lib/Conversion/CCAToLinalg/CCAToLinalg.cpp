//===- CCAToLinalg.cpp - cca-lower-to-linalg ------------------------------===//

#include "cca/Conversion/CCAToLinalg/CCAToLinalg.h"
#include "Patterns.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/CCA/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mlir::cca {
#define GEN_PASS_DEF_CCALOWERTOLINALG
#include "cca/Conversion/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::cca;

namespace {

struct LowerToLinalgPass : cca::impl::CCALowerToLinalgBase<LowerToLinalgPass> {
  void runOnOperation() override {
    ConversionTarget target(getContext());
    target.addIllegalDialect<CCADialect>();
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });

    RewritePatternSet patterns(&getContext());
    populateEmptyResultPatterns(patterns);
    populateDecomposePatterns(patterns, Grain::Steps);
    populateCCAToLinalgPatterns(patterns);
    if (failed(applyPartialConversion(getOperation(), target,
                                      std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

void cca::populateCCAToLinalgPatterns(RewritePatternSet &patterns) {
  populateConvPatterns(patterns);
  populateFlashAttentionPatterns(patterns);
  populateProjectionPatterns(patterns);
  populateQKMeanPatterns(patterns);
  populateQKNormPatterns(patterns);
  populateRopePatterns(patterns);
  populateValueShiftPatterns(patterns);
}
