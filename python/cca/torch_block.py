"""The CCA block in PyTorch, in fp64 or another type, on whatever device the tensors are on.

The same definition as `cca.reference`, for sizes that NumPy on one processor takes too long
for: what results of GPUs are compared with. Attention is that of `cca.torch_reference`.
"""

from collections.abc import Mapping
from itertools import pairwise

import torch
from torch.nn.functional import conv1d, linear, pad

from cca import torch_reference
from cca.config import CCAConfig

Tensors = Mapping[str, torch.Tensor]


def attention(operands: Tensors, config: CCAConfig) -> torch.Tensor:
    """The block in fp64: B x S x E, or B x S x (Hq D) without `w_o`."""
    return prefill(operands, config)[0]


def prefill(
    operands: Tensors, config: CCAConfig, dtype: torch.dtype = torch.float64
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The block, then its key and value, B x S x Hk x D.

    In another type than fp64 every step rounds to it, as PyTorch's own steps do; the
    softmax rounds its weights and its result.
    """
    query, key, value = prologue(operands, config, dtype)
    bounds = operands.get("cu_seqlens")
    bounds = None if bounds is None else bounds.tolist()
    out = torch_reference.attention(query, key, value, config, bounds).rounded
    out = out.to(dtype).flatten(2)
    if "w_o" in operands:
        out = _project(out, operands, "w_o", "b_o")
    return out, key, value


def prologue(
    operands: Tensors, config: CCAConfig, dtype: torch.dtype = torch.float64
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Hidden states to query B x S x Hq x D, key and value B x S x Hk x D, in `dtype`."""
    hidden = operands["hidden"].to(dtype)
    bounds = operands.get("cu_seqlens")
    if bounds is None:
        return _sequence(hidden, operands, config)
    # Each sequence by itself: nothing leaks from one to the next.
    parts = [
        _sequence(hidden[:, start:stop], operands, config)
        for start, stop in pairwise(bounds.tolist())
        if stop > start
    ]
    if not parts:
        return _sequence(hidden[:, :0], operands, config)
    return tuple(torch.cat(part, dim=1) for part in zip(*parts, strict=True))


def latents(operands: Tensors, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    """What the convolutions read, B x S x C: projected queries, then projected keys."""
    hidden = operands["hidden"].to(dtype)
    q0 = _project(hidden, operands, "w_q", "b_q")
    return torch.cat((q0, _project(hidden, operands, "w_k", "b_k")), dim=-1)


def delayed_value(operands: Tensors, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    """The half of the values that reaches the next token, B x S x (Hk D / 2)."""
    return _project(operands["hidden"].to(dtype), operands, "w_v_delayed", "b_v_delayed")


def _sequence(hidden: torch.Tensor, operands: Tensors, config: CCAConfig):
    operands = {**operands, "hidden": hidden}
    x = latents(operands, hidden.dtype)
    mixed = _convolve(x, operands, config).unflatten(-1, (-1, config.head_dim))
    residual = x.unflatten(-1, (-1, config.head_dim))
    q_heads, kv_heads = config.q_heads, config.kv_heads
    q0, k0 = residual[:, :, :q_heads], residual[:, :, q_heads:]
    group = q_heads // kv_heads
    query = mixed[:, :, :q_heads] + (q0 + k0.repeat_interleave(group, dim=2)) / 2
    grouped = q0.unflatten(2, (kv_heads, group)).mean(dim=3)
    key = mixed[:, :, q_heads:] + (grouped + k0) / 2
    temperature = operands["temperature"].to(hidden.dtype)
    if config.temperature == "exp":
        temperature = temperature.exp()
    query = _normalize(query, config)
    key = _normalize(key, config) * temperature[:, None]
    return (
        _rotate(query, operands, config),
        _rotate(key, operands, config),
        _value(operands, config),
    )


def _project(x: torch.Tensor, operands: Tensors, weight: str, bias: str) -> torch.Tensor:
    b = operands.get(bias)
    return linear(x, operands[weight].to(x.dtype), None if b is None else b.to(x.dtype))


def _convolve(x: torch.Tensor, operands: Tensors, config: CCAConfig) -> torch.Tensor:
    """Depthwise, then one dense filter for each head; zeros before the first token."""
    if not x.shape[1]:
        return x
    names = ("depthwise_weight", "depthwise_bias", "grouped_weight", "grouped_bias")
    w0, b0, w1, b1 = (operands[name].to(x.dtype) for name in names)
    before0, before1 = (taps - 1 for taps in config.taps)
    first = before0 if config.per_stage_padding else before0 + before1
    y = conv1d(pad(x.transpose(1, 2), (first, 0)), w0[:, None], b0, groups=config.channels)
    if config.per_stage_padding:
        y = pad(y, (before1, 0))
    heads = config.q_heads + config.kv_heads
    return conv1d(y, w1, b1, groups=heads).transpose(1, 2)


def _normalize(x: torch.Tensor, config: CCAConfig) -> torch.Tensor:
    squares = x.square().sum(dim=-1, keepdim=True)
    if config.norm == "clamp":
        return x * config.head_dim**0.5 / squares.sqrt().clamp_min(config.norm_eps)
    return x * config.head_dim**0.5 * (squares + config.norm_eps).rsqrt()


def _rotate(x: torch.Tensor, operands: Tensors, config: CCAConfig) -> torch.Tensor:
    tokens = x.shape[1]
    cos, sin = (operands[name].to(x.dtype)[..., :tokens, None, :] for name in ("cos", "sin"))
    rotated, rest = x[..., : config.rotary], x[..., config.rotary :]
    if config.rope == "half":
        low, high = rotated.chunk(2, dim=-1)
        partner = torch.cat((-high, low), dim=-1)
    else:
        even, odd = rotated[..., ::2], rotated[..., 1::2]
        partner = torch.stack((-odd, even), dim=-1).flatten(-2)
    return torch.cat((rotated * cos + partner * sin, rest), dim=-1)


def _value(operands: Tensors, config: CCAConfig) -> torch.Tensor:
    hidden = operands["hidden"]
    current = _project(hidden, operands, "w_v_current", "b_v_current")
    before = {**operands, "hidden": pad(hidden, (0, 0, 1, 0))[:, :-1]}
    delayed = delayed_value(before, hidden.dtype)
    return torch.cat((current, delayed), dim=-1).unflatten(-1, (config.kv_heads, config.head_dim))
