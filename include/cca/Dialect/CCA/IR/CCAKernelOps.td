//===- CCAKernelOps.td - The block and its kernels ---------*- tablegen -*-===//

#ifndef CCA_DIALECT_CCA_IR_CCAKERNELOPS_TD
#define CCA_DIALECT_CCA_IR_CCAKERNELOPS_TD

include "cca/Dialect/CCA/IR/CCABase.td"

//===----------------------------------------------------------------------===//
// Operands and syntax that cca.attention and cca.prologue share
//===----------------------------------------------------------------------===//

defvar prologueArguments = (ins
  CCA_FloatTensor<[3]>:$hidden,
  CCA_FloatTensor<[2]>:$w_q,
  CCA_FloatTensor<[2]>:$w_k,
  CCA_FloatTensor<[2]>:$w_v_current,
  CCA_FloatTensor<[2]>:$w_v_delayed,
  CCA_FloatTensor<[2]>:$depthwise_weight,
  CCA_FloatTensor<[1]>:$depthwise_bias,
  CCA_FloatTensor<[3]>:$grouped_weight,
  CCA_FloatTensor<[1]>:$grouped_bias,
  CCA_Temperature:$temperature,
  CCA_FloatTensor<[2, 3]>:$cos,
  CCA_FloatTensor<[2, 3]>:$sin
);

defvar biasArguments = (ins
  Optional<CCA_FloatTensor<[1]>>:$b_q,
  Optional<CCA_FloatTensor<[1]>>:$b_k,
  Optional<CCA_FloatTensor<[1]>>:$b_v_current,
  Optional<CCA_FloatTensor<[1]>>:$b_v_delayed
);

defvar prologueModes = (ins
  CCA_NormModeAttr:$norm,
  F64Attr:$eps,
  CCA_TemperatureModeAttr:$temperature_mode,
  CCA_RopeLayoutAttr:$rope_layout,
  UnitAttr:$per_stage_padding
);

defvar attentionModes = (ins
  UnitAttr:$causal,
  OptionalAttr<I64Attr>:$window,
  OptionalAttr<F64Attr>:$softmax_scale
);

// `\n` and four spaces put each clause on a line of its own.
defvar prologueFormat = [{
  $hidden `:` type($hidden)
  `\n` ` ` ` ` ` ` ` ` `query` `(` $w_q `:` type($w_q) `)`
  `\n` ` ` ` ` ` ` ` ` `key` `(` $w_k `:` type($w_k) `)`
  `\n` ` ` ` ` ` ` ` ` `value` `(` $w_v_current `,` $w_v_delayed `:`
              type($w_v_current) `,` type($w_v_delayed) `)`
  (`\n` ` ` ` ` ` ` ` ` `bias` `(` $b_q^ `,` $b_k `,` $b_v_current `,` $b_v_delayed `:`
              type($b_q) `,` type($b_k) `,`
              type($b_v_current) `,` type($b_v_delayed) `)`)?
  `\n` ` ` ` ` ` ` ` ` `depthwise` `(` $depthwise_weight `,` $depthwise_bias `:`
                  type($depthwise_weight) `,` type($depthwise_bias) `)`
  `\n` ` ` ` ` ` ` ` ` `grouped` `(` $grouped_weight `,` $grouped_bias `:`
                type($grouped_weight) `,` type($grouped_bias) `)`
  (`per_stage_padding` $per_stage_padding^)?
  `\n` ` ` ` ` ` ` ` ` `normalize` custom<Mode>($norm) `eps` $eps
  `\n` ` ` ` ` ` ` ` ` `temperature` custom<Mode>($temperature_mode) `(` $temperature `:` type($temperature) `)`
  `\n` ` ` ` ` ` ` ` ` `rope` custom<Mode>($rope_layout) `(` $cos `,` $sin `:` type($cos) `,` type($sin) `)`
  (`\n` ` ` ` ` ` ` ` ` `packed` `(` $cu_seqlens^ `:` type($cu_seqlens) `)`)?
}];

defvar attentionModesFormat = [{
  (`\n` ` ` ` ` ` ` ` ` `causal` $causal^)?
  (`window` $window^)?
  (`softmax_scale` $softmax_scale^)?
}];

