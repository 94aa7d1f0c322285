"""Random operands for a configuration, seeded, of the size that trained weights have."""

import numpy as np

from cca.config import CCAConfig
from cca.operands import Tensor, operands
from cca.storage import rounded

ROPE_THETA = 10000.0

# Standard deviation of the biases: large enough that a bias left out, or a padding that
# should hold one, shows at once.
BIAS_SIZE = 0.3


def sample_operands(
    config: CCAConfig,
    op: str,
    batch: int,
    seq: int,
    seed: int = 0,
    seqlens: tuple[int, ...] | None = None,
) -> dict[str, np.ndarray]:
    """Operands of the entry function of `op` by name, in order, as fp64 values.

    Every value is exactly representable in the element type of its operand. A packed
    batch has sequences of `seqlens` tokens, which make `seq` together.
    """
    random = np.random.default_rng(seed)
    if config.packed and (batch != 1 or sum(seqlens or ()) != seq):
        raise ValueError(f"expects one batch of sequences of {seq} tokens, but got {seqlens}")
    made = {}
    for tensor in operands(config, op, batch, seq):
        if tensor.name == "cu_seqlens":
            values = np.cumsum([0, *seqlens]).astype(np.int32)
        elif tensor.name in ("cos", "sin"):
            positions = max(seqlens, default=0) if config.packed else seq
            values = rope_table(config, tensor, batch, positions)
        else:
            values = _random(random, tensor, config)
        made[tensor.name] = rounded(values, tensor.element)
    if op == "flash" and config.normalized:
        # What bounds the scores is the length of the keys.
        made["key"] = rounded(made["key"] * made["temperature"][:, None], config.dtype)
    return made


def rope_table(config: CCAConfig, tensor: Tensor, batch: int, positions: int) -> np.ndarray:
    """cos or sin of position * theta^(-2i/R) for pair i, in the channel order of the layout.

    With batched tables batch row b starts at position b, so that rows differ.
    """
    pairs = config.rotary // 2
    frequency = ROPE_THETA ** (-np.arange(pairs) / max(pairs, 1))
    frequency = np.tile(frequency, 2) if config.rope == "half" else np.repeat(frequency, 2)
    position = np.arange(positions)[:, None]
    if config.batched_rope:
        position = np.arange(batch)[:, None, None] + position
    function = np.cos if tensor.name == "cos" else np.sin
    return function(position * frequency)


def _random(random: np.random.Generator, tensor: Tensor, config: CCAConfig) -> np.ndarray:
    """Weights keep the variance of what they are applied to: deviation 1 / sqrt(inputs)."""
    if tensor.name == "temperature":
        # A checkpoint stores it in the element type of the model.
        return rounded(random.uniform(0.5, 1.5, tensor.shape), config.dtype)
    values = random.standard_normal(tensor.shape)
    if tensor.name.startswith("w_"):
        return values / np.sqrt(tensor.shape[1])
    if tensor.name in ("depthwise_weight", "grouped_weight"):
        return values / np.sqrt(np.prod(tensor.shape[1:]))
    if tensor.name in ("query", "key"):
        # As the norm leaves them: length sqrt(D).
        length = np.linalg.norm(values, axis=-1, keepdims=True)
        return values * np.sqrt(config.head_dim) / length
    if tensor.name.startswith("b_") or tensor.name.endswith("_bias"):
        return values * BIAS_SIZE
    return values
