"""The operands and results of the entry functions: names, shapes, element types, order."""

from typing import NamedTuple

from cca.config import CCAConfig

# Operation -> name of the entry function that `cca.emit` writes for it. `prefill` is the
# block that returns keys and values, too, as caches keep them.
ENTRY = {
    "attention": "block",
    "prologue": "prologue",
    "flash": "attention",
    "prefill": "prefill",
    "projection": "projection",
}

# Operands that are other tensors in each call; all others are weights.
INPUTS = ("hidden", "x", "query", "key", "value", "cos", "sin", "cu_seqlens")


class Tensor(NamedTuple):
    """A tensor operand or result. A size of None is dynamic."""

    name: str
    shape: tuple[int | None, ...]
    element: str  # f32, bf16, f16 or i32


def operands(config: CCAConfig, op: str, batch=None, seq=None) -> list[Tensor]:
    """Operands of the entry function of `op`, in order, absent ones left out.

    `batch` and `seq` are the sizes B and S, None where dynamic; a packed batch has B = 1
    whatever `batch` says.
    """
    batch = 1 if config.packed else batch
    if op == "flash":
        bound = [Tensor("temperature", (config.kv_heads,), "f32")] if config.normalized else []
        return [*_qkv(config, batch, seq), *bound, *_cu_seqlens(config)]
    if op == "projection":
        bias = [Tensor("b_o", (config.hidden,), config.dtype)] if config.bias else []
        channels = config.q_heads * config.head_dim
        x = Tensor("x", (batch, seq, channels), config.dtype)
        return [x, Tensor("w_o", (config.hidden, channels), config.dtype), *bias]

    dtype, hidden = config.dtype, config.hidden
    q, kv = config.q_heads * config.head_dim, config.kv_heads * config.head_dim
    taps0, taps1 = config.taps
    # Rows of cos and sin are positions; those of a packed batch do not run through S.
    positions = (batch, seq) if config.batched_rope else (None if config.packed else seq,)
    rope = (*positions, config.rotary)
    with_output = op != "prologue" and config.output_projection

    tensors = [
        Tensor("hidden", (batch, seq, hidden), dtype),
        Tensor("w_q", (q, hidden), dtype),
        Tensor("w_k", (kv, hidden), dtype),
        Tensor("w_v_current", (kv // 2, hidden), dtype),
        Tensor("w_v_delayed", (kv // 2, hidden), dtype),
        Tensor("depthwise_weight", (config.channels, taps0), dtype),
        Tensor("depthwise_bias", (config.channels,), dtype),
        Tensor("grouped_weight", (config.channels, config.head_dim, taps1), dtype),
        Tensor("grouped_bias", (config.channels,), dtype),
        Tensor("temperature", (config.kv_heads,), "f32"),
        Tensor("cos", rope, config.rope_element),
        Tensor("sin", rope, config.rope_element),
    ]
    if with_output:
        tensors.append(Tensor("w_o", (hidden, q), dtype))
    if config.bias:
        tensors += [
            Tensor("b_q", (q,), dtype),
            Tensor("b_k", (kv,), dtype),
            Tensor("b_v_current", (kv // 2,), dtype),
            Tensor("b_v_delayed", (kv // 2,), dtype),
        ]
        if with_output:
            tensors.append(Tensor("b_o", (hidden,), dtype))
    return tensors + _cu_seqlens(config)


def results(config: CCAConfig, op: str, batch=None, seq=None, lse=False) -> list[Tensor]:
    """Results of the entry function of `op`, in order; sizes as in `operands`.

    `lse` adds the log-sum-exp of the scores to the results of `flash`.
    """
    batch = 1 if config.packed else batch
    if op == "prologue":
        return _qkv(config, batch, seq)
    if op == "flash":
        out = Tensor("out", (batch, seq, config.q_heads, config.head_dim), config.dtype)
        return [out, Tensor("lse", (batch, config.q_heads, seq), "f32")] if lse else [out]
    projected = config.output_projection or op == "projection"
    channels = config.hidden if projected else config.q_heads * config.head_dim
    out = Tensor("out", (batch, seq, channels), config.dtype)
    return [out, *_qkv(config, batch, seq)[1:]] if op == "prefill" else [out]


def weights(config: CCAConfig, op: str) -> list[Tensor]:
    """Operands that stay the same from call to call, in order."""
    return [tensor for tensor in operands(config, op) if tensor.name not in INPUTS]


def _qkv(config: CCAConfig, batch, seq) -> list[Tensor]:
    return [
        Tensor(name, (batch, seq, heads, config.head_dim), config.dtype)
        for name, heads in (
            ("query", config.q_heads),
            ("key", config.kv_heads),
            ("value", config.kv_heads),
        )
    ]


def _cu_seqlens(config: CCAConfig) -> list[Tensor]:
    return [Tensor("cu_seqlens", (None,), "i32")] if config.packed else []
