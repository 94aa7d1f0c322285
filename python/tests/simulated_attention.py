"""The kernels and inputs that the simulator runs, and one run of them.

Small shapes: but for a few, at most three tiles of queries. Numbers of heads, masks, forms of
softmax and schedules are those of the kernels that run on a GPU.
"""

import itertools
import random
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cca.attention_variants import LN2, AttentionVariant, attention_variant
from cca.config import Schedule
from cca.mlir import tensor_type
from cca.operands import Tensor, operands, results
from cca.runner import call
from cca.sample import sample_operands
from cca.storage import decode, encode, rounded
from harness import tool
from pairwise import pairwise

TOKENS = (0, 1, 63, 65, 128, 129, 300)
HEADS = ((8, 2), (4, 4), (6, 3), (4, 1))
WINDOWS = (None, 1, 7, 64, 100)
SCALES = (None, LN2, -0.25, 0.0)
# What |score * scale| may reach, by key head, in turn; None: no bound is known. Kernels with
# `softmax = auto` take the bounded form below 7.5 (f16) or 24 (bf16).
BOUNDS = {"unknown": None, "small": (5.0, -3.0), "large": (60.0, 90.0), "mixed": (5.0, -60.0)}
LAYOUTS = ("contiguous", "fused", "padded")
POLICIES = (
    ("--sim-policy=eager",),
    ("--sim-policy=latest",),
    ("--sim-policy=random", "--sim-seed=1", "--sim-multiprocessors=1"),
    ("--sim-policy=random", "--sim-seed=2", "--sim-multiprocessors=3"),
)
# Sets of cases in which any two values of two axes meet.
ROUNDS = 2

PADDING = 8  # elements, 16 bytes: what TMA aligns to


@dataclass(frozen=True)
class Case:
    """A kernel, its input, and the order in which the simulator goes through it."""

    variant: AttentionVariant
    batch: int
    tokens: int
    bounds: str
    layout: str
    policy: tuple[str, ...]

    @property
    def name(self) -> str:
        policy = "-".join(flag.rpartition("=")[2] for flag in self.policy[:2])
        shape = f"b{self.batch}-s{self.tokens}"
        return f"{self.variant.name}-{shape}-{self.bounds}-{self.layout}-{policy}"

    def temperatures(self) -> np.ndarray | None:
        """Of each key head, such that |score * scale| stays within its bound."""
        if self.bounds == "unknown":
            return None
        config = self.variant.config
        bounds = np.resize(BOUNDS[self.bounds], config.kv_heads)
        return rounded(bounds / (config.head_dim * (abs(config.softmax_scale) or 1)), "f32")

    def seqlens(self) -> tuple[int, ...] | None:
        """Of a packed batch: sequences without tokens first, last and inside, one of a token."""
        if not self.variant.config.packed:
            return None
        if self.tokens < 3:
            return (0, self.tokens, 0)
        first = self.tokens // 3
        return (0, first, 0, 1, self.tokens - first - 1, 0)

    def operands(self) -> dict[str, np.ndarray]:
        """By name, of the variant's function."""
        config = self.variant.config
        plain = replace(config, normalized=False)
        made = sample_operands(plain, "flash", self.batch, self.tokens, seqlens=self.seqlens())
        temperatures = self.temperatures()
        if temperatures is not None:
            made["key"] = rounded(made["key"] * temperatures[:, None], config.dtype)
            made["temperature"] = temperatures
        return {tensor.name: made[tensor.name] for tensor in operands(config, "flash")}

    def is_online(self) -> bool:
        """Whether exponentials of all key heads are relative to the largest score so far."""
        config = self.variant.config
        # Without a schedule the compiler takes `auto` under a causal mask only.
        softmax = "auto" if config.causal else "online"
        if config.schedule is not None:
            softmax = config.schedule.softmax
        if softmax != "auto":
            return softmax == "online"
        return self.bounds in ("unknown", "large")


