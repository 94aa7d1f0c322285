//===- CCAMixOp.td - Latents to queries and keys -----------*- tablegen -*-===//

#ifndef CCA_DIALECT_CCA_IR_CCAMIXOP_TD
#define CCA_DIALECT_CCA_IR_CCAMIXOP_TD

include "cca/Dialect/CCA/IR/CCABase.td"

//===----------------------------------------------------------------------===//
// cca.mix
//===----------------------------------------------------------------------===//

def CCA_MixOp : CCA_InferredOp<"mix", [AttrSizedOperandSegments]> {
  let summary = "latents to queries and keys: convolutions, mean, norm, RoPE";
  let description = [{
    Steps 2 to 6 of `cca.attention`. `x` are the latents, `C` channels: all query heads,
    then all key heads; they are zero before their sequence. For each token `t`, counted
    from 0 in its own sequence, and each head:

    1. `y[t] = sum over i of depthwise[i] x[t - i]`, a factor for each channel, or `x` if
       there is no `depthwise`: then `taps` are both convolutions folded into one;
       `z = bias + sum over m of taps[m] y[t - m]`, where `taps[m, c, d]` is the weight of
       channel `d` of `c`'s head;
    2. `q = z_q + (q0 + k0[group]) / 2`, `k = z_k + (mean of q0 over the group + k0) / 2`,
       where `q0` and `k0` are the heads of `x`;
    3. the L2 norm in mode `norm`, the key temperature and RoPE, as in `cca.attention`.

    Queries are multiplied by `query_factor`, 1 unless given: a softmax scale that is
    folded into them. Without a kernel all of it is f32, and queries and keys are rounded
    once. Kernels round to the element type of `x` what they compute two numbers at a time:
    `y`, sums of the mean if a group is a power of 2 of heads, and, if `rope` is `half` and
    its tables have that type, normalized heads and RoPE.

    `schedule` chooses a kernel, and does not change the results.

    Constraints:

    - (C1) All sizes are static and below 2^31, except `B`, `S`, `N` and the first sizes
      of `cos` and `sin`.
    - (C2) `taps` and `depthwise` have the element type of `x`; `bias` and `temperature`
      are f32, `cos` and `sin` of one type, f32 or that element type.
    - (C4) `D`, the last size of `taps`, divides `C`; there is at least one query head and
      one key head.
    - (C5) `Hq` is a multiple of `Hk`, the elements of `temperature`.
    - (C7) `taps` are `T x C x D`, `depthwise` is `T0 x C`, and `bias` has `C` elements.
    - (C8) `T` is at least 1, and so is `T0`; a token reads at most 7, itself and those
      before: `T + T0 - 1`, or `T`.
    - (C10) `cos` and `sin` are `S x R` or `B x S x R` with `R` even and at most `D`;
      `P x R` with `P` not less than the longest sequence if packed.
    - (C12) `eps` is finite as an f32 and not negative.
    - (C13) A packed batch has `B = 1`, and `cu_seqlens` at least one element.
    - (C14) `query_factor` is finite as an f32.

    Example:

    ```mlir
    %q, %k = cca.mix %x : tensor<?x?x1280xbf16>
        depthwise(%depthwise : tensor<2x1280xbf16>)
        taps(%taps, %bias : tensor<2x1280x128xbf16>, tensor<1280xf32>)
        normalize clamp eps 7.812500e-03
        temperature linear(%temperature : tensor<2xf32>)
        rope half(%cos, %sin : tensor<?x64xbf16>, tensor<?x64xbf16>)
        query_factor 1.275000e-01
        -> tensor<?x?x8x128xbf16>, tensor<?x?x2x128xbf16>
    ```

    Lowers to: the steps (`cca-decompose`), or a kernel (`convert-cca-to-hopper`).
  }];
  let arguments = (ins
    CCA_FloatTensor<[3]>:$x,
    Optional<CCA_FloatTensor<[2]>>:$depthwise,
    CCA_FloatTensor<[3]>:$taps,
    CCA_Tensor<[F32], [1]>:$bias,
    CCA_Temperature:$temperature,
    CCA_FloatTensor<[2, 3]>:$cos,
    CCA_FloatTensor<[2, 3]>:$sin,
    Optional<CCA_CuSeqlens>:$cu_seqlens,
    CCA_NormModeAttr:$norm,
    F64Attr:$eps,
    CCA_TemperatureModeAttr:$temperature_mode,
    CCA_RopeLayoutAttr:$rope_layout,
    OptionalAttr<F64Attr>:$query_factor,
    OptionalAttr<CCA_MixScheduleAttr>:$schedule);
  let results = (outs CCA_FloatTensor<[4]>:$query, CCA_FloatTensor<[4]>:$key);
  let assemblyFormat = [{
    $x `:` type($x)
    (`\n` ` ` ` ` ` ` ` ` `depthwise` `(` $depthwise^ `:` type($depthwise) `)`)?
    `\n` ` ` ` ` ` ` ` ` `taps` `(` $taps `,` $bias `:` type($taps) `,` type($bias) `)`
    `\n` ` ` ` ` ` ` ` ` `normalize` custom<Mode>($norm) `eps` $eps
    `\n` ` ` ` ` ` ` ` ` `temperature` custom<Mode>($temperature_mode) `(` $temperature `:` type($temperature) `)`
    `\n` ` ` ` ` ` ` ` ` `rope` custom<Mode>($rope_layout) `(` $cos `,` $sin `:` type($cos) `,` type($sin) `)`
    (`\n` ` ` ` ` ` ` ` ` `packed` `(` $cu_seqlens^ `:` type($cu_seqlens) `)`)?
    (`\n` ` ` ` ` ` ` ` ` `query_factor` $query_factor^)?
    (`\n` ` ` ` ` ` ` ` ` `schedule` $schedule^)?
    attr-dict `\n` ` ` ` ` ` ` ` ` `->` type($query) `,` type($key)
  }];
  let extraClassDeclaration = [{
    /// The factor on queries: the attribute, or 1.
    double getEffectiveQueryFactor();

    /// What a schedule is chosen for.
    ::mlir::cca::MixProblem getProblem();
  }];
  let hasCanonicalizer = 1;
}

#endif // CCA_DIALECT_CCA_IR_CCAMIXOP_TD
