"""A kernel at level 0, and the arguments of its function before and after a run.

usage: kernel_to_mutate.py {window,auto,packed,sum,own,fused} DIRECTORY

Writes module.mlir, and for each argument in.N.npy and out.N.npy: operands stay as they are,
results become what NumPy computes in float64. Shapes are such that every loop of the kernel
runs, and that blocks of a persistent grid have several tiles.
"""

import pathlib
import sys

import numpy as np

from cca import reference
from cca.attention_variants import attention_variant
from cca.config import Schedule
from cca.fused_variants import FusedSchedule, FusedVariant
from cca.mix_variants import MixVariant
from cca.operands import operands, results
from cca.projection_variants import GemmSchedule, ProjectionVariant
from cca.sample import sample_operands
from cca.storage import encode, rounded

ONLINE, AUTO = Schedule(128, 112, 2, 2, "online"), Schedule(128, 128, 2, 2, "auto")

# The variant, its tokens, and the lengths of the sequences of a packed batch. Three loops over
# keys: masked, not masked, masked. Two forms of softmax, chosen by the number of keys (from
# 2048). Tiles without queries.
KERNELS = {
    "window": (attention_variant(128, 2, 1, window=300, schedule=ONLINE), 500, None),
    "auto": (attention_variant(64, 1, 1, normalized=True, schedule=AUTO), 2050, None),
    "packed": (
        attention_variant(128, 2, 1, packed=True, lse=True, schedule=ONLINE),
        440,
        (0, 309, 1, 130, 0),
    ),
}

# More products than stages, and more tiles than two multiprocessors have blocks.
SUMS = {
    "sum": ProjectionVariant(64, 320, schedule=GemmSchedule(128, 64, 64, 3, 2)),
    # Tiles of 64 tokens, one for each consumer.
    "own": ProjectionVariant(64, 320, schedule=GemmSchedule(64, 64, 64, 3, 2, cooperative=False)),
}
SUM_TOKENS = 640


# Two query heads, more steps than stages, more tiles than two multiprocessors have blocks.
FUSED = FusedVariant(MixVariant(64, 2, 1, taps=2, rotary=0), 192, schedule=FusedSchedule(2, 2))
FUSED_TOKENS = 260


def save(folder, number, before, after):
    """An argument, before and after the run."""
    np.save(folder / f"in.{number}.npy", before)
    np.save(folder / f"out.{number}.npy", after)


def write_sum(folder, variant):
    chance = np.random.default_rng(1)
    x, w = (
        rounded(chance.standard_normal(shape), variant.dtype)
        for shape in ((1, SUM_TOKENS, variant.inputs), (variant.outputs, variant.inputs))
    )
    (folder / "module.mlir").write_text(variant.text(), encoding="utf-8")
    for number, values in enumerate((x, w)):
        save(folder, number, encode(values, variant.dtype), encode(values, variant.dtype))
    out = x @ w.T
    save(folder, 2, encode(np.full_like(out, np.nan), variant.dtype), out)


def write_fused(folder):
    (folder / "module.mlir").write_text(FUSED.text(), encoding="utf-8")
    given = FUSED.sample(1, FUSED_TOKENS)
    inputs = FUSED.operands()
    for number, tensor in enumerate(inputs):
        values = encode(given[tensor.name], tensor.element)
        save(folder, number, values, values)
    outputs = zip(FUSED.results(), FUSED.expected(given), strict=True)
    for number, (tensor, values) in enumerate(outputs, len(inputs)):
        save(folder, number, encode(np.full_like(values, np.nan), tensor.element), values)


def main():
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    if sys.argv[1] in SUMS:
        write_sum(folder, SUMS[sys.argv[1]])
        return
    if sys.argv[1] == "fused":
        write_fused(folder)
        return
    variant, tokens, seqlens = KERNELS[sys.argv[1]]
    config = variant.config
    given = sample_operands(config, "flash", 1, tokens, seqlens=seqlens)
    if config.normalized:
        # Small enough for the bounded form.
        given["key"] = rounded(given["key"] / given["temperature"][:, None], config.dtype)
        given["temperature"] = np.ones(config.kv_heads)
    (folder / "module.mlir").write_text(variant.text(), encoding="utf-8")
    inputs = [(given[t.name], t.element) for t in operands(config, "flash")]
    qkv = (given["query"], given["key"], given["value"])
    made = reference.flash_attention(*qkv, config, given.get("cu_seqlens"))
    outputs = zip(made, results(config, "flash", lse=variant.lse), strict=False)
    for number, (values, element) in enumerate(inputs):
        save(folder, number, encode(values, element), encode(values, element))
    for number, (values, tensor) in enumerate(outputs, len(inputs)):
        save(folder, number, encode(np.full_like(values, np.nan), tensor.element), values)


if __name__ == "__main__":
    main()
