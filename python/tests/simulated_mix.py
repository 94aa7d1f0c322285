"""The `cca.mix` kernels and inputs that the simulator runs, and one run of a kernel.

A kernel of `cca.fused_prologue` is run likewise.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cca.fused_variants import FusedVariant
from cca.mix_variants import MixSchedule, MixVariant
from cca.runner import call
from cca.storage import decode, encode, rounded
from harness import tool
from pairwise import pairwise

# Below, at and above a tile of 64 rows or several, and none.
TOKENS = (0, 1, 5, 64, 130, 200)
HEADS = ((4, 2), (2, 2), (3, 1))
POLICIES = (
    ("--sim-policy=eager",),
    ("--sim-policy=latest",),
    ("--sim-policy=random", "--sim-seed=1", "--sim-multiprocessors=2"),
    ("--sim-policy=random", "--sim-seed=2", "--sim-multiprocessors=40"),
)


@dataclass(frozen=True)
class Case:
    """A kernel, its input, and the order in which the simulator goes through it."""

    variant: MixVariant | FusedVariant
    batch: int
    tokens: int
    policy: tuple[str, ...] = POLICIES[0]

    @property
    def name(self) -> str:
        policy = "-".join(flag.rpartition("=")[2] for flag in self.policy[:2])
        return f"{self.variant.name}-b{self.batch}-s{self.tokens}-{policy}"

    def seqlens(self) -> tuple[int, ...] | None:
        """Of a packed batch: sequences without tokens first, last and inside, two of a token."""
        if not self.variant.packed:
            return None
        if self.tokens < 5:
            return (0, self.tokens, 0)
        first = self.tokens // 3
        return (0, first, 1, 0, 1, self.tokens - first - 2, 0)

    def operands(self) -> dict[str, np.ndarray]:
        """By name, of the variant's function."""
        return self.variant.sample(self.batch, self.tokens, seqlens=self.seqlens())


def cases() -> list[Case]:
    """Any two properties of kernel and input meet."""
    axes = {
        "batch": [1, 2, "packed"],
        "tokens": list(TOKENS),
        "policy": list(POLICIES),
        "size": [(64, 0), (64, 32), (64, 64), (128, 64)],
        "heads": list(HEADS),
        "taps": [1, 2, 3, 4, 7],
        "depthwise": [None, 1, 2],
        "norm": ["clamp", "rsqrt"],
        "temperature": ["linear", "exp"],
        "rope": ["half", "interleaved"],
        "dtype": ["bf16", "f16"],
        "rope_dtype": [None, "f32"],
        "query_factor": [1.0, 0.1275],
        "schedule": [None, (1, 1), (2, 2), (1, 3), (1, 2, 1), (1, 2, 2), (1, 3, 1)],
        "batched_rope": [False, True],
    }
    return list(dict.fromkeys(_case(**case) for case in pairwise(axes, 0)))


def _case(batch, tokens, policy, size, heads, schedule, **modes) -> Case:
    packed = batch == "packed"
    modes["batched_rope"] = modes["batched_rope"] and not packed
    if modes["taps"] == 7:
        modes["depthwise"] = None
    if schedule is not None:
        stages, consumers, *own = schedule
        if size[0] == 128:
            # What fits: more than 4 taps are loaded again for each tile, and three consumers
            # have few registers.
            few = modes["depthwise"] == 2 or modes["taps"] > 3 or modes["rope_dtype"] == "f32"
            consumers = 2 if few else consumers
            stages = 2 if modes["taps"] > 4 else 1
            own = own if stages == 1 else []
        # Staging tiles of consumers that have tiles of their own.
        rows, staging = (64, own[0]) if own else (64 * consumers, 1)
        schedule = MixSchedule(rows, stages, consumers, cooperative=not own, staging=staging)
    head_dim, rotary = size
    variant = MixVariant(head_dim, *heads, rotary=rotary, packed=packed, schedule=schedule, **modes)
    return Case(variant, 1 if packed else batch, tokens, policy)


def execute(
    case: Case, given: dict[str, np.ndarray], folder: Path, flags: tuple[str, ...]
) -> list[np.ndarray]:
    """Runs a case with `flags` of cca-run; its results as fp64 values."""
    (folder / "module.mlir").write_text(case.variant.text(), encoding="utf-8")
    command = [tool("cca-run"), str(folder / "module.mlir"), *flags]
    for tensor in case.variant.operands():
        np.save(folder / f"{tensor.name}.npy", encode(given[tensor.name], tensor.element))
        command.append(f"--input={folder / tensor.name}.npy")
    outputs = case.variant.results()
    command += [f"--output={folder / tensor.name}.npy" for tensor in outputs]
    call(command)
    return [decode(np.load(folder / f"{t.name}.npy"), t.element) for t in outputs]


def rounding_error(expected: np.ndarray, dtype: str) -> float:
    """Relative error of an exact kernel that rounds its result."""
    size = np.linalg.norm(expected)
    return 0.0 if size == 0 else np.linalg.norm(rounded(expected, dtype) - expected) / size