def cases() -> list[Case]:
    """Any two properties of kernel and input meet, and any two of a schedule."""
    inputs = {
        "batch": [1, 2, "packed"],
        "tokens": list(TOKENS),
        "bounds": list(BOUNDS),
        "layout": list(LAYOUTS),
        "policy": list(POLICIES),
        "causal": [True, False],
        "window": list(WINDOWS),
        "lse": [False, True],
        "dtype": ["bf16", "f16"],
    }
    modes = {"head_dim": [64, 128, 256], "heads": list(HEADS), "scale": list(SCALES)}
    schedules = {
        # Larger heads are where a schedule has room for them.
        "head_dim": [64, 128, 256],
        "block_kv": list(range(48, 177, 16)),
        "stages": [1, 2, 3, 4],
        "consumers": [1, 2, 3],
        "order": list(
            itertools.product(("bounded", "online", "auto"), (True, False), (True, False))
        ),
    }
    # Of a schedule: lengths with several blocks of keys.
    long = inputs | {"tokens": [129, 300]}
    chosen = [_case(**case) for seed in range(ROUNDS) for case in pairwise(inputs | modes, seed)]
    supply = pairwise(long)
    random.Random(0).shuffle(supply)
    chosen += map(_scheduled, pairwise(schedules), itertools.cycle(supply))
    chosen += [*_long(), *_wide()]
    return list(dict.fromkeys(chosen))


def _long() -> list[Case]:
    """Rows of so many keys that `softmax = auto` takes the bounded form, from 2048 on."""
    shape = {"batch": 1, "tokens": 2100, "layout": "contiguous"}
    full = {"causal": False, "schedule": Schedule(128, 128, 2, 2, "auto")}
    return [
        _case(head_dim=64, heads=(2, 2), bounds="mixed", lse=True, policy=POLICIES[0], **shape),
        _case(head_dim=128, heads=(2, 1), bounds="small", policy=POLICIES[1], **shape),
        _case(head_dim=256, heads=(1, 1), bounds="small", dtype="f16", policy=POLICIES[2], **shape),
        _case(head_dim=64, heads=(2, 2), bounds="mixed", policy=POLICIES[3], **full, **shape),
    ]


def _wide() -> list[Case]:
    """Schedules of the largest heads, for which few have room."""
    shape = {"head_dim": 256, "batch": 1, "tokens": 300, "layout": "contiguous"}
    schedules = [
        Schedule(128, 80, 1, 2, "online"),
        Schedule(128, 48, 2, 2, "bounded", overlap=False),
        Schedule(64, 64, 2, 1, "online", ping_pong=False),
    ]
    return [
        _case(bounds="small", policy=policy, schedule=schedule, **shape)
        for policy, schedule in zip(POLICIES, schedules, strict=False)
    ]


def _case(batch, tokens, bounds, layout, policy, head_dim=64, heads=(4, 2), **modes) -> Case:
    variant = attention_variant(
        head_dim, *heads, normalized=bounds != "unknown", packed=batch == "packed", **modes
    )
    return Case(variant, 1 if batch == "packed" else batch, tokens, bounds, layout, policy)


def _scheduled(kernel: dict, case: dict) -> Case:
    kernel = dict(kernel)
    head_dim = kernel.pop("head_dim")
    kernel["softmax"], kernel["overlap"], kernel["ping_pong"] = kernel.pop("order")
    # Only two consumers take turns.
    kernel["ping_pong"] = kernel["ping_pong"] and kernel["consumers"] == 2
    if kernel["consumers"] == 3:
        kernel["block_kv"] = min(kernel["block_kv"], 80)
    while head_dim > 64 and not _fits(head_dim, kernel):
        head_dim //= 2
    if kernel["softmax"] == "bounded" or (
        kernel["softmax"] == "auto" and case["bounds"] == "unknown"
    ):
        case = case | {"bounds": "small"}
    schedule = Schedule(64 * kernel["consumers"], **kernel)
    return _case(head_dim=head_dim, schedule=schedule, **case)


