#!/usr/bin/env python3
"""What a call of a compiled block costs on the host, on a machine without a GPU.

The driver is that of the tests, which launches nothing, and tensors of the CPU stand for
those of a GPU. Prints microseconds of one call from Python, results allocated or given, and
of the C function by itself with that driver below it.
"""

import argparse
import ctypes
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "python"))

import torch

import cca
from cca import bound, library
from cca.attention_variants import attention_variant
from cca.cli import ArgumentParser
from cca.operands import Tensor

ROUNDS = 7


def parse(argv: list[str] | None) -> argparse.Namespace:
    cli = ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    cli.add_argument("--build", type=Path, default=ROOT / "build", help="default: build")
    cli.add_argument("--tokens", type=int, default=1024, metavar="N", help="default: 1024")
    cli.add_argument("--calls", type=int, default=5000, metavar="N", help="a round; default: 5000")
    return cli.parse_args(argv)


def microseconds(call, count: int) -> float:
    """The median of rounds of `count` calls each."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(count):
            call()
        rounds.append((time.perf_counter() - start) / count * 1e6)
    return statistics.median(rounds)


def pretend(block: cca.Block) -> None:
    """Lets tensors of the CPU through, whose device has the index -1."""
    bound.Slot._check = lambda *_: None
    block.allocate = lambda like, shape, element, _: bound.allocate(like, shape, element, None)
    block.function.open_device(0)


def tensor(declared: Tensor, sizes: dict[int, int]) -> torch.Tensor:
    shape = [sizes[i] if size is None else size for i, size in enumerate(declared.shape)]
    if len(shape) == 2 and declared.shape[0] is None:
        # cos and sin: positions.
        shape[0] = sizes[1]
    return torch.zeros(shape, dtype=getattr(torch, bound.TORCH[declared.element]))


def prepare() -> tuple[str, cca.Block]:
    """The whole block of ZAYA1-8B, or as much of it as can be compiled."""
    config = cca.CONFIGS["zaya1-8b"]
    if reason := cca.covered(config):
        print(f"the block: {reason}; its attention core instead")
        variant = attention_variant(
            config.head_dim, config.q_heads, config.kv_heads, normalized=True
        )
        return "flash attention", cca.compile(variant.config, "flash")
    return "the whole block", cca.compile(config)


def main(argv: list[str] | None = None) -> int:
    arguments = parse(argv)
    ctypes.CDLL(str(arguments.build / "test" / "FakeDriver" / "libcuda.so.1"))
    library.load()
    what, block = prepare()
    pretend(block)
    sizes = {0: 1, 1: arguments.tokens}
    weights = bound.PackedWeights(block, [tensor(x, sizes) for x in block.weights], index=-1)
    inputs = [tensor(x, sizes) for x in block.inputs]
    inputs.insert(3 if block.op == "flash" else 1, weights)
    out = block(*inputs, stream=0)
    call = weights.frame().call
    print(f"{what}, {len(block.function.parameters)} tensors, microseconds:")
    for name, launch in (
        ("call, result allocated", lambda: block(*inputs, stream=0)),
        ("call, result given", lambda: block(*inputs, out=out, stream=0)),
        ("of it, the C function and a driver that launches nothing", lambda: call(0)),
    ):
        print(f"  {microseconds(launch, arguments.calls):5.1f}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
