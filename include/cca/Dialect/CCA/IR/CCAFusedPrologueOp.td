//===- CCAFusedPrologueOp.td - A prologue as one kernel ----*- tablegen -*-===//

#ifndef CCA_DIALECT_CCA_IR_CCAFUSEDPROLOGUEOP_TD
#define CCA_DIALECT_CCA_IR_CCAFUSEDPROLOGUEOP_TD

include "cca/Dialect/CCA/IR/CCABase.td"

def CCA_FusedPrologueOp
    : CCA_InferredOp<"fused_prologue", [AttrSizedOperandSegments]> {
  let summary = "hidden states to queries, keys and values in one kernel";
  let description = [{
    `cca.latents` and `cca.mix` at once: the latents of queries and keys, rounded as
    `cca.latents` rounds them, are mixed without being written to memory. Operands,
    modes and results are those of these two ops.

    `schedule` chooses a kernel, and does not change the results.

    Constraints:

    - (C1) All sizes are static and below 2^31, except `B`, `S`, `N` and the first sizes
      of `cos` and `sin`.
    - (C2) `w` and `taps` have the element type of `hidden`; `projection_bias` has that,
      too, or is f32; `bias` and `temperature` are f32, `cos` and `sin` of one type, f32
      or that element type.
    - (C3) `w` has `E` columns.
    - (C4) `D`, the last size of `taps`, divides `C`, its second one; there is at least
      one query head and one key head.
    - (C5) `Hq` is a multiple of `Hk`, the elements of `temperature`.
    - (C6) `Hk * D` is even.
    - (C7) `w` has `C + Hk * D` rows, and `bias` has `C` elements.
    - (C8) `taps` are 1 to 7.
    - (C10) `cos` and `sin` are `S x R` or `B x S x R` with `R` even and at most `D`;
      `P x R` with `P` not less than the longest sequence if packed.
    - (C11) `projection_bias` has as many elements as `w` has rows.
    - (C12) `eps` is finite as an f32 and not negative.
    - (C13) A packed batch has `B = 1`, and `cu_seqlens` at least one element.
    - (C14) `query_factor` is finite as an f32.

    Example:

    ```mlir
    %q, %k, %v = cca.fused_prologue %hidden : tensor<?x?x2048xbf16>
        weight(%w : tensor<1536x2048xbf16>)
        taps(%taps, %bias : tensor<3x1280x128xbf16>, tensor<1280xf32>)
        normalize clamp eps 7.812500e-03
        temperature linear(%temperature : tensor<2xf32>)
        rope half(%cos, %sin : tensor<?x64xbf16>, tensor<?x64xbf16>)
        query_factor 1.275000e-01
        -> tensor<?x?x8x128xbf16>, tensor<?x?x2x128xbf16>, tensor<?x?x2x128xbf16>
    ```

    Lowers to: `cca.latents` and `cca.mix` (`cca-decompose`), or a kernel
    (`convert-cca-to-hopper`).
  }];
  let arguments = (ins
    CCA_FloatTensor<[3]>:$hidden,
    CCA_FloatTensor<[2]>:$w,
    Optional<CCA_FloatTensor<[1]>>:$projection_bias,
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
    OptionalAttr<CCA_FusedScheduleAttr>:$schedule);
  let results = (outs
    CCA_FloatTensor<[4]>:$query,
    CCA_FloatTensor<[4]>:$key,
    CCA_FloatTensor<[4]>:$value);
  let assemblyFormat = [{
    $hidden `:` type($hidden)
    `\n` ` ` ` ` ` ` ` ` `weight` `(` $w `:` type($w) `)`
    (`\n` ` ` ` ` ` ` ` ` `projection_bias` `(` $projection_bias^ `:` type($projection_bias) `)`)?
    `\n` ` ` ` ` ` ` ` ` `taps` `(` $taps `,` $bias `:` type($taps) `,` type($bias) `)`
    `\n` ` ` ` ` ` ` ` ` `normalize` custom<Mode>($norm) `eps` $eps
    `\n` ` ` ` ` ` ` ` ` `temperature` custom<Mode>($temperature_mode) `(` $temperature `:` type($temperature) `)`
    `\n` ` ` ` ` ` ` ` ` `rope` custom<Mode>($rope_layout) `(` $cos `,` $sin `:` type($cos) `,` type($sin) `)`
    (`\n` ` ` ` ` ` ` ` ` `packed` `(` $cu_seqlens^ `:` type($cu_seqlens) `)`)?
    (`\n` ` ` ` ` ` ` ` ` `query_factor` $query_factor^)?
    (`\n` ` ` ` ` ` ` ` ` `schedule` $schedule^)?
    attr-dict `\n` ` ` ` ` ` ` ` ` `->` type($query) `,` type($key) `,` type($value)
  }];
  let extraClassDeclaration = [{
    /// The factor on queries: the attribute, or 1.
    double getEffectiveQueryFactor();

    /// What a schedule is chosen for.
    ::mlir::cca::FusedProblem getProblem();
  }];
  let hasCanonicalizer = 1;
}

#endif // CCA_DIALECT_CCA_IR_CCAFUSEDPROLOGUEOP_TD
