"""Compressed Convolutional Attention in NumPy, in fp64: the definition, as plain as possible.

Written from the definition of the block and kept apart from the compiler: every size is
read off the arrays, nothing of the MLIR side is imported, and each sequence is evaluated
by itself, so that nothing can leak from one sequence of a batch to the next. It is part of
the package, not of the tests, because the quickstart checks its result with it.

Letters: B batch, S tokens, T tokens of one sequence, E hidden size, Hq query heads, Hk
key/value heads, D head dimension, C = (Hq + Hk) D channels, R rotary channels.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

import numpy as np

from cca.config import CCAConfig

Array = np.ndarray
Step = Callable[[Array], Array]


def attention(operands: Mapping[str, Array], config: CCAConfig) -> Array:
    """The whole block: `hidden` B x S x E to B x S x E, or B x S x (Hq D) without `w_o`.

    `operands` maps the names of `cca.operands.operands` to arrays of any float type.
    Source: arXiv 2510.04476; details as in `ZayaAttention` of HF transformers.
    """
    query, key, value = prologue(operands, config)
    out, _ = flash_attention(query, key, value, config, operands.get("cu_seqlens"))
    batch, tokens, heads, head_dim = out.shape
    out = out.reshape(batch, tokens, heads * head_dim)
    if "w_o" not in operands:
        return out
    return project(out, operands["w_o"], operands.get("b_o"))


def prologue(operands: Mapping[str, Array], config: CCAConfig) -> tuple[Array, Array, Array]:
    """Hidden states to query B x S x Hq x D, key and value B x S x Hk x D."""
    hidden = _f64(operands["hidden"])
    head_dim = operands["grouped_weight"].shape[1]
    batch, tokens = hidden.shape[:2]
    q_heads = operands["w_q"].shape[0] // head_dim
    kv_heads = operands["w_k"].shape[0] // head_dim
    query = np.zeros((batch, tokens, q_heads, head_dim))
    key = np.zeros((batch, tokens, kv_heads, head_dim))
    value = np.zeros((batch, tokens, kv_heads, head_dim))
    for b, span in sequences(batch, tokens, operands.get("cu_seqlens")):
        query[b, span], key[b, span] = _query_key(hidden[b, span], b, operands, config)
        value[b, span] = _value(hidden[b, span], operands).reshape(value[b, span].shape)
    return query, key, value


def flash_attention(
    query: Array, key: Array, value: Array, config: CCAConfig, cu_seqlens: Array | None = None
) -> tuple[Array, Array]:
    """softmax(scale q kᵀ) v per query head; returns it and the log-sum-exp, B x Hq x S.

    query B x S x Hq x D, key and value B x S x Hk x D; query head h uses key head
    h // (Hq / Hk). The log-sum-exp is that of the scaled scores, natural logarithm.
    """
    query, key, value = _f64(query), _f64(key), _f64(value)
    batch, tokens, q_heads, _ = query.shape
    group = q_heads // key.shape[2]
    out = np.zeros_like(query)
    lse = np.zeros((batch, q_heads, tokens))
    for b, span in sequences(batch, tokens, cu_seqlens):
        visible = visible_tokens(span.stop - span.start, config.causal, config.window)
        for h in range(q_heads):
            scores = config.softmax_scale * query[b, span, h] @ key[b, span, h // group].T
            scores[~visible] = -np.inf
            peak = scores.max(axis=1, keepdims=True, initial=-np.inf)
            weights = np.exp(scores - peak)
            total = weights.sum(axis=1, keepdims=True)
            out[b, span, h] = (weights / total) @ value[b, span, h // group]
            lse[b, h, span] = (peak + np.log(total))[:, 0]
    return out, lse


def mix(
    operands: Mapping[str, Array],
    norm: str,
    eps: float,
    temperature: str,
    rope: str,
    query_factor: float = 1.0,
    step: Step | None = None,
    rotates_in_steps: bool = False,
) -> tuple[Array, Array]:
    """Latents x, B x S x C, to query B x S x Hq x D and key B x S x Hk x D: `cca.mix`.

    `taps`, T x C x D: taps[m, c, d] weighs channel d of the head of c, m tokens before.
    `depthwise`, T0 x C, if it is there: factors of tokens before, that convolve x first.
    Exact, unless `step` rounds what kernels round on the way: sums of the depthwise
    convolution and of the mean, and RoPE if `rotates_in_steps`.
    """
    x, taps, bias = (_f64(operands[name]) for name in ("x", "taps", "bias"))
    batch, tokens, channels = x.shape
    head_dim, kv_heads = taps.shape[2], len(operands["temperature"])
    heads = channels // head_dim
    q_heads = heads - kv_heads
    blocks = taps.reshape(len(taps), heads, head_dim, head_dim)
    query = np.zeros((batch, tokens, q_heads, head_dim))
    key = np.zeros((batch, tokens, kv_heads, head_dim))
    for b, span in sequences(batch, tokens, operands.get("cu_seqlens")):
        count = span.stop - span.start
        own = y = x[b, span].reshape(count, heads, head_dim)
        if "depthwise" in operands:
            factors = _f64(operands["depthwise"]).reshape(-1, heads, head_dim)
            y = np.zeros_like(own)
            for i, factor in enumerate(factors):
                y = _stepped(y + factor * _delayed(own, i), step)
        z = bias.reshape(heads, head_dim) + sum(
            np.einsum("thd,hcd->thc", _delayed(y, m), block) for m, block in enumerate(blocks)
        )
        q, k = _add_means(z, own[:, :q_heads], own[:, q_heads:], step)
        q, k = normalize(q, norm, eps), normalize(k, norm, eps)
        factor = _f64(operands["temperature"])
        k = k * (np.exp(factor) if temperature == "exp" else factor)[:, None]
        cos, sin = (_f64(operands[name]) for name in ("cos", "sin"))
        cos, sin = ((t[b] if t.ndim == 3 else t)[:count] for t in (cos, sin))
        turns = step if rotates_in_steps else None
        query[b, span] = rotate(q * query_factor, cos, sin, rope, turns)
        key[b, span] = rotate(k, cos, sin, rope, turns)
    return query, key


def _delayed(x: Array, tokens: int) -> Array:
    """x[t - tokens], zeros before the first one; tokens are the first dimension."""
    return np.concatenate([np.zeros((tokens, *x.shape[1:])), x])[: len(x)]


def sequences(batch: int, tokens: int, cu_seqlens: Array | None) -> Iterator[tuple[int, slice]]:
    """Batch index and token range of every sequence; a packed batch has many in one row."""
    if cu_seqlens is None:
        for b in range(batch):
            yield b, slice(0, tokens)
        return
    for start, stop in pairwise(cu_seqlens):
        yield 0, slice(int(start), int(stop))


def visible_tokens(tokens: int, causal: bool, window: int | None) -> Array:
    """T x T mask: may query token t (row) attend to key token j (column)?

    The window counts the token itself; without `causal` it extends to both sides.
    """
    t, j = np.arange(tokens)[:, None], np.arange(tokens)[None, :]
    visible = np.ones((tokens, tokens), dtype=bool)
    if causal:
        visible &= j <= t
    if window is not None:
        visible &= abs(t - j) < window
    return visible


def project(x: Array, weight: Array, bias: Array | None) -> Array:
    """A linear layer, `weight` out x in as in PyTorch."""
    y = _f64(x) @ _f64(weight).T
    return y if bias is None else y + _f64(bias)


def convolutions(
    x: Array, w0: Array, b0: Array, w1: Array, b1: Array, per_stage_padding: bool = False
) -> Array:
    """Depthwise, then grouped causal convolution of one sequence, T x C to T x C.

    `w0` C x t0, `w1` C x D x t1 with one dense D x D block per head and tap; the last tap
    is the current token. Zeros stand before the sequence in x. In y, the values between
    the convolutions, they do not: y before the sequence follows from the zeros of x and
    is b0, except with `per_stage_padding`.
    """
    tokens, channels = x.shape
    taps0 = w0.shape[1]
    head_dim, taps1 = w1.shape[1:]
    heads = channels // head_dim
    # Row p of x is token p - (t0 - 1) - (t1 - 1), row p of y is token p - (t1 - 1).
    x = np.concatenate([np.zeros((taps0 - 1 + taps1 - 1, channels)), x])
    rows = tokens + taps1 - 1
    y = b0 + sum(w0[:, i] * x[i : i + rows] for i in range(taps0))
    if per_stage_padding:
        y[: taps1 - 1] = 0
    y = y.reshape(rows, heads, head_dim)
    block = w1.reshape(heads, head_dim, head_dim, taps1)
    z = sum(np.einsum("thd,hcd->thc", y[j : j + tokens], block[..., j]) for j in range(taps1))
    return b1 + z.reshape(tokens, channels)


def normalize(x: Array, mode: str, eps: float) -> Array:
    """L2 norm of the last axis to length sqrt(D)."""
    square = (x * x).sum(axis=-1, keepdims=True)
    length = np.sqrt(square + eps) if mode == "rsqrt" else np.maximum(np.sqrt(square), eps)
    return x * np.sqrt(x.shape[-1]) / length


def rotate(x: Array, cos: Array, sin: Array, layout: str, step: Step | None = None) -> Array:
    """RoPE on the first R channels of T x H x D; `cos` and `sin` are T x R.

    A pair (a, b) becomes (a cos - b sin, b cos + a sin). `half` pairs channel d with
    d + R/2, `interleaved` 2d with 2d + 1. `step` rounds what is turned, and its products
    with sin, but no result.
    """
    rotary = cos.shape[-1]
    head, rest = _stepped(x[..., :rotary], step), x[..., rotary:]
    turned = np.empty_like(head)
    if layout == "half":
        first, second = np.s_[..., : rotary // 2], np.s_[..., rotary // 2 :]
    else:
        first, second = np.s_[..., 0::2], np.s_[..., 1::2]
    turned[first], turned[second] = -head[second], head[first]
    turned = _stepped(turned * sin[:, None], step)
    return np.concatenate([head * cos[:, None] + turned, rest], axis=-1)


def _query_key(
    hidden: Array, b: int, operands: Mapping[str, Array], config: CCAConfig
) -> tuple[Array, Array]:
    """Steps 1 to 6 for one sequence, T x E to T x Hq x D and T x Hk x D."""
    tokens = hidden.shape[0]
    head_dim = operands["grouped_weight"].shape[1]

    # 1. Projections.
    q0 = project(hidden, operands["w_q"], operands.get("b_q"))
    k0 = project(hidden, operands["w_k"], operands.get("b_k"))

    # 2. Convolutions over the channels of all query heads, then all key heads.
    names = ("depthwise_weight", "depthwise_bias", "grouped_weight", "grouped_bias")
    weights = [_f64(operands[name]) for name in names]
    x = np.concatenate([q0, k0], axis=1)
    z = convolutions(x, *weights, config.per_stage_padding)

    # 3. Mean of q and k before the convolutions.
    q_heads, kv_heads = q0.shape[1] // head_dim, k0.shape[1] // head_dim
    q, k = _add_means(
        z.reshape(tokens, q_heads + kv_heads, head_dim),
        q0.reshape(tokens, q_heads, head_dim),
        k0.reshape(tokens, kv_heads, head_dim),
    )

    # 4. L2 norm per head. 5. Temperature of the keys.
    q = normalize(q, config.norm, config.norm_eps)
    k = normalize(k, config.norm, config.norm_eps)
    temperature = _f64(operands["temperature"])
    if config.temperature == "exp":
        temperature = np.exp(temperature)
    k = k * temperature[:, None]

    # 6. RoPE, by the position of the token in its sequence.
    cos, sin = (_f64(operands[name]) for name in ("cos", "sin"))
    if cos.ndim == 3:
        cos, sin = cos[b], sin[b]
    cos, sin = cos[:tokens], sin[:tokens]
    return rotate(q, cos, sin, config.rope), rotate(k, cos, sin, config.rope)


def _add_means(z: Array, q0: Array, k0: Array, step: Step | None = None) -> tuple[Array, Array]:
    """Step 3 for T x heads x D: query heads of `z`, then key heads, plus the means.

    `step` rounds sums, where what is added up needs no rounding: in groups of a power of 2.
    """
    tokens, q_heads, head_dim = q0.shape
    kv_heads = k0.shape[1]
    group = q_heads // kv_heads
    step = step if group.bit_count() == 1 else None
    q = _stepped(q0 + np.repeat(k0, group, axis=1), step)
    k = k0
    for head in np.moveaxis(q0.reshape(tokens, kv_heads, group, head_dim), 2, 0):
        k = _stepped(k + head / group, step)
    return z[:, :q_heads] + q / 2, z[:, q_heads:] + k / 2


def _stepped(x: Array, step: Step | None) -> Array:
    return x if step is None else step(x)


def _value(hidden: Array, operands: Mapping[str, Array]) -> Array:
    """Step 7 for one sequence: T x (Hk D), first half current, second half delayed."""
    current = project(hidden, operands["w_v_current"], operands.get("b_v_current"))
    previous = np.concatenate([np.zeros((1, hidden.shape[1])), hidden])[: hidden.shape[0]]
    delayed = project(previous, operands["w_v_delayed"], operands.get("b_v_delayed"))
    return np.concatenate([current, delayed], axis=1)


def _f64(x: Array) -> Array:
    return np.asarray(x, dtype=np.float64)
