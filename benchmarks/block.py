#!/usr/bin/env python3
"""The attention block forward on one Hopper GPU, hidden states in and out, and its peers.

All in one process: `ZayaAttention` of HF transformers, eager and through torch.compile, and
multi-head, grouped-query and latent attention of the same hidden size through torch.compile,
all with cuDNN's attention; and this project's block, compiled here by libcca. Blocks whose
result is known are checked against fp64 on some rows, then all are timed in turn: in CUDA
graphs, or launched one by one. With --parts our kernels are timed beside bare cuBLAS
products and cuDNN's attention; with --fused also our blocks whose projections and
convolutions are one kernel.

Exit status 0 if no result was wrong and this project's block ran; 1 otherwise.
"""

import argparse
import random
import statistics
import sys
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "python"))

import block_cases
import block_plots
import report
from block_cases import FUSED, KERNELS, MODES, OURS, PARTS, Shape
from cca.cli import ArgumentParser

# Errors above it are those of wrong kernels: HF's own in bf16 is about 0.007.
LIMIT = 0.02


def parse(argv: list[str] | None) -> argparse.Namespace:
    summary, _, details = __doc__.partition("\n\n")
    cli = ArgumentParser(
        description=summary,
        epilog=details,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    cli.add_argument("--set", choices=block_cases.SETS, default="yardstick")
    cli.add_argument("--mode", choices=MODES, default="graph", help="default: graph")
    cli.add_argument("--parts", action="store_true", help="also our kernels one by one")
    cli.add_argument("--fused", action="store_true", help="also ours with a prologue of one kernel")
    cli.add_argument("--without", default="", metavar="K,K", help=f"of {', '.join(KERNELS)}")
    cli.add_argument(
        "--shapes", default="", metavar="TEXT", help="only those with TEXT in the name"
    )
    cli.add_argument("--rounds", type=int, default=5, metavar="N", help="default: 5")
    cli.add_argument(
        "--budget-ms", type=float, default=50, metavar="X", help="per kernel and round; default: 50"
    )
    cli.add_argument("--seed", type=int, metavar="N", help="of the inputs; default: a fresh one")
    cli.add_argument("--json", type=Path, metavar="FILE", help="default: in benchmarks/results")
    cli.add_argument("--plot", type=Path, metavar="FILE", help="latency over S, .png or .svg")
    cli.add_argument("--roofline", type=Path, metavar="FILE", help="TFLOP/s over intensity")
    arguments = cli.parse_args(argv)
    arguments.without = [name for name in arguments.without.split(",") if name]
    if not arguments.fused:
        arguments.without.append(FUSED)
    every = dict.fromkeys([*KERNELS, *(name for part in PARTS.values() for name in part)])
    for name in arguments.without:
        if name not in every:
            cli.error(f"expects --without of {', '.join(every)}, but got {name}")
    if not arguments.budget_ms > 0:
        cli.error(f"expects --budget-ms to be above 0, but got {arguments.budget_ms:g}")
    if arguments.rounds < 1:
        cli.error(f"expects --rounds to be at least 1, but got {arguments.rounds}")
    if arguments.seed is None:
        arguments.seed = random.SystemRandom().randrange(2**31)
    if arguments.json is None:
        name = f"block-{arguments.set}-{arguments.mode}.json"
        arguments.json = ROOT / "benchmarks" / "results" / name
    arguments.chosen = [
        shape for shape in block_cases.shapes(arguments.set) if arguments.shapes in shape.name
    ]
    if not arguments.chosen:
        example = block_cases.shapes(arguments.set)[0].name
        cli.error(f"expects --shapes to be in a name such as '{example}'")
    return arguments


def build_all(catalogue: dict, inputs, prepare) -> tuple[dict, dict, dict, dict]:
    """Builds and checks; results, reasons why some are missing or broken, and launches."""
    import block_kernels

    results, missing, broken, launches = {}, {}, {}, {}
    for name, build in catalogue.items():
        try:
            kernel = build(inputs)
            error = inputs.error(kernel)
            if error is None or error <= LIMIT:
                launches[name] = prepare(kernel.launch)
        except block_kernels.UnavailableError as reason:
            missing[name] = str(reason)
            continue
        except Exception as problem:  # whatever keeps one kernel from running, the others go on
            broken[name] = f"{type(problem).__name__}: {problem}".splitlines()[0]
            continue
        results[name] = {"error": error}
    return results, missing, broken, launches


def ratios(kernels: dict[str, dict]) -> None:
    """Adds to each how many times as fast ours is."""
    for name, kernel in kernels.items():
        if OURS in kernels and name != OURS and "ms" in kernel and "ms" in kernels[OURS]:
            kernel["ours_speedup"] = kernel["ms"] / kernels[OURS]["ms"]


def cell(kernel: dict | None) -> str:
    """Milliseconds, then how many times as fast ours is: `1.770 ×1.75`."""
    if kernel is None:
        return "-"
    if "ms" not in kernel:
        return f"WRONG {kernel['error']:.1e}"
    factor = f" ×{kernel['ours_speedup']:.2f}" if "ours_speedup" in kernel else ""
    return f"{kernel['ms']:.4f}{factor}"


def run_shape(shape: Shape, arguments: argparse.Namespace, machine, clock) -> list[dict]:
    """Rows of the report: the blocks, then, if asked for, each part."""
    import torch

    import block_kernels
    from timing import interleaved

    rows = []
    catalogues = {"": block_kernels.CATALOGUE}
    if arguments.parts:
        catalogues |= block_kernels.PARTS
    for part, catalogue in catalogues.items():
        generator = torch.Generator(machine.device).manual_seed(arguments.seed)
        inputs = block_kernels.Inputs(shape, generator)
        chosen = {name: x for name, x in catalogue.items() if name not in arguments.without}
        prepare = machine.capture if arguments.mode == "graph" else machine.plain
        results, missing, broken, launches = build_all(chosen, inputs, prepare)
        flops = shape.part_flops(part) if part else shape.flops
        for name, timing in interleaved(
            launches, clock, arguments.rounds, arguments.budget_ms
        ).items():
            results[name] |= {"ms": timing.median, "ms_low": timing.low, "ms_high": timing.high}
            if name not in block_cases.OTHER_WORK:
                results[name]["tflops"] = flops / timing.median / 1e9
        ratios(results)
        found = {"kernels": results, "missing": missing, "broken": broken}
        sizes = {"part": part, "flops": flops, "bytes": shape.bytes}
        name = f"{shape.name} {part}".rstrip()
        rows.append({"name": name, **asdict(shape), **sizes, **found})
        machine.release()
    return rows


class Machine:
    """What the benchmark asks of a GPU."""

    device = "cuda"

    def __init__(self):
        import torch

        self._torch = torch
        # Peers use cuDNN's attention, or none.
        torch.backends.cuda.enable_flash_sdp(False)
        torch.backends.cuda.enable_mem_efficient_sdp(False)
        torch.backends.cuda.enable_math_sdp(False)
        torch.backends.cuda.enable_cudnn_sdp(True)

    def plain(self, launch):
        """The launch as it is."""
        return launch

    def capture(self, launch):
        """A replay of the launch in a CUDA graph."""
        torch = self._torch
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                launch()
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            launch()

        # A graph knows addresses; what lies there belongs to the launch.
        def replay(_keep=launch) -> None:
            graph.replay()

        return replay

    def roof(self, clock) -> block_plots.Roof:
        """What copies of 1 GiB and cuBLAS products of 8192³ reach, the medians of 20."""
        torch = self._torch
        source = torch.empty(2**30, dtype=torch.int8, device=self.device)
        target = torch.empty_like(source)
        size = 8192
        a, b = (torch.randn(size, size, device=self.device).to(torch.bfloat16) for _ in range(2))
        out = torch.empty_like(a)

        def per_second(work: float, launch) -> float:
            return work / (statistics.median(clock.measure(launch, 20)) * 1e-3)

        return block_plots.Roof(
            torch.cuda.get_device_name(),
            per_second(2 * source.nbytes, lambda: target.copy_(source)),
            per_second(2 * size**3, lambda: torch.matmul(a, b, out=out)),
        )

    def release(self) -> None:
        """Gives memory of the last row back."""
        import gc

        self._torch._dynamo.reset()
        gc.collect()
        self._torch.cuda.empty_cache()


def main(argv: list[str] | None = None, clock=None, machine=None) -> int:
    arguments = parse(argv)
    if machine is None:
        import torch

        from timing import CudaClock

        if not torch.cuda.is_available():
            print("block.py: error: expects a CUDA device, but got none", file=sys.stderr)
            return 1
        machine, clock = Machine(), CudaClock()
    rows = []
    for count, shape in enumerate(arguments.chosen, start=1):
        print(f"[{count}/{len(arguments.chosen)}] {shape.name}", file=sys.stderr, flush=True)
        rows += run_shape(shape, arguments, machine, clock)
        report.write_json(arguments.json, rows, arguments)

    blocks = [row for row in rows if not row["part"]]
    if arguments.plot:
        block_plots.latency(arguments.plot, blocks)
    if arguments.roofline:
        block_plots.roofline(arguments.roofline, blocks, machine.roof(clock))
    report.print_table(blocks, f"ms ×ours, forward, {arguments.mode}", cell)
    for part in PARTS if arguments.parts else ():
        report.print_table([row for row in rows if row["part"] == part], f"{part}, ms ×ours", cell)
    report.print_notes(rows)
    print(f"seed {arguments.seed}; all numbers in {arguments.json}")
    return status(blocks)


def status(rows: list[dict]) -> int:
    """0 if no result was wrong and this project's block ran."""
    ran = any("ms" in row["kernels"].get(OURS, {}) for row in rows)
    broken = any(OURS in row["broken"] for row in rows)
    wrong = any("ms" not in kernel for row in rows for kernel in row["kernels"].values())
    if not ran:
        print("block.py: error: no block of this project ran", file=sys.stderr)
    return 0 if ran and not wrong and not broken else 1


if __name__ == "__main__":
    sys.exit(main())
