"""Random operands of the attention core as PyTorch tensors, in the layouts that callers have."""

import math

import torch

from cca.attention_variants import AttentionVariant

DTYPES = {"bf16": torch.bfloat16, "f16": torch.float16, "f32": torch.float32}

# How queries, keys and values lie in memory; see `place`.
LAYOUTS = ("contiguous", "fused", "heads_first", "padded", "every_second")

# Elements before and after each row of `padded`: 16 bytes, what TMA aligns to.
PADDING = 8


def values(
    variant: AttentionVariant,
    batch: int,
    tokens: int,
    temperature: torch.Tensor | None,
    generator: torch.Generator,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Query, key and value, B x S x heads x D, f32 on the device of `generator`.

    With a `temperature` per key head rows of query and key have length sqrt(D), as the norm
    leaves them, and keys their temperature. Without, all are normally distributed. The
    query holds `query_factor`.
    """
    config = variant.config

    def normal(heads):
        shape = (batch, tokens, heads, config.head_dim)
        return torch.randn(shape, generator=generator, device=generator.device)

    query, key, value = normal(config.q_heads), normal(config.kv_heads), normal(config.kv_heads)
    if temperature is not None:
        query, key = (_unit(x) * math.sqrt(config.head_dim) for x in (query, key))
        key = key * temperature[:, None]
    return query * variant.query_factor, key, value


def place(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, layout: str, dtype: torch.dtype
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Rounds to `dtype` and lays out B x S x heads x D tensors, not changing their shape.

    contiguous: as shaped; fused: slices of one tensor, as one projection for all leaves
    them; heads_first: views of B x heads x S x D; padded: rows further apart than D;
    every_second: every second row of a batch twice as large.
    """
    if layout == "fused":
        heads = [x.shape[2] for x in (query, key, value)]
        return torch.cat((query, key, value), dim=2).to(dtype).split(heads, dim=2)
    return tuple(empty(x.shape, layout, dtype, x.device).copy_(x) for x in (query, key, value))


def empty(shape: tuple[int, ...], layout: str, dtype: torch.dtype, device) -> torch.Tensor:
    """A view of shape B x S x heads x D in `layout`; what lies between is not its own."""
    return arrange(torch.empty(extent(shape, layout), dtype=dtype, device=device), shape, layout)


def extent(shape: tuple[int, ...], layout: str) -> int:
    """Elements that a view of B x S x heads x D in `layout` spans."""
    batch, tokens, heads, head_dim = shape
    batch = 2 * batch if layout == "every_second" else batch
    return batch * tokens * heads * (head_dim + 2 * PADDING * (layout == "padded"))


def arrange(flat: torch.Tensor, shape: tuple[int, ...], layout: str) -> torch.Tensor:
    """The view of `extent` elements in `layout`."""
    batch, tokens, heads, head_dim = shape
    if layout == "heads_first":
        return flat.view(batch, heads, tokens, head_dim).transpose(1, 2)
    if layout == "padded":
        rows = flat.view(batch, tokens, heads, head_dim + 2 * PADDING)
        return rows[..., PADDING:-PADDING]
    if layout == "every_second":
        return flat.view(2 * batch, tokens, heads, head_dim)[::2]
    return flat.view(shape)


def _unit(x: torch.Tensor) -> torch.Tensor:
    return x / x.norm(dim=-1, keepdim=True)
