//===- CCAStepOps.td - The steps of the prologue -----------*- tablegen -*-===//

#ifndef CCA_DIALECT_CCA_IR_CCASTEPOPS_TD
#define CCA_DIALECT_CCA_IR_CCASTEPOPS_TD

include "cca/Dialect/CCA/IR/CCABase.td"

//===----------------------------------------------------------------------===//
// cca.conv
//===----------------------------------------------------------------------===//

def CCA_ConvOp : CCA_Op<"conv", [AttrSizedOperandSegments,
                                 AllTypesMatch<["x", "z"]>]> {
  let summary = "two causal convolutions along the sequence";
  let description = [{
    Step 2 of `cca.attention`: a depthwise convolution with `t0` taps, then one
    dense `D x D` block per head and tap with `t1` taps, `x` of `B x S x C`. `x` is
    zero before its sequence. With `per_stage_padding` the output of the depthwise
    convolution is zero there, too, instead of its bias.

    Without the depthwise operands only the grouped convolution is left:
    `cca-fold-convs` makes that form, with `t0 + t1 - 1` taps. Weights may have
    another element type than `x`.

    Constraints:

    - (C1) All sizes of the weights and biases, and `C`, are static.
    - (C4) `D`, the second size of `grouped_weight`, is at least 1 and divides `C`.
    - (C7) Weights and biases have `C` rows.
    - (C8) `t0` is 1 to 4, and `t1` too; without depthwise operands `t1` is 1 to 7.
    - (C13) A packed batch has `B = 1`, and `cu_seqlens` at least one element.
    - (C18) Depthwise weight and bias come together; `per_stage_padding` needs them.

    Example:

    ```mlir
    %z = cca.conv %x : tensor<?x?x1280xf32>
        depthwise(%w0, %b0 : tensor<1280x2xf32>, tensor<1280xf32>)
        grouped(%w1, %b1 : tensor<1280x128x2xf32>, tensor<1280xf32>)
    ```

    Lowers to: `linalg.generic` ops over shifted windows (`cca-lower-to-linalg`).
  }];
  let arguments = (ins
    CCA_FloatTensor<[3]>:$x,
    Optional<CCA_FloatTensor<[2]>>:$depthwise_weight,
    Optional<CCA_FloatTensor<[1]>>:$depthwise_bias,
    CCA_FloatTensor<[3]>:$grouped_weight,
    CCA_FloatTensor<[1]>:$grouped_bias,
    Optional<CCA_CuSeqlens>:$cu_seqlens,
    UnitAttr:$per_stage_padding);
  let results = (outs CCA_FloatTensor<[3]>:$z);
  let assemblyFormat = [{
    $x `:` type($x)
    (`depthwise` `(` $depthwise_weight^ `,` $depthwise_bias `:`
                     type($depthwise_weight) `,` type($depthwise_bias) `)`)?
    `grouped` `(` $grouped_weight `,` $grouped_bias `:`
                  type($grouped_weight) `,` type($grouped_bias) `)`
    (`per_stage_padding` $per_stage_padding^)?
    (`packed` `(` $cu_seqlens^ `:` type($cu_seqlens) `)`)?
    attr-dict
  }];
  let hasCanonicalizer = 1;
}

//===----------------------------------------------------------------------===//
// cca.qk_mean
//===----------------------------------------------------------------------===//

def CCA_QKMeanOp : CCA_Op<"qk_mean", [
    AllTypesMatch<["q0", "zq", "q"]>, AllTypesMatch<["k0", "zk", "k"]>]> {
  let summary = "adds the mean of queries and keys before the convolutions";
  let description = [{
    Step 3 of `cca.attention`: `q = zq + (q0 + k0[group]) / 2` and
    `k = zk + (mean of q0 over the group + k0) / 2`, where query head `h` belongs to
    key head `h / (Hq / Hk)`. `q0` and `zq` are `B x S x Hq x D`, `k0` and `zk`
    `B x S x Hk x D`.

    Constraints:

    - (C1) Heads and `D` are static.
    - (C2) Queries and keys have one element type.
    - (C4) They agree in `B`, `S` and `D`; there is at least one head.
    - (C5) `Hq` is a multiple of `Hk`.

    Example:

    ```mlir
    %q, %k = cca.qk_mean %q0, %k0 onto %zq, %zk
        : tensor<?x?x8x128xf32>, tensor<?x?x2x128xf32>
    ```

    Lowers to: `linalg.generic` (`cca-lower-to-linalg`).
  }];
  let arguments = (ins
    CCA_FloatTensor<[4]>:$q0,
    CCA_FloatTensor<[4]>:$k0,
    CCA_FloatTensor<[4]>:$zq,
    CCA_FloatTensor<[4]>:$zk);
  let results = (outs CCA_FloatTensor<[4]>:$q, CCA_FloatTensor<[4]>:$k);
  let assemblyFormat = [{
    $q0 `,` $k0 `onto` $zq `,` $zk attr-dict `:` type($q0) `,` type($k0)
  }];
  let hasCanonicalizer = 1;
}

//===----------------------------------------------------------------------===//
// cca.qk_norm
//===----------------------------------------------------------------------===//

