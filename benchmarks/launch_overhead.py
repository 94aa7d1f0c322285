#!/usr/bin/env python3
"""What a call of ZAYA1-8B's compiled block costs on the host.

Without a GPU the driver is that of the tests, which launches nothing, and tensors of the CPU
stand for those of a GPU. With --gpu it is that of the machine, and the GPU catches up between
short bursts of calls, which are what is timed. Prints microseconds of one call from Python,
results allocated or given, and of the C function by itself.
"""

import argparse
import ctypes
import functools
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "python"))

import torch

import cca
from cca import bound, library
from cca.cli import ArgumentParser
from cca.operands import Tensor

ROUNDS = 7
# Calls that the GPU's queue of 1024 launches has room for.
BURST = 50


def parse(argv: list[str] | None) -> argparse.Namespace:
    cli = ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    cli.add_argument("--build", type=Path, default=ROOT / "build", help="default: build")
    cli.add_argument("--gpu", action="store_true", help="launch on the GPU of this machine")
    cli.add_argument("--tokens", type=int, default=1024, metavar="N", help="default: 1024")
    cli.add_argument("--calls", type=int, default=5000, metavar="N", help="a round; default: 5000")
    return cli.parse_args(argv)


def microseconds(call, count: int, settle) -> float:
    """The median of rounds of `count` calls each, in bursts after each of which `settle` waits."""
    rounds = []
    for _ in range(ROUNDS):
        seconds = 0.0
        for first in range(0, count, BURST):
            start = time.perf_counter()
            for _ in range(min(BURST, count - first)):
                call()
            seconds += time.perf_counter() - start
            settle()
        rounds.append(seconds / count * 1e6)
    return statistics.median(rounds)


@functools.cache
def aligned(shape: tuple[int, ...]) -> torch.Tensor:
    """A workspace as a GPU's allocator gives it, at a multiple of 256."""
    memory = torch.empty(shape[0] + 256, dtype=torch.int8)
    offset = -memory.data_ptr() % 256
    return memory[offset : offset + shape[0]]


def allocate(like: torch.Tensor, shape: tuple[int, ...], element: str, _) -> torch.Tensor:
    """Allocates in any case: that is part of what a call costs."""
    made = bound.allocate(like, shape, element, None)
    return aligned(shape) if element == "i8" else made


def pretend(block: cca.Block) -> None:
    """Lets tensors of the CPU through, whose device has the index -1."""
    bound.Slot._check = lambda *_: None
    block.allocate = allocate
    # There is no stream of PyTorch's to pack weights on.
    block.pack_function._on_current_stream = lambda call, _: call(0)
    block.function.open_device(0)


def tensor(declared: Tensor, sizes: dict[int, int], device: str) -> torch.Tensor:
    shape = [sizes[i] if size is None else size for i, size in enumerate(declared.shape)]
    if len(shape) == 2 and declared.shape[0] is None:
        # cos and sin: positions.
        shape[0] = sizes[1]
    return torch.zeros(shape, dtype=getattr(torch, bound.TORCH[declared.element]), device=device)


def main(argv: list[str] | None = None) -> int:
    arguments = parse(argv)
    if not arguments.gpu:
        ctypes.CDLL(str(arguments.build / "test" / "FakeDriver" / "libcuda.so.1"))
    library.load()
    block = cca.compile(cca.CONFIGS["zaya1-8b"])
    device, settle, driver = "cuda", torch.cuda.synchronize, "the driver"
    if not arguments.gpu:
        pretend(block)
        device, settle, driver = "cpu", lambda: None, "a driver that launches nothing"
    sizes = {0: 1, 1: arguments.tokens}
    index = torch.cuda.current_device() if arguments.gpu else -1
    given = [tensor(x, sizes, device) for x in block.weights]
    weights = bound.PackedWeights(block, given, index=index)
    inputs = [tensor(x, sizes, device) for x in block.inputs]
    inputs.insert(1, weights)
    # PyTorch's current stream, as callers have it; without a GPU there is none.
    stream = {} if arguments.gpu else {"stream": 0}
    out = block(*inputs, **stream)
    call = weights.frame().call
    print(f"ZAYA1-8B's block, {len(block.function.parameters)} tensors, microseconds:")
    for name, launch in (
        ("call, result allocated", lambda: block(*inputs, **stream)),
        ("call, result given", lambda: block(*inputs, out=out, **stream)),
        (f"of it, the C function and {driver}", lambda: call(0)),
    ):
        print(f"  {microseconds(launch, arguments.calls, settle):5.1f}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