def _fits(head_dim: int, kernel: dict) -> bool:
    """Whether two bytes an element of queries, output and stages are in shared memory.

    And, roughly, whether output and scores are in the registers of a thread.
    """
    rows = 128 * kernel["consumers"] + 2 * kernel["stages"] * kernel["block_kv"]
    numbers = head_dim / 2 + 0.75 * kernel["block_kv"]
    registers = {1: 170, 2: 170, 3: 95}[kernel["consumers"]]
    return 2 * head_dim * rows <= 225 * 1024 and numbers <= registers


def module(case: Case) -> str:
    """The variant's module; query, key and value as views of one tensor if they are to be."""
    text = case.variant.text()
    if case.layout == "contiguous":
        return text
    tensors = operands(case.variant.config, "flash")[:3]
    fused = tensor_type(_fused(case, tensors))
    batch, head_dim = tensors[0].shape[0], tensors[0].shape[3]
    batch = "%batch" if batch is None else batch
    lines = [
        "%zero = arith.constant 0 : index",
        "%one = arith.constant 1 : index",
        f"%batch = tensor.dim %fused, %zero : {fused}",
        f"%tokens = tensor.dim %fused, %one : {fused}",
    ]
    head = 0
    column = PADDING if case.layout == "padded" else 0
    for tensor in tensors:
        text = text.replace(f"    %{tensor.name}: {tensor_type(tensor)},\n", "")
        text = text.replace(f"    %{tensor.name}: {tensor_type(tensor)})", "    )")
        heads = tensor.shape[2]
        lines.append(
            f"%{tensor.name} = tensor.extract_slice %fused[0, 0, {head}, {column}] "
            f"[{batch}, %tokens, {heads}, {head_dim}] [1, 1, 1, 1] "
            f": {fused} to {tensor_type(tensor)}"
        )
        head += heads
    begin, brace, body = text.partition(" {\n")
    begin = begin.replace("@attention(\n", f"@attention(%fused: {fused},\n", 1)
    begin = begin.replace(",\n    )", ")")
    return begin + brace + "".join(f"  {line}\n" for line in lines) + body


def _fused(case: Case, tensors: list[Tensor]) -> Tensor:
    batch, tokens, _, head_dim = tensors[0].shape
    head_dim += 2 * PADDING if case.layout == "padded" else 0
    heads = sum(tensor.shape[2] for tensor in tensors)
    return Tensor("fused", (batch, tokens, heads, head_dim), tensors[0].element)


def simulate(case: Case, given: dict[str, np.ndarray], folder: Path) -> list[np.ndarray]:
    """Runs a case; its results as fp64 values."""
    config = case.variant.config
    given = dict(given)
    elements = {tensor.name: tensor.element for tensor in operands(config, "flash")}
    if case.layout != "contiguous":
        whole = np.concatenate([given.pop(name) for name in ("query", "key", "value")], axis=2)
        # What lies between is not to be read: NaN would show.
        width = PADDING if case.layout == "padded" else 0
        padding = ((0, 0), (0, 0), (0, 0), (width, width))
        given = {"fused": np.pad(whole, padding, constant_values=np.nan), **given}
        elements["fused"] = config.dtype
    (folder / "module.mlir").write_text(module(case), encoding="utf-8")
    command = [tool("cca-run"), str(folder / "module.mlir"), "--target=sim", *case.policy]
    for name, values in given.items():
        np.save(folder / f"{name}.npy", encode(values, elements[name]))
        command.append(f"--input={folder / name}.npy")
    outputs = results(config, "flash", lse=case.variant.lse)
    command += [f"--output={folder / tensor.name}.npy" for tensor in outputs]
    call(command)
    return [decode(np.load(folder / f"{t.name}.npy"), t.element) for t in outputs]