//===----------------------------------------------------------------------===//
// cca.attention
//===----------------------------------------------------------------------===//

def CCA_AttentionOp : CCA_InferredOp<"attention", [AttrSizedOperandSegments]> {
  let summary = "Compressed Convolutional Attention, from hidden states to output";
  let description = [{
    The whole attention block of a ZAYA1 layer. For each token `t`, counted from
    0 in its own sequence:

    1. *Projections.* `q0 = w_q h`, `k0 = w_k h`, plus their biases if given;
       `x = [q0; k0]`, `C` channels: all query heads, then all key heads.
    2. *Convolutions*, causal, without activation:
       `y[c,t] = b0[c] + sum_i w0[c,i] x[c, t-(t0-1)+i]`, then inside each head
       `z[c,t] = b1[c] + sum_j sum_d w1[c,d,j] y[head(c)*D+d, t-(t1-1)+j]`.
       `x` is zero before its sequence; `y` is computed from that zero padding, so
       `y` at `t = -1` is `b0`. With `per_stage_padding` `y` is zero there instead.
    3. *q/k mean*, of the values before the convolutions:
       `q = z_q + (q0 + k0[group]) / 2`,
       `k = z_k + (mean of q0 over the group + k0) / 2`. Query head `h` belongs
       to key head `h / (Hq / Hk)`.
    4. *L2 norm* per head to length `sqrt(D)`, in mode `norm` with `eps`.
    5. *Key temperature*: keys times `temperature[head]` (`linear`) or its
       exponential (`exp`).
    6. *RoPE* on the first `R` channels of each head:
       `x cos + rotate(x) sin`. The other channels pass through. `cos` and `sin`
       are indexed by the position of the token in its sequence; `R = 0` is none.
       Kernels take them to be those of rotations, which keep the norm of step 4.
    7. *Value*: `[w_v_current h_t ; w_v_delayed h_(t-1)]`, `Hk * D` channels,
       viewed as `Hk` heads. The delayed half of a sequence's first token is
       `b_v_delayed`, or 0 without biases.
    8. *Attention*: see `cca.flash_attention`.
    9. *Output projection* `w_o o`, plus `b_o` if given. Without `w_o` the result is
       `o`, all heads of a token concatenated.

    Weights have the layout of PyTorch's `Linear` and `Conv1d` (out x in).

    Constraints:

    - (C1) All sizes are static and below 2^31, except `B`, `S`, `N` and the first sizes of `cos`
      and `sin`.
    - (C2) Operands have the element type of `hidden`; `temperature` is f32, `cos`
      and `sin` are of one type, f32 or that element type.
    - (C3) The projection weights have `E` columns.
    - (C4) `D`, the second size of `grouped_weight`, divides the rows of `w_q` (`Hq`
      heads) and of `w_k` (`Hk` heads), and there is at least one head of each.
    - (C5) `Hq` is a multiple of `Hk`.
    - (C6) `Hk * D` is even; `w_v_current` and `w_v_delayed` have `Hk * D / 2` rows.
    - (C7) Convolution weights and biases have `C = (Hq + Hk) * D` rows.
    - (C8) `t0` and `t1`, the last sizes of the convolution weights, are 1 to 4.
    - (C9) `temperature` has `Hk` elements.
    - (C10) `cos` and `sin` are `S x R` or `B x S x R` with `R` even and at most `D`;
      `P x R` with `P` not less than the longest sequence if packed.
    - (C11) The projection biases come all together, each with as many elements as
      its weight has rows.
    - (C12) `eps` is finite as an f32 and not negative.
    - (C13) A packed batch has `B = 1`, and `cu_seqlens` at least one element.
    - (C14) `window` is at least 1, `softmax_scale` is finite as an f32.
    - (C15) `w_o` is `E x (Hq * D)`.
    - (C16) `b_o` has `E` elements, and comes with `w_o` and the projection biases.

    Example:

    ```mlir
    // ZAYA1-8B: 8 query heads, 2 key heads, head dimension 128, 64 rotary channels.
    %out = cca.attention %hidden : tensor<?x?x2048xbf16>
        query(%w_q : tensor<1024x2048xbf16>)
        key(%w_k : tensor<256x2048xbf16>)
        value(%w_v_current, %w_v_delayed : tensor<128x2048xbf16>, tensor<128x2048xbf16>)
        depthwise(%w0, %b0 : tensor<1280x2xbf16>, tensor<1280xbf16>)
        grouped(%w1, %b1 : tensor<1280x128x2xbf16>, tensor<1280xbf16>)
        normalize clamp eps 7.812500e-03
        temperature linear(%temperature : tensor<2xf32>)
        rope half(%cos, %sin : tensor<?x64xbf16>, tensor<?x64xbf16>)
        causal
        output(%w_o : tensor<2048x1024xbf16>)
        -> tensor<?x?x2048xbf16>
    ```

    Lowers to: `cca.prologue`, `cca.flash_attention` and `cca.projection`
    (`cca-decompose`).
  }];
  let arguments = !con(prologueArguments, (ins
    Optional<CCA_FloatTensor<[2]>>:$w_o), biasArguments, (ins
    Optional<CCA_FloatTensor<[1]>>:$b_o,
    Optional<CCA_CuSeqlens>:$cu_seqlens), prologueModes, attentionModes);
  let results = (outs CCA_FloatTensor<[3]>:$out);
  let assemblyFormat = !strconcat(prologueFormat, attentionModesFormat, [{
    (`\n` ` ` ` ` ` ` ` ` `output` `(` $w_o^ `:` type($w_o) `)`)?
    (`output_bias` `(` $b_o^ `:` type($b_o) `)`)?
    attr-dict `\n` ` ` ` ` ` ` ` ` `->` type($out)
  }]);
  let hasCanonicalizer = 1;
}

