//===- CCAProjectionOps.td - Products of tokens and weights *- tablegen -*-===//

#ifndef CCA_DIALECT_CCA_IR_CCAPROJECTIONOPS_TD
#define CCA_DIALECT_CCA_IR_CCAPROJECTIONOPS_TD

include "cca/Dialect/CCA/IR/CCABase.td"

//===----------------------------------------------------------------------===//
// cca.projection
//===----------------------------------------------------------------------===//

def CCA_ProjectionOp : CCA_InferredOp<"projection"> {
  let summary = "a linear map of each token, rounded once";
  let description = [{
    `out[..., n] = sum over k of x[..., k] w[n, k]`, plus `bias[n]` if given: PyTorch's
    `Linear`. Sums are of f32, and rounded to the element type of `x` once.

    `schedule` chooses a kernel, and does not change the result.

    Constraints:

    - (C1) All sizes are static and below 2^31, except those of tokens, all of `x` but the
      last.
    - (C2) `w` has the element type of `x`; `bias` has that, too, or is f32.
    - (C3) `w` has as many columns as `x` has channels.
    - (C11) `bias` has as many elements as `w` has rows.

    Example:

    ```mlir
    %out = cca.projection %o : tensor<?x?x1024xbf16>
        weight(%w_o : tensor<2048x1024xbf16>)
        bias(%b_o : tensor<2048xbf16>)
        -> tensor<?x?x2048xbf16>
    ```

    Lowers to: `linalg.contract` (`cca-lower-to-linalg`), or a kernel
    (`convert-cca-to-hopper`).
  }];
  let arguments = (ins
    CCA_FloatTensor<[2, 3]>:$x,
    CCA_FloatTensor<[2]>:$w,
    Optional<CCA_FloatTensor<[1]>>:$bias,
    OptionalAttr<CCA_GemmScheduleAttr>:$schedule);
  let results = (outs CCA_FloatTensor<[2, 3]>:$out);
  let assemblyFormat = [{
    $x `:` type($x)
    `\n` ` ` ` ` ` ` ` ` `weight` `(` $w `:` type($w) `)`
    (`\n` ` ` ` ` ` ` ` ` `bias` `(` $bias^ `:` type($bias) `)`)?
    (`\n` ` ` ` ` ` ` ` ` `schedule` $schedule^)?
    attr-dict `\n` ` ` ` ` ` ` ` ` `->` type($out)
  }];
  let extraClassDeclaration = [{
    /// What a schedule is chosen for.
    ::mlir::cca::GemmProblem getProblem();
  }];
}

//===----------------------------------------------------------------------===//
// cca.latents
//===----------------------------------------------------------------------===//

def CCA_LatentsOp : CCA_Op<"latents", [AttrSizedOperandSegments]> {
  let summary = "hidden states to what convolutions mix, and to values";
  let description = [{
    Steps 1 and 7 of `cca.attention` in one product with all down-projections, the rows
    of `w`: `C` channels of queries and keys, then `Hk * D / 2` of values of the same
    token, then as many of values of the token before.

    ```
    x[t]         = w[0 : C] hidden[t]
    v[t, : half] = w[C : C + half] hidden[t]
    v[t, half :] = w[C + half :] hidden[t - 1]
    ```

    each plus its part of `bias`, in f32, and rounded once. Before the first token of a
    sequence the hidden state is 0. Heads of `v` are consecutive channels, as they are in
    `cca.value_shift`.

    `schedule` chooses a kernel, and does not change the results.

    Constraints:

    - (C1) All sizes are static and below 2^31, except `B`, `S` and `N`.
    - (C2) `w`, `x` and `v` have the element type of `hidden`; `bias` has that, too, or is
      f32.
    - (C3) `w` has `E` columns.
    - (C6) `Hk * D` is even.
    - (C7) `x` is `B x S x C` and `v` is `B x S x Hk x D`; `w` has `C + Hk * D` rows.
    - (C11) `bias` has as many elements as `w` has rows.
    - (C13) A packed batch has `B = 1`, and `cu_seqlens` at least one element.

    Example:

    ```mlir
    %x, %v = cca.latents %hidden : tensor<?x?x2048xbf16>
        weight(%w : tensor<1536x2048xbf16>)
        -> tensor<?x?x1280xbf16>, tensor<?x?x2x128xbf16>
    ```

    Lowers to: `linalg.contract` and `cca.value_shift` (`cca-lower-to-linalg`), or a
    kernel (`convert-cca-to-hopper`).
  }];
  let arguments = (ins
    CCA_FloatTensor<[3]>:$hidden,
    CCA_FloatTensor<[2]>:$w,
    Optional<CCA_FloatTensor<[1]>>:$bias,
    Optional<CCA_CuSeqlens>:$cu_seqlens,
    OptionalAttr<CCA_GemmScheduleAttr>:$schedule);
  let results = (outs CCA_FloatTensor<[3]>:$x, CCA_FloatTensor<[4]>:$v);
  let assemblyFormat = [{
    $hidden `:` type($hidden)
    `\n` ` ` ` ` ` ` ` ` `weight` `(` $w `:` type($w) `)`
    (`\n` ` ` ` ` ` ` ` ` `bias` `(` $bias^ `:` type($bias) `)`)?
    (`\n` ` ` ` ` ` ` ` ` `packed` `(` $cu_seqlens^ `:` type($cu_seqlens) `)`)?
    (`\n` ` ` ` ` ` ` ` ` `schedule` $schedule^)?
    attr-dict `\n` ` ` ` ` ` ` ` ` `->` type($x) `,` type($v)
  }];
  let extraClassDeclaration = [{
    /// What a schedule is chosen for.
    ::mlir::cca::GemmProblem getProblem();
  }];
}

#endif // CCA_DIALECT_CCA_IR_CCAPROJECTIONOPS_TD
