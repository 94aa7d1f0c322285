"""Softmax attention in fp64 on whatever device the tensors are on, for long sequences.

The same function as `cca.reference.flash_attention`, in blocks of queries that fit in
memory, and beside it the error that no kernel on 16-bit matrix units avoids.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import torch

from cca.config import CCAConfig

# Bytes of one block of scores in fp64; a few such blocks live at a time.
BLOCK_BYTES = 1 << 29


class Attention(NamedTuple):
    """What `attention` returns, in fp64: B x S x Hq x D, B x S x Hq x D, B x Hq x S."""

    out: torch.Tensor
    rounded: torch.Tensor
    lse: torch.Tensor


def attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    config: CCAConfig,
    cu_seqlens: list[int] | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> Attention:
    """softmax(scale q kᵀ) v and its log-sum-exp, from B x S x heads x D tensors.

    `rounded` is the same with what a flash kernel must do to feed matrix units: weights,
    relative to the maximum of their row, are rounded to the element type of `value` before
    the product, and so is the result. All else is exact.
    """
    batch, tokens, q_heads, _ = query.shape
    out = torch.zeros(query.shape, dtype=torch.float64, device=query.device)
    rounded = torch.zeros_like(out)
    lse = torch.zeros(batch, q_heads, tokens, dtype=torch.float64, device=query.device)
    for b, start, stop in _sequences(batch, tokens, cu_seqlens):
        k, v = (x[b, start:stop].double().movedim(1, 0) for x in (key, value))
        for rows in _blocks(stop - start, 8 * q_heads * (stop - start), block_bytes):
            span = slice(start + rows.start, start + rows.stop)
            block = _block(query[b, span].double(), k, v, rows.start, config, value.dtype)
            out[b, span], rounded[b, span], lse[b, :, span] = block
    return Attention(out, rounded.to(value.dtype).double(), lse)


def attention_rows(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    config: CCAConfig,
    rows: list[int],
    scale: float,
) -> torch.Tensor:
    """`attention(...).out[:, rows]` of unpacked sequences, at the cost of these rows."""
    config = replace(config, scale=scale)
    out = torch.zeros_like(query[:, rows], dtype=torch.float64)
    for b in range(query.shape[0]):
        k, v = (x[b].double().movedim(1, 0) for x in (key, value))
        for i, row in enumerate(rows):
            block = _block(query[b, row : row + 1].double(), k, v, row, config, value.dtype)
            out[b, i : i + 1] = block[0]
    return out


def relative_error(result: torch.Tensor, expected: torch.Tensor) -> float:
    """Frobenius norm of the difference over that of `expected`; inf where it is not finite."""
    return error_of(*squares(result, expected))


def squares(result: torch.Tensor, expected: torch.Tensor) -> tuple[float, float]:
    """Squared norms of the difference and of `expected`, which add up over several results."""
    difference = (result.double() - expected).square().sum().item()
    return difference, expected.square().sum().item()


def error_of(difference: float, size: float) -> float:
    """The relative error of squared norms: 0 if both are 0, inf where there is none."""
    if difference == 0:
        return 0.0
    error = (difference / size) ** 0.5 if size else float("inf")
    return error if error < float("inf") else float("inf")


def _sequences(
    batch: int, tokens: int, cu_seqlens: list[int] | None
) -> Iterator[tuple[int, int, int]]:
    """Batch index, first token and end of every sequence."""
    if cu_seqlens is None:
        yield from ((b, 0, tokens) for b in range(batch))
    else:
        yield from ((0, cu_seqlens[i], cu_seqlens[i + 1]) for i in range(len(cu_seqlens) - 1))


def _blocks(tokens: int, row_bytes: int, block_bytes: int) -> Iterator[slice]:
    step = max(1, block_bytes // max(1, row_bytes))
    for start in range(0, tokens, step):
        yield slice(start, min(tokens, start + step))


def _block(q, k, v, first: int, config: CCAConfig, dtype):
    """Rows `first`, `first` + 1, … of one sequence: q T x Hq x D, k and v Hk x tokens x D."""
    count, q_heads, head_dim = q.shape
    kv_heads, tokens, _ = k.shape
    # Keys that any of the rows sees.
    window = config.window or tokens
    low = max(0, first - window + 1)
    high = min(tokens, first + count + (0 if config.causal else window - 1))
    k, v = k[:, low:high], v[:, low:high]

    # Heads of a group are further rows of their key head.
    grouped = q.reshape(count, kv_heads, -1, head_dim).permute(1, 2, 0, 3)
    scores = grouped.reshape(kv_heads, -1, head_dim) @ k.transpose(1, 2)
    scores = scores.mul_(config.softmax_scale).view(kv_heads, -1, count, high - low)
    distance = torch.arange(first, first + count, device=q.device)[:, None] - torch.arange(
        low, high, device=q.device
    )
    hidden = distance.abs() >= window
    if config.causal:
        hidden |= distance < 0
    scores.masked_fill_(hidden, float("-inf"))

    peak = scores.amax(dim=-1, keepdim=True)
    weights = scores.sub_(peak).exp_()
    total = weights.sum(dim=-1, keepdim=True)

    def result(weights):
        product = weights.view(kv_heads, -1, high - low) @ v
        heads = product.view(kv_heads, -1, count, head_dim) / total
        return heads.permute(2, 0, 1, 3).reshape(count, q_heads, head_dim)

    lse = (peak + total.log()).reshape(q_heads, count)
    return result(weights), result(weights.to(dtype).double()), lse
