//===- Passes.td - Conversions between levels --------------*- tablegen -*-===//

#ifndef CCA_CONVERSION_PASSES_TD
#define CCA_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def CCALowerToLinalg : Pass<"cca-lower-to-linalg"> {
  let summary = "The cca dialect to linalg on tensors";
  let description = [{
    Lowers every `cca` op to `linalg`, `tensor`, `scf`, `arith` and `math` on
    tensors; `cca.attention` and `cca.prologue` by way of `cca-decompose`. Nothing of
    the dialect survives.

    This is the reference path: it says what the ops compute as plainly as `linalg`
    can. Convolutions gather the window of each token, so that zero padding and the
    boundaries of packed sequences are one comparison. Flash attention is a loop over
    query rows; the tokens that a row attends to are always one interval, so that
    causal masks, windows and packed sequences are bounds, not masks.

    Arithmetic is f32. Sizes that do not agree at run time are undefined: run
    `generate-runtime-verification` before where inputs are not trusted.

    Example: test/Conversion/CCAToLinalg/cca-lower-to-linalg.mlir
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

#endif // CCA_CONVERSION_PASSES_TD
