#!/usr/bin/env python3
"""Flash attention forward on one Hopper GPU: this project's kernels and their peers.

All in one process: cuDNN and FlashAttention-2 through PyTorch, a Triton kernel, this
project's kernels from the folder that scripts/pack_device.py makes, and with --peer an
external one. Each is checked against fp64 on some rows, then all are timed in turn.

Exit status 0 if all results were right and this project's kernels ran; 1 otherwise.
"""

import argparse
import random
import sys
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "python"))

import attention_cases
import report
from attention_cases import DEFAULT_FORMS, FORMS, Shape
from cca.cli import ArgumentParser

# Queries whose result is compared with fp64, beside the first and the last.
ROWS = 62


def parse(argv: list[str] | None) -> argparse.Namespace:
    summary, _, details = __doc__.partition("\n\n")
    cli = ArgumentParser(
        description=summary,
        epilog=details,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    cli.add_argument("--set", choices=attention_cases.SETS, default="yardstick")
    cli.add_argument("--kernels", type=Path, default=ROOT / ".device", help="default: .device")
    cli.add_argument("--peer", type=Path, metavar="DIR", help="folder of attention_yardstick.py")
    cli.add_argument(
        "--forms", default=",".join(DEFAULT_FORMS), metavar="F,F", help=f"of {', '.join(FORMS)}"
    )
    cli.add_argument("--without", default="", metavar="K,K", help="kernels to leave out, e.g. fa2")
    cli.add_argument(
        "--shapes", default="", metavar="TEXT", help="only those with TEXT in the name"
    )
    cli.add_argument("--rounds", type=int, default=5, metavar="N", help="default: 5")
    cli.add_argument(
        "--budget-ms", type=float, default=50, metavar="X", help="per kernel and round; default: 50"
    )
    cli.add_argument("--seed", type=int, metavar="N", help="of the inputs; default: a fresh one")
    cli.add_argument("--json", type=Path, metavar="FILE", help="default: in benchmarks/results")
    cli.add_argument("--plot", type=Path, metavar="FILE", help="TFLOP/s over S, .png or .svg")
    arguments = cli.parse_args(argv)
    arguments.forms = [form for form in arguments.forms.split(",") if form]
    for form in arguments.forms:
        if form not in FORMS:
            cli.error(f"expects --forms of {', '.join(FORMS)}, but got {form}")
    arguments.without = [name for name in arguments.without.split(",") if name]
    for name in arguments.without:
        if name not in attention_cases.KERNELS:
            known = ", ".join(attention_cases.KERNELS)
            cli.error(f"expects --without of {known}, but got {name}")
    if not arguments.budget_ms > 0:
        cli.error(f"expects --budget-ms to be above 0, but got {arguments.budget_ms:g}")
    if arguments.rounds < 1:
        cli.error(f"expects --rounds to be at least 1, but got {arguments.rounds}")
    if arguments.peer and not (arguments.peer / "attention_yardstick.py").is_file():
        cli.error(f"expects attention_yardstick.py in {arguments.peer}, but there is none")
    if arguments.seed is None:
        arguments.seed = random.SystemRandom().randrange(2**31)
    if arguments.json is None:
        name = f"attention-{arguments.set}.json"
        arguments.json = ROOT / "benchmarks" / "results" / name
    arguments.chosen = [
        shape for shape in attention_cases.shapes(arguments.set) if arguments.shapes in shape.name
    ]
    if not arguments.chosen:
        cli.error(f"expects --shapes to be in a name such as '{_example(arguments.set)}'")
    return arguments


def _example(name: str) -> str:
    return attention_cases.shapes(name)[0].name


def error_on_rows(kernel, inputs, chance: random.Random) -> float:
    """The relative error to fp64 on some rows; inf if anything at all is not finite."""
    import torch

    from cca.torch_reference import attention_rows, relative_error

    kernel.launch()
    out = kernel.result()
    if not bool(torch.isfinite(out).all()):
        return float("inf")
    tokens = inputs.shape.tokens
    rows = sorted({0, tokens - 1, *(chance.randrange(tokens) for _ in range(ROWS))})
    config = inputs.shape.variant("online").config
    exact = attention_rows(kernel.query, inputs.key, inputs.value, config, rows, scale=kernel.scale)
    return relative_error(out[:, rows], exact)


def limit(shape: Shape) -> float:
    """Errors above it are those of wrong kernels; see `cca.accuracy.limits`."""
    from cca.accuracy import limits

    return limits("flash", {}, shape.variant("online").config)[0]


def run_shape(shape: Shape, arguments: argparse.Namespace, clock, device: str) -> dict:
    """Builds, checks and times every kernel on one set of inputs; a row of the report."""
    import torch

    import attention_kernels as kernels
    from timing import interleaved

    generator = torch.Generator(device).manual_seed(arguments.seed)
    inputs = kernels.Inputs(shape, generator)
    places = kernels.Places(arguments.kernels, arguments.peer)
    left_out = {*arguments.without, *(form for form in FORMS if form not in arguments.forms)}
    results, missing, broken, launches = {}, {}, {}, {}
    for name, build in kernels.CATALOGUE.items():
        if name in left_out:
            continue
        try:
            kernel = build(inputs, places)
            error = error_on_rows(kernel, inputs, random.Random(arguments.seed))
        except kernels.UnavailableError as reason:
            missing[name] = str(reason)
            continue
        except Exception as problem:  # whatever keeps one kernel from running, the others go on
            broken[name] = f"{type(problem).__name__}: {problem}".splitlines()[0]
            continue
        results[name] = {"error": error}
        if error <= limit(shape):
            launches[name] = kernel.launch
    times = interleaved(launches, clock, arguments.rounds, arguments.budget_ms)
    for name, timing in times.items():
        results[name] |= {
            "ms": timing.median,
            "ms_low": timing.low,
            "ms_high": timing.high,
            "tflops": shape.flops / timing.median / 1e9,
        }
    report.ratios(results)
    found = {"kernels": results, "missing": missing, "broken": broken}
    return {"name": shape.name, **asdict(shape), **found}


def main(argv: list[str] | None = None, clock=None, device: str = "cuda") -> int:
    arguments = parse(argv)
    if clock is None:
        import torch

        from timing import CudaClock

        if not torch.cuda.is_available():
            print("attention.py: error: expects a CUDA device, but got none", file=sys.stderr)
            return 1
        clock = CudaClock()
    rows = []
    for count, shape in enumerate(arguments.chosen, start=1):
        print(f"[{count}/{len(arguments.chosen)}] {shape.name}", file=sys.stderr, flush=True)
        rows.append(run_shape(shape, arguments, clock, device))
        report.write_json(arguments.json, rows, arguments)

    if arguments.plot:
        report.plot(arguments.plot, rows)
    title = "TFLOP/s ×cuDNN ×peer; 4·B·Hq·S²·D operations, half of them if causal"
    report.print_table(rows, title)
    report.print_notes(rows)
    print(f"seed {arguments.seed}; all numbers in {arguments.json}")
    return status(rows)


def status(rows: list[dict]) -> int:
    """0 if no result was wrong and this project's kernels ran wherever they are packed."""
    ran = any(form in row["kernels"] for row in rows for form in FORMS)
    broken = any(form in row["broken"] for row in rows for form in FORMS)
    wrong = any("ms" not in kernel for row in rows for kernel in row["kernels"].values())
    if not ran:
        print("attention.py: error: no kernel of this project ran", file=sys.stderr)
    return 0 if ran and not wrong and not broken else 1


if __name__ == "__main__":
    sys.exit(main())
