#!/usr/bin/env python3
"""Runs kernels on small shapes and checks them, for compute-sanitizer to watch.

usage: small_shapes.py [--kernels DIR] [--every N]

No kernel runs but those of this project. Exit status 1 if a result is wrong, or nothing ran.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "python"))
sys.path.insert(1, str(ROOT / "python" / "tests"))

from attention_grid import variants
from cca import reference
from cca.accuracy import limits, relative_error
from cca.attention_variants import AttentionVariant
from cca.device import CompiledFunction
from cca.device_array import STREAM, Device
from cca.operands import operands, results
from cca.sample import sample_operands

# Batch and tokens: one token; a tile and a token; tiles in all stages and a tail.
SHAPES = ((1, 1), (2, 129), (1, 700))


def check(device: Device, function: CompiledFunction, variant: AttentionVariant, batch, tokens):
    """The relative errors of the results beyond their limits."""
    config = variant.config
    batch = 1 if config.packed else batch
    seqlens = (0, tokens // 2, 1, 0, tokens - tokens // 2 - 1)
    given = sample_operands(config, "flash", batch, tokens, seqlens=seqlens)
    wanted = reference.flash_attention(
        given["query"], given["key"], given["value"], config, given.get("cu_seqlens")
    )
    arrays = [device.array(given[t.name], t.element) for t in operands(config, "flash")]
    outputs = [
        device.poisoned(t.shape, t.element)
        for t in results(config, "flash", batch, tokens, variant.lse)
    ]
    function(*arrays, *outputs, stream=STREAM)
    found = [
        f"result {i}: relative error {error:.2e}, limit {limit:.2e}"
        for i, (output, expected, limit) in enumerate(
            zip(outputs, wanted, limits("flash", given, config), strict=False)
        )
        if not (error := relative_error(device.read(output), expected)) <= limit
    ]
    device.free(*arrays, *outputs)
    return found


def main(argv: list[str] | None = None) -> int:
    cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cli.add_argument("--kernels", type=Path, default=ROOT / ".device", help="default: .device")
    cli.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth kernel")
    arguments = cli.parse_args(argv)

    device = Device(arguments.kernels / "libcca_runtime.so")
    ran, wrong = 0, 0
    for variant in variants()[:: arguments.every]:
        path = arguments.kernels / f"{variant.name}.so"
        if not path.is_file():
            print(f"{variant.name}: not packed")
            continue
        function = CompiledFunction(path, variant.entry, variant.parameters())
        for batch, tokens in SHAPES:
            ran += 1
            for problem in check(device, function, variant, batch, tokens):
                wrong += 1
                print(f"{variant.name}, B {batch}, S {tokens}: {problem}")
    print(f"{ran} runs, {wrong} wrong results")
    return 1 if wrong or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