//===----------------------------------------------------------------------===//
// cca.prologue
//===----------------------------------------------------------------------===//

def CCA_PrologueOp : CCA_InferredOp<"prologue", [AttrSizedOperandSegments]> {
  let summary = "hidden states to queries, keys and values, ready for any attention";
  let description = [{
    Steps 1 to 7 of `cca.attention`: projections, convolutions, q/k mean, norm, key
    temperature, RoPE and value shift. Serving engines that keep their own softmax
    start here. No softmax scale is folded into the result.

    Results: `query`, `B x S x Hq x D`; `key` and `value`, `B x S x Hk x D`; all of
    the element type of `hidden`.

    Constraints: (C1) to (C13) of `cca.attention`.

    Example:

    ```mlir
    %q, %k, %v = cca.prologue %hidden : tensor<1x?x2048xf32>
        query(%w_q : tensor<1024x2048xf32>)
        key(%w_k : tensor<256x2048xf32>)
        value(%w_v_current, %w_v_delayed : tensor<128x2048xf32>, tensor<128x2048xf32>)
        depthwise(%w0, %b0 : tensor<1280x2xf32>, tensor<1280xf32>)
        grouped(%w1, %b1 : tensor<1280x128x2xf32>, tensor<1280xf32>)
        normalize rsqrt eps 1.000000e-06
        temperature linear(%temperature : tensor<2xf32>)
        rope half(%cos, %sin : tensor<?x64xf32>, tensor<?x64xf32>)
        packed(%cu_seqlens : tensor<?xi32>)
        -> tensor<1x?x8x128xf32>, tensor<1x?x2x128xf32>, tensor<1x?x2x128xf32>
    ```

    Lowers to: the step ops around `linalg.contract` (`cca-decompose`).
  }];
  let arguments = !con(prologueArguments, biasArguments, (ins
    Optional<CCA_CuSeqlens>:$cu_seqlens), prologueModes);
  let results = (outs
    CCA_FloatTensor<[4]>:$query,
    CCA_FloatTensor<[4]>:$key,
    CCA_FloatTensor<[4]>:$value);
  let assemblyFormat = !strconcat(prologueFormat, [{
    attr-dict `\n` ` ` ` ` ` ` ` ` `->` type($query) `,` type($key) `,` type($value)
  }]);
  let hasCanonicalizer = 1;
}

//===----------------------------------------------------------------------===//
// cca.flash_attention
//===----------------------------------------------------------------------===//

