"""ZAYA1-8B's attention block on this machine, checked: `python3 -m cca.quickstart`.

Writes the block as one `cca.attention` op, makes random weights of the real sizes, lets
`cca-run` compile and execute it on the CPU, or as kernels in the simulator or on a Hopper
GPU, and compares the result with the NumPy evaluation in fp64. Exits with status 0 if they
agree, 1 if not or if something fails.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from cca import reference
from cca.accuracy import limits, relative_error
from cca.config import CONFIGS, EPSILON
from cca.runner import RunError, run
from cca.sample import sample_operands

NAME = "zaya1-8b"

# Of cca-run, and what they are called.
TARGETS = {"cpu": "on the CPU", "sim": "in the simulator", "gpu": "on the GPU"}


def parse(argv: list[str] | None) -> argparse.Namespace:
    """The command line."""
    cli = argparse.ArgumentParser(prog="cca.quickstart", description=__doc__.splitlines()[0])
    cli.add_argument("--target", choices=TARGETS, default="cpu", help="default: cpu")
    cli.add_argument("--bin", type=Path, default=Path("build/bin"), help="folder of cca-run")
    cli.add_argument("--seq", type=int, default=64, metavar="N", help="tokens; default: 64")
    cli.add_argument("--dtype", choices=EPSILON, default="bf16", help="default: bf16")
    cli.add_argument("--seed", type=int, default=0, metavar="N", help="of the random weights")
    cli.add_argument("--keep", type=Path, metavar="DIR", help="leave all files in this folder")
    return cli.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Runs and checks the block; returns the exit status."""
    arguments = parse(argv)
    config = replace(CONFIGS[NAME], dtype=arguments.dtype)
    print(f"ZAYA1-8B attention block, {arguments.seq} tokens, {config.dtype}")
    print(
        f"  hidden size {config.hidden}, {config.q_heads} query heads, {config.kv_heads} key heads"
        f" of {config.head_dim}, {config.rotary} rotary channels"
    )

    operands = sample_operands(config, "attention", 1, arguments.seq, arguments.seed)
    parameters = sum(x.size for name, x in operands.items() if name not in ("hidden", "cos", "sin"))
    print(f"  {parameters / 1e6:.1f} million random parameters", flush=True)

    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        start = time.perf_counter()
        try:
            done = run(
                *(arguments.bin, folder, config, "attention", operands),
                flags=() if arguments.target == "sim" else ("--time",),
                target=arguments.target,
            )
        except (RunError, OSError) as error:
            print(f"cca.quickstart: error: {error}", file=sys.stderr)
            return 1
        seconds = time.perf_counter() - start
    print(f"  compiled and run {TARGETS[arguments.target]} in {seconds:.1f} s")
    for line in done.output.splitlines():
        print(f"    cca-run: {line}")

    (result,) = done.results
    error = relative_error(result, reference.attention(operands, config))
    (limit,) = limits("attention", operands, config)
    agrees = error <= limit
    print(f"  relative error {error:.1e} against NumPy in fp64, limit {limit:.1e}")
    if arguments.keep:
        print(f"  files in {arguments.keep}")
    print("The result is right." if agrees else "The result is WRONG.")
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