def CCA_QKNormOp : CCA_Op<"qk_norm", [AllTypesMatch<["x", "y"]>]> {
  let summary = "L2 norm of each head to length sqrt(D), with an optional temperature";
  let description = [{
    Steps 4 and 5 of `cca.attention` for queries or keys, `B x S x H x D`: each head
    is divided by `max(||x||, eps)` (`clamp`) or multiplied by
    `rsqrt(sum(x^2) + eps)` (`rsqrt`), then by `sqrt(D)`, then, with a temperature,
    by `temperature[head]` (`linear`) or its exponential (`exp`).

    Constraints:

    - (C1) Heads and `D` are static.
    - (C9) `temperature` has one element per head, and comes with its mode.
    - (C12) `eps` is finite as an f32 and not negative.

    Example:

    ```mlir
    %n = cca.qk_norm %k : tensor<?x?x2x128xf32>
        normalize clamp eps 7.812500e-03 temperature linear(%t : tensor<2xf32>)
    ```

    Lowers to: `linalg.generic` (`cca-lower-to-linalg`).
  }];
  let arguments = (ins
    CCA_FloatTensor<[4]>:$x,
    Optional<CCA_Temperature>:$temperature,
    CCA_NormModeAttr:$norm,
    F64Attr:$eps,
    OptionalAttr<CCA_TemperatureModeAttr>:$temperature_mode);
  let results = (outs CCA_FloatTensor<[4]>:$y);
  let assemblyFormat = [{
    $x `:` type($x) `normalize` custom<Mode>($norm) `eps` $eps
    (`temperature` custom<Mode>($temperature_mode)
         `(` $temperature^ `:` type($temperature) `)`)?
    attr-dict
  }];
  let hasCanonicalizer = 1;
}

//===----------------------------------------------------------------------===//
// cca.rope
//===----------------------------------------------------------------------===//

def CCA_RopeOp : CCA_Op<"rope", [AllTypesMatch<["x", "y"]>]> {
  let summary = "rotary position embedding on the first channels of each head";
  let description = [{
    Step 6 of `cca.attention`, for queries or keys of `B x S x H x D`: on the first
    `R` channels `y = x cos + rotate(x) sin`; the other channels pass through.
    Layout `half` rotates `(x[d], x[d + R/2])`, `interleaved` `(x[2d], x[2d + 1])`:
    the first of a pair gets minus the second, the second the first. `cos` and `sin`
    have an entry for each of the `R` channels, and are indexed by the position of
    the token in its sequence.

    With `R = 0` the op folds away.

    Constraints:

    - (C1) Heads, `D` and `R` are static.
    - (C10) `cos` and `sin` have one type: `S x R` or `B x S x R` with `R` even and
      at most `D`; `P x R` with `P` not less than the longest sequence if packed.
    - (C13) A packed batch has `B = 1`, and `cu_seqlens` at least one element.

    Example:

    ```mlir
    %y = cca.rope %x : tensor<?x?x8x128xf32>
        half(%cos, %sin : tensor<?x64xf32>, tensor<?x64xf32>)
    ```

    Lowers to: `linalg.generic` (`cca-lower-to-linalg`).
  }];
  let arguments = (ins
    CCA_FloatTensor<[4]>:$x,
    CCA_FloatTensor<[2, 3]>:$cos,
    CCA_FloatTensor<[2, 3]>:$sin,
    Optional<CCA_CuSeqlens>:$cu_seqlens,
    CCA_RopeLayoutAttr:$rope_layout);
  let results = (outs CCA_FloatTensor<[4]>:$y);
  let assemblyFormat = [{
    $x `:` type($x) custom<Mode>($rope_layout) `(` $cos `,` $sin `:` type($cos) `,` type($sin) `)`
    (`packed` `(` $cu_seqlens^ `:` type($cu_seqlens) `)`)?
    attr-dict
  }];
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

//===----------------------------------------------------------------------===//
// cca.value_shift
//===----------------------------------------------------------------------===//

def CCA_ValueShiftOp
    : CCA_InferredOp<"value_shift", [AttrSizedOperandSegments]> {
  let summary = "joins a token's current value half with its predecessor's delayed half";
  let description = [{
    Step 7 of `cca.attention`: `v[t] = [current[t] ; delayed[t - 1]]`. `current` and
    `delayed` are `B x S x V`, the result is `B x S x 2V`. The delayed half of a
    sequence's first token is `initial` (the bias of the delayed projection), or 0
    without it.

    Constraints:

    - (C1) `V` is static.
    - (C6) `current` and `delayed` have one type.
    - (C11) `initial` has `V` elements.
    - (C13) A packed batch has `B = 1`, and `cu_seqlens` at least one element.

    Example:

    ```mlir
    %v = cca.value_shift %current, %delayed : tensor<?x?x128xf32>, tensor<?x?x128xf32>
        initial(%b : tensor<128xf32>)
    ```

    Lowers to: `linalg.generic` (`cca-lower-to-linalg`).
  }];
  let arguments = (ins
    CCA_FloatTensor<[3]>:$current,
    CCA_FloatTensor<[3]>:$delayed,
    Optional<CCA_FloatTensor<[1]>>:$initial,
    Optional<CCA_CuSeqlens>:$cu_seqlens);
  let results = (outs CCA_FloatTensor<[3]>:$v);
  let assemblyFormat = [{
    $current `,` $delayed `:` type($current) `,` type($delayed)
    (`initial` `(` $initial^ `:` type($initial) `)`)?
    (`packed` `(` $cu_seqlens^ `:` type($cu_seqlens) `)`)?
    attr-dict
  }];
  let hasCanonicalizer = 1;
}

#endif // CCA_DIALECT_CCA_IR_CCASTEPOPS_TD
