"""The kernels and inputs that the attention tests on a GPU go through."""

import itertools
import random
from dataclasses import dataclass

from cca.attention_variants import LN2, AttentionVariant, attention_variant
from cca.config import Schedule
from pairwise import pairwise

TOKENS = (1, 2, 63, 64, 65, 127, 129, 500, 1024, 4097, 16384)
WINDOWS = (1, 7, 64, 100, 128, 1000)
# One for all key heads but for some spread; of alternating size; of plain normal inputs.
TEMPERATURES = (0.1, 0.5, 1.0, 3.0, 6.0, 10.0, 30.0, -2.0, "mixed", None)
# For kernels without a running maximum: exponentials stay in the range of f32.
SMALL = (0.1, 0.5, 1.0, 3.0, -2.0)
INPUT_LAYOUTS = ("contiguous", "fused", "heads_first", "padded", "every_second")
OUTPUT_LAYOUTS = ("contiguous", "heads_first", "padded", "every_second")

# Inputs for a variant, beyond those that meet every length.
INPUTS = 4

# Scores of one case: 16 heads of 16384 tokens.
LARGEST = 16 * 16384**2


@dataclass(frozen=True)
class Case:
    """A variant on inputs of a kind; numbers are drawn when it runs."""

    variant: AttentionVariant
    tokens: int
    batch: int
    temperature: float | str | None
    layout: str
    out_layout: str

    @property
    def name(self) -> str:
        layouts = f"{self.layout}-to-{self.out_layout}"
        return f"{self.variant.name}-b{self.batch}-s{self.tokens}-t{self.temperature}-{layouts}"

    def temperatures(self) -> list[float] | None:
        """One per key head; None for inputs that are not normalised."""
        heads = self.variant.config.kv_heads
        if self.temperature is None:
            return None
        if self.temperature == "mixed":
            return [0.1 if head % 2 else 30.0 for head in range(heads)]
        return [self.temperature * (1 - 0.4 * head / heads) for head in range(heads)]

    def cu_seqlens(self) -> list[int] | None:
        """Boundaries of a packed batch: sequences of 0 and 1 tokens at both ends and between."""
        if not self.variant.config.packed:
            return None
        chance = random.Random(self.name)
        cuts = sorted(chance.randint(0, self.tokens) for _ in range(min(self.tokens, 5)))
        one_token = [cuts[0], min(cuts[0] + 1, self.tokens)]
        return sorted([0, 0, *cuts, cuts[-1], *one_token, self.tokens, self.tokens])


def variants() -> list[AttentionVariant]:
    """Every kernel that the tests need, each once."""
    return list(dict.fromkeys([*_core(), *_all_pairs(), *_wide_heads(), *_schedules()]))


def cases() -> list[Case]:
    """The main kernels at every length, the others on a few inputs each, all pairs of inputs."""
    inputs = pairwise(
        {
            "tokens": list(TOKENS),
            "batch": [1, 2, 3],
            "temperature": list(TEMPERATURES),
            "layout": list(INPUT_LAYOUTS),
            "out_layout": list(OUTPUT_LAYOUTS),
        }
    )
    random.Random(0).shuffle(inputs)
    core = _core()
    plain = {"batch": 1, "temperature": 1.0, "layout": "contiguous", "out_layout": "contiguous"}
    chosen = [_case(variant, tokens=n, **plain) for variant in core for n in TOKENS]
    others = [variant for variant in variants() if variant not in core]
    supply = itertools.cycle(inputs)
    chosen += [_case(v, **next(supply)) for v in others for _ in range(INPUTS)]
    # What is left of the pairs, on the main kernels.
    left = len(inputs) - INPUTS * len(others)
    chosen += [_case(v, **next(supply)) for v, _ in zip(itertools.cycle(core), range(left))]
    return list(dict.fromkeys(chosen))


def _case(variant: AttentionVariant, batch: int, tokens: int, temperature, **layouts) -> Case:
    config = variant.config
    most = max(1, LARGEST // (config.q_heads * tokens**2))
    batch = 1 if config.packed else min(batch, most)
    if config.normalized and temperature is None:
        temperature = 1.0
    return Case(variant, tokens, batch, temperature, **layouts)


def _core() -> list[AttentionVariant]:
    """ZAYA1-8B's heads, both softmax forms."""
    return [
        attention_variant(head_dim, 8, 2, causal=causal, normalized=normalized)
        for head_dim in (128, 64)
        for causal in (True, False)
        for normalized in (True, False)
    ]


def _all_pairs() -> list[AttentionVariant]:
    """Any two static properties meet, without windows and with them."""
    switches = {
        "head_dim": [64, 128],
        "causal": [True, False],
        "packed": [False, True],
        "dtype": ["bf16", "f16"],
        "lse": [False, True],
        "normalized": [False, True],
        "scale": [None, LN2],
    }
    plain = {"heads": [(8, 2), (4, 4), (8, 8), (16, 16), (6, 3), (4, 1)], "window": [None]}
    windows = {"heads": [(8, 2), (4, 4), (6, 3), (4, 1)], "window": list(WINDOWS)}
    return [_variant(**case) for axes in (plain, windows) for case in pairwise(axes | switches)]


def _variant(head_dim: int, heads: tuple[int, int], **modes) -> AttentionVariant:
    return attention_variant(head_dim, *heads, **modes)


def _wide_heads() -> list[AttentionVariant]:
    """D = 256, where a kernel has few registers left."""
    modes = [
        {"causal": True, "normalized": True},
        {"causal": True},
        {"causal": False, "normalized": True},
        {"causal": False, "dtype": "f16", "lse": True},
        {"causal": True, "window": 100, "packed": True, "lse": True},
    ]
    return [attention_variant(256, 8, 2, **mode) for mode in modes]


def _schedules() -> list[AttentionVariant]:
    """Tiles and orders that the compiler would not choose by itself."""
    causal, full = {"causal": True}, {"causal": False}
    bounded = {"normalized": True}
    packed = {"causal": True, "packed": True, "window": 100}
    modes = [
        (128, Schedule(128, 128, 2, 2, "auto", overlap=False), causal | bounded),
        (128, Schedule(128, 128, 2, 2, "auto", ping_pong=False), causal | bounded),
        (128, Schedule(128, 128, 2, 2, "online", ping_pong=False), full | bounded),
        (128, Schedule(128, 128, 1, 2, "online"), causal | {"lse": True}),
        (128, Schedule(128, 64, 4, 2, "online"), packed),
        (128, Schedule(128, 80, 2, 2, "auto"), causal | bounded),
        (128, Schedule(64, 128, 2, 1, "auto", ping_pong=False), packed | bounded),
        (64, Schedule(192, 96, 2, 3, "auto", ping_pong=False), causal | bounded),
        (64, Schedule(128, 176, 2, 2, "online"), full | {"dtype": "f16", "window": 64}),
    ]
    return [
        attention_variant(head_dim, 8, 2, schedule=schedule, **mode)
        for head_dim, schedule, mode in modes
    ]
