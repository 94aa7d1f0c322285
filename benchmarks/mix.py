#!/usr/bin/env python3
"""The kernel of `cca.mix` on one Hopper GPU: error to fp64 and time, by schedule and length.

Kernels come from the folder that `scripts/pack_device.py mix` makes. Exit status 0 if
all are right, 1 otherwise.
"""

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "python"))

from cca.cli import ArgumentParser
from cca.mix_variants import MixSchedule, MixVariant

TOKENS = (1024, 2048, 4096, 16384)
SCHEDULES = (
    None,
    MixSchedule(192, 1, 3),
    MixSchedule(128, 1, 2),
    MixSchedule(64, 2, 1),
    MixSchedule(64, 1, 2, cooperative=False),
    MixSchedule(64, 1, 2, cooperative=False, staging=2),
)
# Dense ones, and depthwise ones before them: ZAYA1's, or both convolutions folded.
TAPS = ((2, 2), (3, None))
SIZES = {"ZAYA1-8B": (128, 8, 2), "CCA 4/4x128": (128, 4, 4)}
SMALL = {"CCA 8/8x64": (64, 8, 8)}


def variants() -> list[MixVariant]:
    """Each kernel once; the first of each size and taps has the schedule that is selected."""
    large = [
        MixVariant(*size, *taps, schedule=s)
        for size in SIZES.values()
        for taps in TAPS
        for s in SCHEDULES
        if taps[1] is None or s is None or s.consumers < 3
    ]
    small = [MixVariant(*size, schedule=s) for size in SMALL.values() for s in SCHEDULES[:2]]
    return large + small


def parse(argv: list[str] | None) -> argparse.Namespace:
    cli = ArgumentParser(description=__doc__.partition("\n\n")[0], allow_abbrev=False)
    cli.add_argument("--kernels", type=Path, default=ROOT / ".device", help="default: .device")
    cli.add_argument("--rounds", type=int, default=5, metavar="N", help="default: 5")
    cli.add_argument("--json", type=Path, metavar="FILE", help="also write the table there")
    return cli.parse_args(argv)


def run(variant: MixVariant, tokens: int, arguments: argparse.Namespace) -> dict:
    """Error and times of one kernel at one length."""
    import torch

    from cca import torch_mix
    from cca.device import CompiledFunction
    from cca.torch_reference import error_of, squares
    from timing import CudaClock, interleaved

    given = torch_mix.tensors(variant, variant.sample(1, tokens), "cuda")
    dtype = torch_mix.DTYPES[variant.dtype]
    results = [
        torch.full(tensor.shape, float("nan"), dtype=dtype, device="cuda")
        for tensor in variant.results(1, tokens)
    ]
    path = arguments.kernels / f"{variant.name}.so"
    function = CompiledFunction(path, variant.entry, variant.parameters())
    launch = function.bind(*given.values(), *results)
    launch()
    exact = torch_mix.mix(variant, given, in_steps=True)
    pairs = list(zip(results, exact, strict=True))
    errors = [error_of(*squares(result, wanted)) for result, wanted in pairs]
    rounding = [error_of(*squares(wanted.to(dtype), wanted)) for _, wanted in pairs]
    del exact, pairs
    cold = interleaved({"mix": launch}, CudaClock(), arguments.rounds)["mix"].median
    return {
        "kernel": variant.name,
        "tokens": tokens,
        "error": max(errors),
        "rounding": max(rounding),
        "cold_ms": cold,
        "warm_ms": warm(launch, torch),
    }


def warm(launch, torch, count: int = 100) -> float:
    """Milliseconds of a launch among many of a graph: what is in L2 stays there."""
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(count):
            launch()
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    times = []
    for _ in range(5):
        begin.record()
        graph.replay()
        end.record()
        torch.cuda.synchronize()
        times.append(begin.elapsed_time(end) / count)
    return sorted(times)[len(times) // 2]


def main(argv: list[str] | None = None) -> int:
    arguments = parse(argv)
    rows, wrong = [], 0
    print(f"{'kernel':48} {'tokens':>7} {'error':>9} {'rounding':>9} {'cold ms':>8} {'warm ms':>8}")
    for variant in variants():
        for tokens in TOKENS:
            row = run(variant, tokens, arguments)
            rows.append(row)
            right = row["error"] <= 1.05 * row["rounding"] + 2e-5
            wrong += not right
            print(
                f"{row['kernel']:48} {tokens:7} {row['error']:9.2e} {row['rounding']:9.2e} "
                f"{row['cold_ms']:8.4f} {row['warm_ms']:8.4f}{'' if right else '  wrong'}",
                flush=True,
            )
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
