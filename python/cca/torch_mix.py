"""`cca.mix` in PyTorch in fp64, on any device: what kernels on a GPU are compared with."""

import torch

from cca.mix_variants import MixVariant
from cca.reference import sequences

DTYPES = {
    "bf16": torch.bfloat16,
    "f16": torch.float16,
    "f32": torch.float32,
    "i32": torch.int32,
}


def tensors(variant: MixVariant, made: dict, device) -> dict[str, torch.Tensor]:
    """What `MixVariant.sample` made, in their element types."""
    return {
        tensor.name: torch.from_numpy(made[tensor.name]).to(device, DTYPES[tensor.element])
        for tensor in variant.operands()
    }


def mix(
    variant: MixVariant, given: dict[str, torch.Tensor], in_steps: bool = False
) -> tuple[torch.Tensor, torch.Tensor]:
    """Query and key, B x S x heads x D, fp64: `cca.reference.mix`.

    Exact, or `in_steps` as `MixVariant.in_steps`.
    """

    def step(x: torch.Tensor) -> torch.Tensor:
        return x.to(DTYPES[variant.dtype]).double() if in_steps else x

    bounds = given["cu_seqlens"].tolist() if variant.packed else None
    values = {name: tensor.double() for name, tensor in given.items()}
    batch, tokens, _ = values["x"].shape
    x = values["x"].view(batch, tokens, variant.heads, variant.head_dim)
    blocks = values["taps"].view(variant.taps, variant.heads, variant.head_dim, variant.head_dim)
    bias = values["bias"].view(variant.heads, variant.head_dim)
    query = x.new_zeros(batch, tokens, variant.q_heads, variant.head_dim)
    key = x.new_zeros(batch, tokens, variant.kv_heads, variant.head_dim)
    for b, span in sequences(batch, tokens, bounds):
        own = y = x[b, span]
        count = len(own)
        if variant.depthwise is not None:
            factors = values["depthwise"].view(-1, variant.heads, variant.head_dim)
            y = torch.zeros_like(own)
            for i, factor in enumerate(factors):
                y = step(y + factor * _delayed(own, i))
        z = bias.expand(own.shape).clone()
        for m, block in enumerate(blocks):
            z += torch.einsum("thd,hcd->thc", _delayed(y, m), block)
        cos, sin = values["cos"], values["sin"]
        if variant.batched_rope:
            cos, sin = cos[b], sin[b]
        q, k = _means(variant, z, own, step)
        factor = values["temperature"]
        factor = factor.exp() if variant.temperature == "exp" else factor
        q, k = _normalize(variant, q), _normalize(variant, k) * factor[:, None]
        turns = step if variant.rotates_in_steps else _exactly
        for result, t in ((query, q * variant.query_factor), (key, k)):
            result[b, span] = _rotate(variant, t, cos[:count], sin[:count], turns)
    return query, key


def _exactly(x: torch.Tensor) -> torch.Tensor:
    return x


def _delayed(x: torch.Tensor, tokens: int) -> torch.Tensor:
    return torch.cat([x.new_zeros(tokens, *x.shape[1:]), x])[: len(x)]


def _means(variant: MixVariant, z: torch.Tensor, x: torch.Tensor, step):
    group = variant.q_heads // variant.kv_heads
    if group.bit_count() != 1:
        step = _exactly
    q0, k = x[:, : variant.q_heads], x[:, variant.q_heads :]
    q = step(q0 + k.repeat_interleave(group, 1))
    for head in q0.reshape(len(x), variant.kv_heads, group, variant.head_dim).unbind(2):
        k = step(k + head / group)
    return z[:, : variant.q_heads] + q / 2, z[:, variant.q_heads :] + k / 2


def _normalize(variant: MixVariant, x: torch.Tensor) -> torch.Tensor:
    square = (x * x).sum(-1, keepdim=True)
    if variant.norm == "rsqrt":
        length = (square + variant.norm_eps).sqrt()
    else:
        length = square.sqrt().clamp(min=variant.norm_eps)
    return x * variant.head_dim**0.5 / length


def _rotate(variant: MixVariant, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, step):
    head, rest = step(x[..., : variant.rotary]), x[..., variant.rotary :]
    turned = torch.empty_like(head)
    if variant.rope == "half":
        first, second = head[..., : variant.rotary // 2], head[..., variant.rotary // 2 :]
        turned = torch.cat([-second, first], -1)
    else:
        turned[..., 0::2], turned[..., 1::2] = -head[..., 1::2], head[..., 0::2]
    return torch.cat([head * cos[:, None] + step(turned * sin[:, None]), rest], -1)
