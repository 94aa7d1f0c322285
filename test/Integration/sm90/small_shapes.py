#!/usr/bin/env python3
"""Runs kernels on small shapes and checks them, for compute-sanitizer to watch.

usage: small_shapes.py [--kernels DIR] [--kinds KIND,KIND] [--every N]

No kernel runs but those of this project. Exit status 1 if a result is wrong, or nothing ran.
"""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "python"))
sys.path.insert(1, str(ROOT / "python" / "tests"))

from cca import library
from cca.device_array import Device
from watched import MissingError, kinds

KINDS = ("attention", "mix", "block")

# Batch and tokens: one token; a tile and a token; tiles in all stages and a tail.
SHAPES = ((1, 1), (2, 129), (1, 700))


def main(argv: list[str] | None = None) -> int:
    cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cli.add_argument("--kernels", type=Path, default=ROOT / ".device", help="default: .device")
    cli.add_argument("--kinds", default=",".join(KINDS), help="default: all, %(default)s")
    cli.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth kernel")
    arguments = cli.parse_args(argv)
    chosen = arguments.kinds.split(",")
    if not set(chosen) <= set(KINDS):
        cli.error(f"expects --kinds of {', '.join(KINDS)}, but got {arguments.kinds}")

    if (arguments.kernels / library.NAME).is_file():
        os.environ.setdefault("CCA_LIBRARY", str(arguments.kernels / library.NAME))
    device = Device(arguments.kernels / "libcca_runtime.so")
    ran, wrong = 0, 0
    every = kinds(arguments.kernels)
    for kind in chosen:
        for name, run in every[kind][:: arguments.every]:
            for batch, tokens in SHAPES:
                try:
                    found = run(device, batch, tokens)
                except MissingError as reason:
                    print(f"{name}: {reason}")
                    break
                ran += 1
                for problem in found:
                    wrong += 1
                    print(f"{name}, B {batch}, S {tokens}: {problem}")
    print(f"{ran} runs, {wrong} wrong results")
    return 1 if wrong or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
