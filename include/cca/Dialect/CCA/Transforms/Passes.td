//===- Passes.td - Passes on the cca dialect ---------------*- tablegen -*-===//

#ifndef CCA_DIALECT_CCA_TRANSFORMS_PASSES_TD
#define CCA_DIALECT_CCA_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def CCADecompose : Pass<"cca-decompose"> {
  let summary = "cca.attention to its kernels, cca.prologue to its steps";
  let description = [{
    `cca.attention` becomes `cca.prologue`, `cca.flash_attention` and, with an
    output projection, a `linalg.contract`. `cca.prologue` becomes its steps around
    the contractions of its projections.

    The steps compute in f32: projections accumulate in f32 and stay there until
    queries, keys and values are rounded, once, to the element type of the hidden
    states.

    With `into=kernels` the pass stops at `cca.prologue` and
    `cca.flash_attention`: what a device pipeline starts from.

    Example: test/Dialect/CCA/Transforms/cca-decompose.mlir
  }];
  let options = [
    Option<"into", "into", "::mlir::cca::Grain", "::mlir::cca::Grain::Steps",
           "How far to go", [{::llvm::cl::values(
             clEnumValN(::mlir::cca::Grain::Kernels, "kernels",
                        "prologue, flash attention and output projection"),
             clEnumValN(::mlir::cca::Grain::Steps, "steps",
                        "the steps of the prologue, too"))}]>
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def CCAFoldConvs : Pass<"cca-fold-convs"> {
  let summary = "The two convolutions of cca.conv as one";
  let description = [{
    Nothing nonlinear stands between the depthwise and the grouped convolution, so
    that the pair equals one grouped convolution with `t0 + t1 - 1` taps:

        A[m] = sum over i + j = m of w1[j] diag(w0[i])
        b    = b1 + sum over j of w1[j] b0

    at every position, the first ones of a sequence included, since the depthwise
    output before a sequence is computed from zero padding, too. Not so with
    `per_stage_padding`, which is left alone unless the depthwise bias is zero.

    The folded weights are f32: they round differently from the pair. They depend on
    weights only, so that they are computed once per weight load where weights are
    constant or packed ahead.

    Example: test/Dialect/CCA/Transforms/cca-fold-convs.mlir
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

#endif // CCA_DIALECT_CCA_TRANSFORMS_PASSES_TD
