"""One case of the grid of blocks: fresh inputs, poisoned outputs, errors beside those of HF."""

import math

import torch

from block_grid import BlockCase
from cca import torch_block, zaya
from cca.attention_inputs import DTYPES
from cca.block_inputs import random_operands
from cca.operands import INPUTS
from cca.torch_reference import error_of, squares
from measure import SCATTER, Output, bits

# Rows over which an error is taken: a short case is drawn anew until it has that many.
ROWS = 1024
MOST_DRAWS = 24
REPEATS = 5

# Errors in f16 and bf16 of results that are almost 0 are those of what cancelled.
NAMES = {
    "attention": ("out",),
    "prefill": ("out", "key", "value"),
    "prologue": ("query", "key", "value"),
}


def measure_block(case: BlockCase, block, generator: torch.Generator) -> dict:
    """Errors of `block` and of its peer by result, and faults."""
    rows = case.batch * case.tokens * case.config.q_heads
    draws = min(MOST_DRAWS, max(1, -(-ROWS // rows)))
    names = NAMES[case.op]
    sums = {name: [[0.0, 0.0], [0.0, 0.0]] for name in names}
    faults = []
    for count in range(draws):
        c = case.config
        operands = random_operands(
            c, case.batch, case.tokens, generator, case.cu_seqlens(), case.temperature
        )
        results, run = launch(case, block, operands)
        run()
        for output in results:
            faults += output.faults()
        exact, theirs = evaluate(case, operands, torch.float64), peer(case, operands)
        for name, output, x, y in zip(names, results, exact, theirs, strict=True):
            _add(sums[name][0], squares(output.tensor, x))
            _add(sums[name][1], squares(y, x))
        if count == 0:
            faults += repeat(run, results)
    return {
        "rows": rows * draws,
        "errors": {name: (error_of(*ours), error_of(*his)) for name, (ours, his) in sums.items()},
        "faults": faults,
    }


def problems(measured: dict) -> list[str]:
    """What is wrong: the error may be above the peer's by chance only."""
    found = list(measured["faults"])
    margin = 1 + SCATTER / math.sqrt(measured["rows"])
    for name, (ours, theirs) in measured["errors"].items():
        if not ours <= theirs * margin:
            found.append(f"{name}: relative error {ours:.3e}, the peer's {theirs:.3e}")
    return found


def launch(case: BlockCase, block, operands: dict) -> tuple[list[Output], callable]:
    """Outputs, and a call that writes them."""
    c, device = case.config, operands["hidden"].device
    shapes = {
        "out": (
            case.batch,
            case.tokens,
            c.hidden if c.output_projection else c.q_heads * c.head_dim,
        ),
        "query": (case.batch, case.tokens, c.q_heads, c.head_dim),
        "key": (case.batch, case.tokens, c.kv_heads, c.head_dim),
    }
    shapes["value"] = shapes["key"]
    results = [
        Output(shapes[name], "contiguous", DTYPES[c.dtype], device) for name in NAMES[case.op]
    ]
    weights = block.pack({tensor.name: operands[tensor.name] for tensor in block.weights})
    inputs = [operands[name] for name in INPUTS if name in operands]
    out = tuple(output.tensor for output in results)

    def run():
        block(inputs[0], weights, *inputs[1:], out=out if len(out) > 1 else out[0])

    return results, run


def evaluate(case: BlockCase, operands: dict, dtype: torch.dtype) -> tuple:
    """The results in PyTorch."""
    if case.op == "prologue":
        return torch_block.prologue(operands, case.config, dtype)
    return torch_block.prefill(operands, case.config, dtype)[: len(NAMES[case.op])]


def peer(case: BlockCase, operands: dict) -> tuple:
    """HF's block where it has the modes and returns as much, else PyTorch step by step."""
    dtype = DTYPES[case.config.dtype]
    if case.op == "attention" and zaya.supports(case.config):
        module = zaya.module_of(case.config, operands, dtype)
        return (zaya.run_module(module, case.config, operands),)
    return evaluate(case, operands, dtype)


def repeat(run, results: list[Output]) -> list[str]:
    """Runs again on the same inputs: a result that moves is a race."""
    first = [bits(output.tensor).clone() for output in results]
    count = 0
    for _ in range(REPEATS - 1):
        for output in results:
            output.poison()
        run()
        for output, wanted in zip(results, first, strict=True):
            count += int((bits(output.tensor) != wanted).sum())
    return [f"{count} elements differ in {REPEATS - 1} repeats"] if count else []


def _add(sums: list[float], more: tuple[float, float]) -> None:
    for index, value in enumerate(more):
        sums[index] += value
