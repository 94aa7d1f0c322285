"""Flash attention forward in Triton, as a peer: one tile size, causal or full, grouped heads.

What a Triton kernel of a serving engine does, and no more: no TMA, no warp roles of its own.
"""

import math

import torch
import triton
import triton.language as tl

# Queries and keys of a tile, by head dimension: what fits in shared memory with its stages.
TILES = {64: (128, 64), 128: (128, 64)}
WARPS = {64: 4, 128: 8}
STAGES = 3


@triton.jit
def _steps(
    acc,
    total,
    peak,
    query,
    keys,
    values,
    key_stride,
    value_stride,
    scale,
    first,
    start,
    stop,
    tokens,
    MASKED: tl.constexpr,
    CAUSAL: tl.constexpr,
    BLOCK_Q: tl.constexpr,
    BLOCK_KV: tl.constexpr,
    HEAD_DIM: tl.constexpr,
):
    """Online softmax over the keys from `start` to `stop`."""
    channels = tl.arange(0, HEAD_DIM)
    rows = first + tl.arange(0, BLOCK_Q)
    for at in tl.range(start, stop, BLOCK_KV):
        columns = at + tl.arange(0, BLOCK_KV)
        inside = columns < tokens
        key_at = keys + columns[None, :] * key_stride + channels[:, None]
        value_at = values + columns[:, None] * value_stride + channels[None, :]
        if MASKED:
            key = tl.load(key_at, mask=inside[None, :], other=0.0)
            value = tl.load(value_at, mask=inside[:, None], other=0.0)
        else:
            key = tl.load(key_at)
            value = tl.load(value_at)
        scores = tl.dot(query, key) * scale
        if MASKED:
            visible = inside[None, :]
            if CAUSAL:
                visible = visible & (columns[None, :] <= rows[:, None])
            scores = tl.where(visible, scores, float("-inf"))
        higher = tl.maximum(peak, tl.max(scores, 1))
        weights = tl.exp2(scores - higher[:, None])
        shrink = tl.exp2(peak - higher)
        total = total * shrink + tl.sum(weights, 1)
        acc = tl.dot(weights.to(value.dtype), value, acc * shrink[:, None])
        peak = higher
    return acc, total, peak


@triton.jit
def _forward(
    query,
    key,
    value,
    out,
    scale,
    tokens,
    heads,
    group,
    query_batch,
    query_token,
    query_head,
    key_batch,
    key_token,
    key_head,
    value_batch,
    value_token,
    value_head,
    out_batch,
    out_token,
    out_head,
    CAUSAL: tl.constexpr,
    BLOCK_Q: tl.constexpr,
    BLOCK_KV: tl.constexpr,
    HEAD_DIM: tl.constexpr,
):
    # Under a causal mask the last tiles have most keys: they go first.
    tile = tl.num_programs(0) - 1 - tl.program_id(0)
    batch = (tl.program_id(1) // heads).to(tl.int64)
    head = (tl.program_id(1) % heads).to(tl.int64)
    first = tile * BLOCK_Q
    rows = first + tl.arange(0, BLOCK_Q)
    channels = tl.arange(0, HEAD_DIM)
    keys = key + batch * key_batch + head // group * key_head
    values = value + batch * value_batch + head // group * value_head

    query_at = query + batch * query_batch + head * query_head
    query_at += rows[:, None] * query_token + channels[None, :]
    tile_query = tl.load(query_at, mask=rows[:, None] < tokens, other=0.0)
    acc = tl.zeros([BLOCK_Q, HEAD_DIM], dtype=tl.float32)
    total = tl.zeros([BLOCK_Q], dtype=tl.float32)
    peak = tl.full([BLOCK_Q], float("-inf"), dtype=tl.float32)

    # Keys that all rows of the tile see, then the diagonal or the tail.
    plain = first if CAUSAL else tokens // BLOCK_KV * BLOCK_KV
    last = tl.minimum(first + BLOCK_Q, tokens) if CAUSAL else tokens
    acc, total, peak = _steps(
        acc, total, peak, tile_query, keys, values, key_token, value_token, scale, first,
        0, plain, tokens, False, CAUSAL, BLOCK_Q, BLOCK_KV, HEAD_DIM,
    )  # fmt: skip
    acc, total, peak = _steps(
        acc, total, peak, tile_query, keys, values, key_token, value_token, scale, first,
        plain, last, tokens, True, CAUSAL, BLOCK_Q, BLOCK_KV, HEAD_DIM,
    )  # fmt: skip

    out_at = out + batch * out_batch + head * out_head
    out_at += rows[:, None] * out_token + channels[None, :]
    result = acc / total[:, None]
    tl.store(out_at, result.to(out.dtype.element_ty), mask=rows[:, None] < tokens)


def attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    out: torch.Tensor,
    causal: bool,
    scale: float,
) -> None:
    """softmax(scale q kᵀ) v into `out`; B x S x heads x D tensors with neighbouring channels."""
    batch, tokens, heads, head_dim = query.shape
    block_q, block_kv = TILES[head_dim]
    strides = [size for x in (query, key, value, out) for size in x.stride()[:3]]
    _forward[(triton.cdiv(tokens, block_q), batch * heads)](
        query,
        key,
        value,
        out,
        scale / math.log(2),
        tokens,
        heads,
        heads // key.shape[2],
        *strides,
        CAUSAL=causal,
        BLOCK_Q=block_q,
        BLOCK_KV=block_kv,
        HEAD_DIM=head_dim,
        num_warps=WARPS[head_dim],
        num_stages=STAGES,
    )
