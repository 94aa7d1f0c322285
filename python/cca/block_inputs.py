"""Random operands of the block as PyTorch tensors, of the size that trained weights have."""

import math

import torch

from cca.attention_inputs import DTYPES
from cca.config import CCAConfig
from cca.operands import Tensor, operands
from cca.sample import BIAS_SIZE

# Of ZAYA1 models.
ROPE_THETA = 5e6


def random_operands(
    config: CCAConfig,
    batch: int,
    tokens: int,
    generator: torch.Generator,
    cu_seqlens: list[int] | None = None,
    temperature: float = 1.0,
) -> dict[str, torch.Tensor]:
    """Operands of the block by name, in their element types, on the device of `generator`.

    A packed batch has the boundaries `cu_seqlens`. Temperatures are within a tenth of
    `temperature`, a multiple of it or, in `exp`, of its logarithm.
    """
    made = {
        tensor.name: _random(tensor, generator)
        for tensor in operands(config, "attention", batch, tokens)
        if tensor.name not in ("cos", "sin", "cu_seqlens", "temperature")
    }
    device = generator.device
    spread = torch.rand(config.kv_heads, generator=generator, device=device) * 0.1 + 0.95
    chosen = temperature * spread
    # A checkpoint stores it in the type of the model.
    chosen = (chosen.log() if config.temperature == "exp" else chosen).to(DTYPES[config.dtype])
    made["temperature"] = chosen.float()
    made["cos"], made["sin"] = rope_tables(config, batch, tokens, device)
    if config.packed:
        made["cu_seqlens"] = torch.tensor(cu_seqlens, dtype=torch.int32, device=device)
    return made


def rope_tables(
    config: CCAConfig, batch: int, tokens: int, device, rotary: int | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """cos and sin: S x R, or B x S x R where row b of the batch starts at position b."""
    pairs = (config.rotary if rotary is None else rotary) // 2
    frequency = ROPE_THETA ** (-torch.arange(pairs, device=device).double() / max(1, pairs))
    if config.rope == "half":
        frequency = torch.cat((frequency, frequency))
    else:
        frequency = frequency.repeat_interleave(2)
    position = torch.arange(tokens, device=device).double()
    if config.batched_rope:
        position = torch.arange(batch, device=device).double()[:, None] + position
    angle = position[..., None] * frequency
    dtype = DTYPES[config.rope_element]
    return angle.cos().to(dtype), angle.sin().to(dtype)


def _random(tensor: Tensor, generator: torch.Generator) -> torch.Tensor:
    """Weights keep the variance of what they are applied to: deviation 1 / sqrt(inputs)."""
    x = torch.randn(tensor.shape, generator=generator, device=generator.device)
    if tensor.name.startswith("w_") or tensor.name.endswith("_weight"):
        x /= math.prod(tensor.shape[1:]) ** 0.5
    elif tensor.name.startswith("b_") or tensor.name.endswith("_bias"):
        x *= BIAS_SIZE
    return x.to(DTYPES[tensor.element])
