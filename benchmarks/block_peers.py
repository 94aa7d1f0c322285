"""Attention blocks of the same hidden size in PyTorch: hidden states in, hidden states out.

All compute softmax attention through `scaled_dot_product_attention`, under RoPE, and have
random weights of a trained size.
"""

import torch
from torch import nn
from torch.nn.functional import rms_norm, scaled_dot_product_attention


def rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """RoPE, half-rotate layout, on B x heads x S x R; cos and sin are S x R."""
    low, high = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-high, low), dim=-1) * sin


class GroupedAttention(nn.Module):
    """Grouped-query attention; with as many key heads as query heads, multi-head attention."""

    def __init__(self, hidden: int, q_heads: int, kv_heads: int, head_dim: int, causal: bool):
        super().__init__()
        self.q_heads, self.kv_heads = q_heads, kv_heads
        self.head_dim, self.causal = head_dim, causal
        self.qkv = nn.Linear(hidden, (q_heads + 2 * kv_heads) * head_dim, bias=False)
        self.out = nn.Linear(q_heads * head_dim, hidden, bias=False)

    def forward(self, hidden, cos, sin):
        qkv = self.qkv(hidden).unflatten(-1, (-1, self.head_dim)).transpose(1, 2)
        query, key, value = qkv.split((self.q_heads, self.kv_heads, self.kv_heads), dim=1)
        attended = scaled_dot_product_attention(
            rotate(query, cos, sin),
            rotate(key, cos, sin),
            value,
            is_causal=self.causal,
            enable_gqa=self.q_heads != self.kv_heads,
        )
        return self.out(attended.transpose(1, 2).flatten(2))


class LatentAttention(nn.Module):
    """Multi-head latent attention, not absorbed, as DeepSeek-V2-Lite has it at 16 heads.

    Keys are `head_dim` channels from the latent and `rope_dim` that all heads share; the
    latent has `rank` channels.
    """

    def __init__(
        self,
        hidden: int,
        heads: int,
        head_dim: int,
        causal: bool,
        rank: int = 512,
        rope_dim: int = 64,
    ):
        super().__init__()
        self.heads, self.head_dim, self.rank, self.rope_dim = heads, head_dim, rank, rope_dim
        self.causal = causal
        self.q = nn.Linear(hidden, heads * (head_dim + rope_dim), bias=False)
        self.down = nn.Linear(hidden, rank + rope_dim, bias=False)
        self.norm = nn.Parameter(torch.ones(rank))
        self.up = nn.Linear(rank, heads * 2 * head_dim, bias=False)
        self.out = nn.Linear(heads * head_dim, hidden, bias=False)

    def forward(self, hidden, cos, sin):
        cos, sin = cos[..., : self.rope_dim], sin[..., : self.rope_dim]
        sizes = (self.head_dim, self.rope_dim)
        query = self.q(hidden).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        query, query_rope = query.split(sizes, dim=-1)
        latent, key_rope = self.down(hidden).split((self.rank, self.rope_dim), dim=-1)
        latent = rms_norm(latent, (self.rank,), self.norm)
        up = self.up(latent).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        key, value = up.chunk(2, dim=-1)
        shared = rotate(key_rope[:, None], cos, sin).expand(-1, self.heads, -1, -1)
        attended = scaled_dot_product_attention(
            torch.cat((query, rotate(query_rope, cos, sin)), dim=-1),
            torch.cat((key, shared), dim=-1),
            value,
            is_causal=self.causal,
        )
        return self.out(attended.transpose(1, 2).flatten(2))


# Of all peers. Channels of cos and sin that they read are those of a head.
HEADS, HEAD_DIM = 16, 128


def peer(name: str, hidden: int, causal: bool) -> nn.Module:
    """`mha`, `gqa` or `mla`: 16 heads of 128, 4 key heads, a latent of 512."""
    if name == "mla":
        return LatentAttention(hidden, HEADS, HEAD_DIM, causal)
    return GroupedAttention(hidden, HEADS, HEADS if name == "mha" else 4, HEAD_DIM, causal)
