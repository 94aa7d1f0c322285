"""Configurations of Compressed Convolutional Attention: sizes, modes, named models."""

import math
from dataclasses import dataclass, replace

# Machine epsilon, the distance from 1 to the next number (torch.finfo(dtype).eps).
EPSILON = {"f32": 2.0**-23, "f16": 2.0**-10, "bf16": 2.0**-7}

MAX_TAPS = 4


class ConfigError(ValueError):
    """A configuration that describes no CCA block."""


@dataclass(frozen=True)
class Schedule:
    """How a Hopper kernel runs flash attention; the compiler checks it. See `#cca.schedule`."""

    block_q: int
    block_kv: int
    stages: int
    consumers: int
    softmax: str = "auto"  # bounded, online or auto
    overlap: bool = True
    ping_pong: bool = True


@dataclass(frozen=True)
class CCAConfig:
    """One CCA block: its sizes (in elements) and its modes.

    Raises `ConfigError` on construction if the sizes do not fit together. `hidden` is
    None where only the attention core is described, which does not depend on it.
    """

    hidden: int | None
    q_heads: int
    kv_heads: int
    head_dim: int
    rotary: int
    taps: tuple[int, int] = (2, 2)
    causal: bool = True
    window: int | None = None
    dtype: str = "bf16"
    rope_dtype: str | None = None  # of cos and sin; None is `dtype`
    batched_rope: bool = False  # cos and sin B x S x R instead of S x R
    bias: bool = False
    packed: bool = False
    norm: str = "clamp"
    eps: float | None = None  # None is the mode's usual one, see `norm_eps`
    temperature: str = "linear"
    rope: str = "half"
    per_stage_padding: bool = False
    output_projection: bool = True
    scale: float | None = None  # None is head_dim ** -0.5
    normalized: bool = False  # flash: scores are bounded by a temperature, its operand
    schedule: Schedule | None = None  # flash: None leaves the choice to the compiler

    def __post_init__(self):
        for name in ("q_heads", "kv_heads", "head_dim"):
            _require(getattr(self, name) >= 1, name, "at least 1", getattr(self, name))
        _require(self.hidden is None or self.hidden >= 1, "hidden", "at least 1", self.hidden)
        _require(
            self.q_heads % self.kv_heads == 0,
            "q_heads",
            f"a multiple of kv_heads, {self.kv_heads}",
            self.q_heads,
        )
        _require(
            self.kv_heads * self.head_dim % 2 == 0,
            "kv_heads * head_dim",
            "even (half of the value channels are delayed)",
            self.kv_heads * self.head_dim,
        )
        _require(
            0 <= self.rotary <= self.head_dim and self.rotary % 2 == 0,
            "rotary",
            f"even, from 0 to head_dim, {self.head_dim}",
            self.rotary,
        )
        _require(
            len(self.taps) == 2 and all(1 <= taps <= MAX_TAPS for taps in self.taps),
            "taps",
            f"two numbers from 1 to {MAX_TAPS}",
            ",".join(map(str, self.taps)),
        )
        _require(self.window is None or self.window >= 1, "window", "at least 1", self.window)
        _one_of("dtype", self.dtype, EPSILON)
        _one_of("rope_dtype", self.rope_dtype or "f32", {"f32", self.dtype})
        _one_of("norm", self.norm, ("clamp", "rsqrt"))
        _one_of("temperature", self.temperature, ("linear", "exp"))
        _one_of("rope", self.rope, ("half", "interleaved"))
        _require(0 <= self.norm_eps < math.inf, "eps", "finite and not negative", self.eps)
        _require(
            self.scale is None or math.isfinite(self.scale), "scale", "a finite number", self.scale
        )
        _require(
            not (self.packed and self.batched_rope),
            "batched_rope",
            "off for a packed batch (cos and sin are indexed by the position in the sequence)",
            "on",
        )

    @property
    def channels(self) -> int:
        """Channels C of the convolutions: all query heads, then all key heads."""
        return (self.q_heads + self.kv_heads) * self.head_dim

    @property
    def norm_eps(self) -> float:
        """eps of the norm: as given, or the one of the implementations of that mode.

        `clamp` (HF transformers): machine epsilon of the element type. `rsqrt` (vLLM,
        SGLang): 1e-12.
        """
        if self.eps is not None:
            return self.eps
        return EPSILON[self.dtype] if self.norm == "clamp" else 1e-12

    @property
    def softmax_scale(self) -> float:
        """Factor on q·k: as given, or head_dim ** -0.5."""
        return self.head_dim**-0.5 if self.scale is None else self.scale

    @property
    def rope_element(self) -> str:
        """Element type of cos and sin."""
        return self.rope_dtype or self.dtype


def _require(holds: bool, name: str, expected: str, value) -> None:
    if not holds:
        raise ConfigError(f"expects {name} to be {expected}, but got {value}")


def _one_of(name: str, value: str, choices) -> None:
    _require(value in choices, name, "one of " + ", ".join(sorted(choices)), value)


_ZAYA1_8B = CCAConfig(hidden=2048, q_heads=8, kv_heads=2, head_dim=128, rotary=64)

CONFIGS = {
    # Zyphra/ZAYA1-8B: `ZayaConfig` of HF transformers with its defaults.
    "zaya1-8b": _ZAYA1_8B,
    "zaya1-74b": replace(_ZAYA1_8B, hidden=4096, q_heads=16),
    # arXiv 2510.04476: q, k and v compressed by 4 (2048 -> 512), no shared heads, key
    # temperature as an exponential. The other modes are those of ZAYA1.
    "paper-cca-4x": replace(_ZAYA1_8B, q_heads=4, kv_heads=4, temperature="exp"),
}
