"""The blocks and inputs that the tests of the whole block on a GPU go through."""

import itertools
import random
from dataclasses import dataclass

from cca.config import CCAConfig
from pairwise import pairwise

TOKENS = (1, 2, 3, 63, 64, 129, 500, 1025, 4097)
TEMPERATURES = (0.3, 1.0, 2.0, 5.0)

# Inputs for a block, beyond those that meet every length.
INPUTS = 4

ZAYA = CCAConfig(hidden=2048, q_heads=8, kv_heads=2, head_dim=128, rotary=64)

# Any two values of two axes meet. Two windows per switch: causal and not. Padding of each
# stage is no mode of the kernels, which have one convolution.
AXES = {
    "heads": [(8, 2), (4, 4), (4, 1), (8, 1), (2, 2)],
    "head_dim": [128, 64],
    "hidden": [2048, 512, 192],
    "rotary": ["half", "all", "none"],
    "taps": [(2, 2), (1, 1), (4, 4), (3, 2), (1, 4), (2, 1)],
    "mask": ["causal", "full", "window", "full_window"],
    "packed": [False, True],
    "bias": [False, True],
    "norm": ["clamp", "rsqrt"],
    "temperature": ["linear", "exp"],
    "rope": ["half", "interleaved"],
    "dtype": ["bf16", "f16"],
    "rope_dtype": [None, "f32"],
    "batched_rope": [False, True],
    "output_projection": [True, True, False],
    "scale": [None, None, 0.11],
}


@dataclass(frozen=True)
class BlockCase:
    """A block on inputs of a kind; numbers are drawn when it runs."""

    config: CCAConfig
    batch: int
    tokens: int
    temperature: float = 1.0
    op: str = "attention"

    @property
    def name(self) -> str:
        c = self.config
        parts = [self.op, f"b{self.batch}", f"s{self.tokens}", f"t{self.temperature}"]
        parts += [f"e{c.hidden}", f"h{c.q_heads}x{c.kv_heads}", f"d{c.head_dim}", f"r{c.rotary}"]
        parts += [f"taps{c.taps[0]}{c.taps[1]}", c.dtype, c.norm, c.temperature, c.rope]
        parts += ["causal" if c.causal else "full"]
        parts += [f"w{c.window}"] if c.window else []
        switches = ("packed", "bias", "batched_rope")
        parts += [switch for switch in switches if getattr(c, switch)]
        parts += [f"rope-{c.rope_dtype}"] if c.rope_dtype else []
        parts += [] if c.output_projection else ["no-projection"]
        parts += [f"scale{c.scale}"] if c.scale else []
        return "-".join(parts)

    def cu_seqlens(self) -> list[int] | None:
        """Boundaries of a packed batch: sequences of 0 and 1 tokens at both ends and between."""
        if not self.config.packed:
            return None
        chance = random.Random(self.name)
        cuts = sorted(chance.randint(0, self.tokens) for _ in range(min(self.tokens, 5)))
        one_token = [cuts[0], min(cuts[0] + 1, self.tokens)]
        return sorted([0, 0, *cuts, cuts[-1], *one_token, self.tokens, self.tokens])


def configs() -> list[CCAConfig]:
    """Every block that the tests compile, ZAYA1's first."""
    return list(dict.fromkeys([ZAYA, *(_config(**case) for case in pairwise(AXES))]))


def cases() -> list[BlockCase]:
    """ZAYA1's block at every length, the others on a few inputs each, all pairs of inputs."""
    inputs = pairwise(
        {"tokens": list(TOKENS), "batch": [1, 2, 3], "temperature": list(TEMPERATURES)}
    )
    random.Random(0).shuffle(inputs)
    supply = itertools.cycle(inputs)
    chosen = [BlockCase(ZAYA, batch, n) for n in TOKENS for batch in (1, 3)]
    chosen += [_case(c, **next(supply)) for c in configs()[1:] for _ in range(INPUTS)]
    # What callers with caches and attention of their own use.
    for op in ("prefill", "prologue"):
        chosen += [BlockCase(ZAYA, 2, 300, op=op)]
        chosen += [_case(c, **next(supply), op=op) for c in configs()[1::5]]
    return list(dict.fromkeys(chosen))


def _case(config: CCAConfig, batch: int, tokens: int, **more) -> BlockCase:
    return BlockCase(config, 1 if config.packed else batch, tokens, **more)


def _config(heads, head_dim, rotary, mask, packed, batched_rope, **modes) -> CCAConfig:
    return CCAConfig(
        q_heads=heads[0],
        kv_heads=heads[1],
        head_dim=head_dim,
        rotary={"half": head_dim // 2, "all": head_dim, "none": 0}[rotary],
        causal=not mask.startswith("full"),
        window={"window": 100, "full_window": 65}.get(mask),
        packed=packed,
        batched_rope=batched_rope and not packed,
        **modes,
    )
