#!/usr/bin/env python3
"""Projections on one Hopper GPU: this project's kernels, by schedule, and cuBLAS.

All in one process: cuBLAS through PyTorch, and this project's kernels from the folder that
scripts/pack_device.py makes (set gemm). Each is checked against fp64 on some rows, then all
are timed in turn.

Exit status 0 if all results were right and this project's kernels ran; 1 otherwise.
"""

import argparse
import random
import sys
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "python"))

import gemm_cases
import report
from cca.cli import ArgumentParser
from gemm_cases import Shape

CUBLAS = "cublas"
# The compiler's own choice of a schedule, for the tokens or any; others go by their name.
OURS, OURS_ANY = "ours", "ours-any-m"
# Rows whose result is compared with fp64, beside the first and the last.
ROWS = 62


def parse(argv: list[str] | None) -> argparse.Namespace:
    summary, _, details = __doc__.partition("\n\n")
    cli = ArgumentParser(
        description=summary,
        epilog=details,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    cli.add_argument("--kernels", type=Path, default=ROOT / ".device", help="default: .device")
    cli.add_argument(
        "--shapes", default="", metavar="TEXT", help="only those with TEXT in the name"
    )
    cli.add_argument(
        "--schedules", default="", metavar="TEXT", help="only those with TEXT in the name"
    )
    cli.add_argument("--rounds", type=int, default=5, metavar="N", help="default: 5")
    cli.add_argument(
        "--budget-ms", type=float, default=50, metavar="X", help="per kernel and round; default: 50"
    )
    cli.add_argument("--seed", type=int, metavar="N", help="of the inputs; default: a fresh one")
    cli.add_argument("--json", type=Path, metavar="FILE", help="default: in benchmarks/results")
    arguments = cli.parse_args(argv)
    if not arguments.budget_ms > 0:
        cli.error(f"expects --budget-ms to be above 0, but got {arguments.budget_ms:g}")
    if arguments.rounds < 1:
        cli.error(f"expects --rounds to be at least 1, but got {arguments.rounds}")
    if arguments.seed is None:
        arguments.seed = random.SystemRandom().randrange(2**31)
    if arguments.json is None:
        arguments.json = ROOT / "benchmarks" / "results" / "gemm.json"
    arguments.chosen = [shape for shape in gemm_cases.SHAPES if arguments.shapes in shape.name]
    if not arguments.chosen:
        cli.error(f"expects --shapes to be in a name such as '{gemm_cases.SHAPES[0].name}'")
    return arguments


def launches(shape: Shape, arguments: argparse.Namespace, x, w) -> tuple[dict, dict]:
    """Launches with their outputs by name, and why some are missing."""
    import torch

    from cca.device import CompiledFunction

    found, missing = {}, {}
    out = torch.full((shape.tokens, shape.outputs), float("nan"), dtype=x.dtype, device=x.device)
    found[CUBLAS] = (lambda: torch.matmul(x, w.T, out=out), out)
    for variant in shape.variants():
        name = variant.schedule.name if variant.schedule else OURS if variant.tokens else OURS_ANY
        if variant.schedule and arguments.schedules not in name:
            continue
        path = arguments.kernels / f"{variant.name}.so"
        if not path.is_file():
            missing[name] = f"{path.name} is not packed"
            continue
        function = CompiledFunction(path, variant.entry, variant.parameters())
        result = torch.full((1, *out.shape), float("nan"), dtype=x.dtype, device=x.device)
        found[name] = (function.bind(x[None], w, result), result[0])
    return found, missing


def error_on_rows(launch, out, x, w, rows: list[int]) -> float:
    """The relative error to fp64 on some rows; inf if anything at all is not finite."""
    import torch

    from cca.torch_reference import relative_error

    launch()
    if not bool(torch.isfinite(out).all()):
        return float("inf")
    return relative_error(out[rows], x[rows].double() @ w.double().T)


def run_shape(shape: Shape, arguments: argparse.Namespace, clock, device: str) -> dict:
    """Builds, checks and times every kernel on one set of inputs; a row of the report."""
    import torch

    from timing import interleaved

    generator = torch.Generator(device).manual_seed(arguments.seed)
    sizes = ((shape.tokens, shape.inputs), (shape.outputs, shape.inputs))
    x, w = (
        torch.randn(size, generator=generator, device=device).to(torch.bfloat16) for size in sizes
    )
    chance = random.Random(arguments.seed)
    rows = sorted({0, shape.tokens - 1, *(chance.randrange(shape.tokens) for _ in range(ROWS))})
    candidates, missing = launches(shape, arguments, x, w)
    results, broken, right = {}, {}, {}
    for name, (launch, out) in candidates.items():
        try:
            error = error_on_rows(launch, out, x, w, rows)
        except Exception as problem:  # whatever keeps one kernel from running, the others go on
            broken[name] = f"{type(problem).__name__}: {problem}".splitlines()[0]
            continue
        results[name] = {"error": error}
        # One rounding to bf16; sums of f32 add little to it.
        if error <= 2.0**-8:
            right[name] = launch
    for name, timing in interleaved(right, clock, arguments.rounds, arguments.budget_ms).items():
        results[name] |= {
            "ms": timing.median,
            "ms_low": timing.low,
            "ms_high": timing.high,
            "tflops": shape.flops / timing.median / 1e9,
        }
    report.ratios(results, CUBLAS)
    found = {"kernels": results, "missing": missing, "broken": broken}
    return {"name": shape.name, **asdict(shape), **found}


def main(argv: list[str] | None = None, clock=None, device: str = "cuda") -> int:
    arguments = parse(argv)
    if clock is None:
        import torch

        from timing import CudaClock

        if not torch.cuda.is_available():
            print("gemm.py: error: expects a CUDA device, but got none", file=sys.stderr)
            return 1
        clock = CudaClock()
    rows = []
    for count, shape in enumerate(arguments.chosen, start=1):
        print(f"[{count}/{len(arguments.chosen)}] {shape.name}", file=sys.stderr, flush=True)
        rows.append(run_shape(shape, arguments, clock, device))
        report.write_json(arguments.json, rows, arguments)
    for row in rows:
        report.print_table([row], "TFLOP/s ×cuBLAS; 2·M·N·K operations")
    report.print_notes(rows)
    print(f"seed {arguments.seed}; all numbers in {arguments.json}")
    return status(rows)


def status(rows: list[dict]) -> int:
    """0 if no result was wrong and this project's kernels ran wherever they are packed."""
    ran = any(name != CUBLAS for row in rows for name in row["kernels"])
    broken = any(row["broken"] for row in rows)
    wrong = any("ms" not in kernel for row in rows for kernel in row["kernels"].values())
    if not ran:
        print("gemm.py: error: no kernel of this project ran", file=sys.stderr)
    return 0 if ran and not wrong and not broken else 1


if __name__ == "__main__":
    sys.exit(main())
