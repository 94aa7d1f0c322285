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

    `cca.mix` becomes its steps, and `cca.fused_prologue` those and `cca.latents`.

    With `into=kernels` the pass stops at `cca.prologue` and
    `cca.flash_attention`: what a device pipeline starts from. The latter is then
    told that its queries and keys are `normalized`. Norms of both modes are at most
    `sqrt(D)`; `cos` and `sin` are taken to be those of rotations, which keep it.

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
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
}

def CCALowerPrologue : Pass<"cca-lower-prologue"> {
  let summary = "cca.prologue to two kernels, cca.latents and cca.mix, or to one";
  let description = [{
    `cca.latents` multiplies the hidden states with all down-projections at once, and
    `cca.mix` does the rest for queries and keys. What depends on weights only stands in
    front of them, as ordinary ops: the projections and their biases, concatenated in
    the order of `cca.latents`; the taps of both convolutions, from the token itself on,
    if the first one has two; else both folded, in f32, and rounded once; their biases
    folded, in f32.

    If all that takes the queries is one `cca.flash_attention`, its softmax scale, times
    log2(e), is folded into them: it then has `softmax_scale` ln 2, which is no factor at
    all for a softmax to the base 2, and the bound of `normalized` shrinks as queries do.

    An error with `per_stage_padding`, which no single convolution can do, unless the
    depthwise bias is zero.

    With `structure=fused` both are one kernel, `cca.fused_prologue`, whose convolutions are
    always folded.

    Example: test/Dialect/CCA/Transforms/cca-lower-prologue.mlir
  }];
  let options = [
    Option<"structure", "structure", "::mlir::cca::PrologueStructure",
           "::mlir::cca::PrologueStructure::Split", "How many kernels a prologue is",
           [{::llvm::cl::values(
             clEnumValN(::mlir::cca::PrologueStructure::Split, "split",
                        "projections, then convolutions"),
             clEnumValN(::mlir::cca::PrologueStructure::Fused, "fused",
                        "both in one"))}]>
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

def CCAFuse : Pass<"cca-fuse"> {
  let summary = "Steps and projections to cca.prologue and cca.attention";
  let description = [{
    The inverse of `cca-decompose`: what it makes of an op becomes that op again.
    Also raises graphs that other front ends write.

    - Projections, `cca.conv`, `cca.qk_mean`, `cca.qk_norm`, `cca.rope` and
      `cca.value_shift` become `cca.prologue`.
    - `cca.prologue` and `cca.flash_attention` become `cca.attention`, with the
      output projection if one follows. If queries, keys or values have other uses,
      the log-sum-exp is asked for, or a schedule was chosen, both stay.

    A projection is a `linalg` contraction, named or generic, of the hidden states
    `B x S x E`. They may be flattened to `(B * S) x E`, or be `S x E` with `B = 1`.
    The weight may be transposed, broadcast or reshaped first, in several dimensions
    (`Hq x D x E`), or stored in x out: then a transpose of the weight stays. The
    bias is the initial value of the accumulator, or added afterwards. Not raised: a
    single projection that is sliced into queries, keys and values.

    *Rounding.* Casts between the steps do not matter. Roundings between them are
    dropped, which only makes results more accurate, and none is added: queries,
    keys, values and output must be rounded to the element type of the hidden
    states, and the weights have that type.

    Values between the steps may have other uses, for which they are still computed.
    Steps that do something else than the fused op are left alone; with `explain` a
    remark says what it is.

    Example: test/Dialect/CCA/Transforms/cca-fuse.mlir
  }];
  let options = [
    Option<"explain", "explain", "bool", "false",
           "Emit a remark on each step or kernel that is left, with the reason">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def CCAReshapeDynamicGroups : Pass<"cca-reshape-dynamic-groups"> {
  let summary = "tensor.expand_shape with two dynamic sizes in a group to tensor.reshape";
  let description = [{
    A dimension that is split into two dynamic sizes, as flattened tokens are into
    `B x S`, is valid IR that upstream's `expand-strided-metadata` cannot take: it
    crashes on the buffers that it becomes. `tensor.reshape` says the same with the
    sizes as data.

    Example: test/Dialect/CCA/Transforms/cca-reshape-dynamic-groups.mlir
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"
  ];
}

def CCAProtectArguments : Pass<"cca-protect-arguments", "::mlir::func::FuncOp"> {
  let summary = "Keeps bufferization from writing to a function's tensor arguments";
  let description = [{
    One-shot bufferization may compute a result in the place of an argument: a weight
    would be another one after the call. Tensors that come from a caller are the
    caller's. Marks the tensor arguments of public functions as not writable, unless
    they are marked one way or the other already.

    Example: test/Dialect/CCA/Transforms/cca-protect-arguments.mlir
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect"];
}

def CCAFoldPacking : Pass<"cca-fold-packing", "::mlir::func::FuncOp"> {
  let summary = "Packs weights that are constants";
  let description = [{
    An op with the attribute `cca.packing` that depends on constants only becomes a constant:
    its result is computed here, each op rounding as compiled code does. A module with its
    weights in it then has no code that packs them, and holds them as kernels read them.

    Constants are dense, of one value, or in resources, of f32, bf16 or f16. Ops that packing
    does not consist of are left alone, and so is what depends on an argument, too.

    Example: test/Dialect/CCA/Transforms/cca-fold-packing.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def CCAOutlinePacking : Pass<"cca-outline-packing", "::mlir::ModuleOp"> {
  let summary = "What is computed from weights only, in a function of its own";
  let description = [{
    Kernels read weights in other forms than checkpoints have: concatenated, folded. The ops
    that compute such a form carry the unit attribute `cca.packing`. They, and what they
    are computed from, become a function `f_pack`, which a program calls once per weight
    load; it takes the weights that it needs, in the order of the arguments of `f`, and
    returns the results of the ops with the attribute, in their order.

    `f` takes these results as its last operands (`cca.packed`, the number of the result), and
    no longer the weights that only packing has used. What `f` computes for another
    purpose, too, is computed in both.

    Where nothing depends on an argument, `f` is left as it is.

    Example: test/Dialect/CCA/Transforms/cca-outline-packing.mlir
  }];
}

def CCASelectSchedule : Pass<"cca-select-schedule"> {
  let summary = "Gives each op that has a kernel of its own a schedule";
  let description = [{
    Takes, of all schedules that fit the GPU, the one that is fastest by a cost
    model: tensor cores, what of the softmax is not hidden under them, and how
    evenly the tiles fall on the multiprocessors. `softmax = auto` where queries and
    keys are `normalized`, else `online`.

    Of a `cca.projection` or `cca.latents`, the fastest tile out of a few: tensor cores
    and copies, what of loads and stores they do not hide, and how evenly the tiles
    fall on the multiprocessors. Channels must be multiples of 8.

    A schedule that is there already is kept, and checked: one that the GPU has not
    the shared memory or the registers for is an error, that says by how much.

    A `cca.fused_prologue` gets as many stages as there is room for.

    Kernels are for bf16 and f16, and for head dimensions of 64, 128 and 256. An op
    of these types with another head dimension is an error; f32 is left without a
    schedule.

    Example: test/Dialect/CCA/Transforms/cca-select-schedule.mlir
  }];
  let options = [
    Option<"chip", "chip", "std::string", "\"h200\"", "The GPU: h100 or h200">
  ];
}

#endif // CCA_DIALECT_CCA_TRANSFORMS_PASSES_TD
