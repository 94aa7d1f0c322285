#!/usr/bin/env python3
"""What a call of ZAYA1-8B's compiled block costs on the host.

Without a GPU the driver is that of the tests, which launches nothing, and tensors of the CPU
stand for those of a GPU. With --gpu it is that of the machine, and the GPU catches up between
short bursts of calls, which are what is timed. Prints microseconds of one call from Python:
with addresses that have come before, whose graph is launched, and of one that launches kernel
by kernel; of their parts that are no Python; and of `torch.add`, by which hosts can be compared.
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
from cca import device, frame, library
from cca.arguments import Slot
from cca.bound import PackedWeights
from cca.cli import ArgumentParser
from cca.memory import TORCH
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


def empty(shape: tuple[int, ...], strides: tuple[int, ...], dtype: torch.dtype) -> torch.Tensor:
    """Allocates in any case: that is part of what a call costs."""
    made = torch.empty_strided(shape, strides, dtype=dtype)
    return aligned(shape) if dtype == torch.int8 else made


def allocate(like: torch.Tensor, shape: tuple[int, ...], element: str, _) -> torch.Tensor:
    made = like.new_empty(shape, dtype=getattr(torch, TORCH[element]))
    return aligned(shape) if element == "i8" else made


def pretend(block: cca.Block) -> None:
    """Lets tensors of the CPU through: its device has the index -1, and a context is there."""
    Slot._check = lambda *_: None
    frame.empty = lambda: empty
    # Weights are packed with it; calls have the other one.
    block.allocate, frame.allocate = allocate, allocate
    for module in (frame, device):
        module.current_device, module.current_stream = lambda: -1, lambda _: 0
    for function in (block.function, block.pack_function):
        function._threads.opened = {-1}
    block.function.open_device(0)


def tensor(declared: Tensor, sizes: dict[int, int], place: str) -> torch.Tensor:
    shape = [sizes[i] if size is None else size for i, size in enumerate(declared.shape)]
    if len(shape) == 2 and declared.shape[0] is None:
        # cos and sin: positions.
        shape[0] = sizes[1]
    return torch.zeros(shape, dtype=getattr(torch, TORCH[declared.element]), device=place)


def launches(block: cca.Block, sizes: dict[int, int], place: str) -> list[tuple[str, object]]:
    """What is measured."""
    given = [tensor(x, sizes, place) for x in block.weights]
    index = given[0].get_device()
    weights = PackedWeights(block, given, index=index)
    inputs = [tensor(x, sizes, place) for x in block.inputs]
    inputs.insert(1, weights)
    size = block.workspace_size(*inputs)
    memory = torch.empty(size + 256, dtype=torch.int8, device=place)
    workspace = memory[-memory.data_ptr() % 256 :][:size]
    both = {"out": block(*inputs), "workspace": workspace}
    calls = weights.frame()
    # Of the call that has just been made: its addresses are in the descriptors.
    graph, kernels = calls.record(), calls.kernels
    small = torch.zeros(16, 16, device=place)

    def directly(**memory):
        block.replay = False
        block(*inputs, **memory)
        block.replay = True

    return [
        ("call, result allocated", lambda: block(*inputs)),
        ("call, result given", lambda: block(*inputs, out=both["out"])),
        ("call, result and workspace given", lambda: block(*inputs, **both)),
        ("of it, a launch of the graph", lambda: graph.launch(0)),
        ("call kernel by kernel, result allocated", directly),
        ("call kernel by kernel, both given", lambda: directly(**both)),
        ("of it, the C function", lambda: kernels(0)),
        ("recording of a graph", calls.record),
        ("torch.add", lambda: torch.add(small, small)),
    ]


def main(argv: list[str] | None = None) -> int:
    arguments = parse(argv)
    if not arguments.gpu:
        ctypes.CDLL(str(arguments.build / "test" / "FakeDriver" / "libcuda.so.1"))
    library.load()
    block = cca.compile(cca.CONFIGS["zaya1-8b"])
    place, settle, driver = "cuda", torch.cuda.synchronize, "the driver"
    if not arguments.gpu:
        pretend(block)
        place, settle, driver = "cpu", lambda: None, "a driver that launches nothing"
    count = len(block.function.parameters)
    print(f"ZAYA1-8B's block, {count} tensors, {driver}, microseconds:")
    for name, launch in launches(block, {0: 1, 1: arguments.tokens}, place):
        # Addresses have come before.
        microseconds(launch, BURST, settle)
        print(f"  {microseconds(launch, arguments.calls, settle):5.1f}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
