"""PyTorch's own attention kernels, called like ours: tensors B x S x heads x D."""

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import scaled_dot_product_attention

CUDNN = SDPBackend.CUDNN_ATTENTION
FLASH_ATTENTION_2 = SDPBackend.FLASH_ATTENTION


def sdpa(
    backend: SDPBackend,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    causal: bool,
    scale: float,
) -> torch.Tensor:
    """softmax(scale q kᵀ) v by one backend. Raises RuntimeError where it cannot do it."""
    with sdpa_kernel(backend):
        out = scaled_dot_product_attention(
            query.transpose(1, 2),
            key.transpose(1, 2),
            value.transpose(1, 2),
            is_causal=causal,
            scale=scale,
            enable_gqa=query.shape[2] != key.shape[2],
        )
    return out.transpose(1, 2)
