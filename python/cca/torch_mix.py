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


def mix(variant: MixVariant, given: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Query and key, B x S x heads x D, fp64: `cca.reference.mix`."""
    bounds = given["cu_seqlens"].tolist() if variant.packed else None
    values = {name: tensor.double() for name, tensor in given.items()}
    batch, tokens, _ = values["x"].shape
    x = values["x"].view(batch, tokens, variant.heads, variant.head_dim)
    blocks = values["taps"].view(variant.taps, variant.heads, variant.head_dim, variant.head_dim)
    bias = values["bias"].view(variant.heads, variant.head_dim)
    query = x.new_zeros(batch, tokens, variant.q_heads, variant.head_dim)
    key = x.new_zeros(batch, tokens, variant.kv_heads, variant.head_dim)
    for b, span in sequences(batch, tokens, bounds):
        own = x[b, span]
        count = len(own)
        padded = torch.cat([own.new_zeros(variant.taps - 1, *own.shape[1:]), own])
        z = bias.expand(own.shape).clone()
        for m in range(variant.taps):
            z += torch.einsum("thd,hcd->thc", padded[variant.taps - 1 - m :][:count], blocks[m])
        cos, sin = values["cos"], values["sin"]
        if variant.batched_rope:
            cos, sin = cos[b], sin[b]
        q, k = _means(variant, z, own)
        factor = values["temperature"]
        factor = factor.exp() if variant.temperature == "exp" else factor
        q, k = _normalize(variant, q), _normalize(variant, k) * factor[:, None]
        q, k = (_rotate(variant, t, cos[:count], sin[:count]) for t in (q, k))
        query[b, span], key[b, span] = q * variant.query_factor, k
    return query, key


def _means(variant: MixVariant, z: torch.Tensor, x: torch.Tensor):
    group = variant.q_heads // variant.kv_heads
    q0, k0 = x[:, : variant.q_heads], x[:, variant.q_heads :]
    mean = q0.reshape(len(x), variant.kv_heads, group, variant.head_dim).mean(2)
    q = z[:, : variant.q_heads] + (q0 + k0.repeat_interleave(group, 1)) / 2
    return q, z[:, variant.q_heads :] + (mean + k0) / 2


def _normalize(variant: MixVariant, x: torch.Tensor) -> torch.Tensor:
    square = (x * x).sum(-1, keepdim=True)
    if variant.norm == "rsqrt":
        length = (square + variant.norm_eps).sqrt()
    else:
        length = square.sqrt().clamp(min=variant.norm_eps)
    return x * variant.head_dim**0.5 / length


def _rotate(variant: MixVariant, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor):
    head, rest = x[..., : variant.rotary], x[..., variant.rotary :]
    turned = torch.empty_like(head)
    if variant.rope == "half":
        first, second = head[..., : variant.rotary // 2], head[..., variant.rotary // 2 :]
        turned = torch.cat([-second, first], -1)
    else:
        turned[..., 0::2], turned[..., 1::2] = -head[..., 1::2], head[..., 0::2]
    return torch.cat([head * cos[:, None] + turned * sin[:, None], rest], -1)