def CCA_FlashAttentionOp
    : CCA_Op<"flash_attention", [AttrSizedOperandSegments]> {
  let summary = "softmax attention with shared key/value heads";
  let description = [{
    `out = softmax(softmax_scale * q kᵀ) v` per query head, where query head `h`
    uses key/value head `h / (Hq / Hk)`. `softmax_scale` is `D^-1/2` unless given.

    Token `t` attends to token `j` of its own sequence if all of these hold:

    - `j <= t`, with `causal`;
    - `t - j < window`, with `window`: the window counts the token itself;
    - `j - t < window`, with `window` and without `causal`: the window is symmetric.

    The optional second result is the log-sum-exp of the scaled scores, natural
    logarithm, f32, `B x Hq x S`.

    `normalized(%temperature)` is a promise: for each key head `j`, all queries of
    its group and all keys, `|q . k| <= D * |temperature[j]|`, up to the rounding of
    the element type. Rows of length `sqrt(D)`, the keys then times the temperature
    and both rotated, are like that. The result is the same with and without it, but
    a kernel may leave out the running maximum where the bound is small. A promise
    that does not hold makes the result undefined.

    `schedule` chooses a kernel, and does not change the result either.

    Constraints:

    - (C1) All sizes are static, except `B`, `S` and `N`.
    - (C2) `query`, `key`, `value` and `out` have one element type.
    - (C4) `query` and `key` agree in `B`, `S` and `D`; there is at least one head.
    - (C5) `Hq` is a multiple of `Hk`.
    - (C6) `value` has the type of `key`.
    - (C9) `temperature` has `Hk` elements.
    - (C13) A packed batch has `B = 1`, and `cu_seqlens` at least one element.
    - (C14) `window` is at least 1, `softmax_scale` is finite as an f32.
    - (C17) `out` has the type of `query`; `lse` is an f32 tensor `B x Hq x S`.

    Example:

    ```mlir
    %o = cca.flash_attention
        query(%q : tensor<?x?x8x128xbf16>)
        key(%k : tensor<?x?x2x128xbf16>)
        value(%v : tensor<?x?x2x128xbf16>)
        normalized(%temperature : tensor<2xf32>)
        causal window 4096
        -> tensor<?x?x8x128xbf16>
    ```

    Lowers to: loops over rows around `linalg` (`cca-lower-to-linalg`).
  }];
  let arguments = !con((ins
    CCA_FloatTensor<[4]>:$query,
    CCA_FloatTensor<[4]>:$key,
    CCA_FloatTensor<[4]>:$value,
    Optional<CCA_Temperature>:$temperature,
    Optional<CCA_CuSeqlens>:$cu_seqlens), attentionModes, (ins
    OptionalAttr<CCA_ScheduleAttr>:$schedule));
  let results = (outs
    CCA_FloatTensor<[4]>:$out,
    Optional<CCA_Tensor<[F32], [3]>>:$lse);
  let assemblyFormat = !strconcat([{
    `\n` ` ` ` ` ` ` ` ` `query` `(` $query `:` type($query) `)`
    `\n` ` ` ` ` ` ` ` ` `key` `(` $key `:` type($key) `)`
    `\n` ` ` ` ` ` ` ` ` `value` `(` $value `:` type($value) `)`
    (`\n` ` ` ` ` ` ` ` ` `normalized` `(` $temperature^ `:` type($temperature) `)`)?
    (`\n` ` ` ` ` ` ` ` ` `packed` `(` $cu_seqlens^ `:` type($cu_seqlens) `)`)?
  }], attentionModesFormat, [{
    (`\n` ` ` ` ` ` ` ` ` `schedule` $schedule^)?
    attr-dict `\n` ` ` ` ` ` ` ` ` `->` type($out) (`,` type($lse)^)?
  }]);
  let extraClassDeclaration = [{
    /// The factor on q kᵀ: the attribute, or D^-1/2.
    double getEffectiveSoftmaxScale();

    /// What a schedule is chosen for.
    ::mlir::cca::AttentionProblem getProblem();
  }];
  let hasCanonicalizer = 1;
}

#endif // CCA_DIALECT_CCA_IR_CCAKERNELOPS_TD
