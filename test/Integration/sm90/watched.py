"""What compute-sanitizer watches: kernels by kind, each run on small inputs and checked.

A kind is a list of names with what runs one: a function of a device, batch and tokens that
returns what is wrong. It raises MissingError if the kernel is not there.
"""

import ctypes
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import attention_grid
import block_grid
import mix_grid
from cca import library, reference
from cca.accuracy import F32_LIMIT, MARGIN, ROUNDING, UNIT_ROUNDOFF, limits, relative_error
from cca.attention_variants import AttentionVariant
from cca.config import CCAConfig
from cca.device import CompiledFunction, descriptor
from cca.device_array import STREAM, Device
from cca.mix_variants import MixVariant
from cca.mlir import module_text
from cca.operands import operands, results
from cca.program import Program, ProgramFunction
from cca.sample import sample_operands

Run = Callable[[Device, int, int], list[str]]


class MissingError(RuntimeError):
    """Why a kernel cannot run."""


def seqlens(tokens: int) -> tuple[int, ...]:
    """Of a packed batch: sequences without tokens, and one of one token."""
    return (0, tokens // 2, 1, 0, tokens - tokens // 2 - 1)


def problems(device: Device, outputs: list, wanted: list, bounds: list[float]) -> list[str]:
    """The relative errors beyond their limits."""
    pairs = enumerate(zip(outputs, wanted, bounds, strict=False))
    return [
        f"result {i}: relative error {error:.2e}, limit {limit:.2e}"
        for i, (output, expected, limit) in pairs
        if not (error := relative_error(device.read(output), expected)) <= limit
    ]


# ------------------------------------------------------------------------------
# Kernels that are packed
# ------------------------------------------------------------------------------


def _load(folder: Path, variant: AttentionVariant | MixVariant) -> CompiledFunction:
    path = folder / f"{variant.name}.so"
    if not path.is_file():
        raise MissingError("not packed")
    return CompiledFunction(path, variant.entry, variant.parameters())


def run_attention(
    folder: Path, variant: AttentionVariant, device: Device, batch: int, tokens: int
) -> list[str]:
    """One call of a kernel of `cca.flash_attention`."""
    function, config = _load(folder, variant), variant.config
    batch = 1 if config.packed else batch
    given = sample_operands(config, "flash", batch, tokens, seqlens=seqlens(tokens))
    wanted = reference.flash_attention(
        given["query"], given["key"], given["value"], config, given.get("cu_seqlens")
    )
    arrays = [device.array(given[t.name], t.element) for t in operands(config, "flash")]
    outputs = [
        device.poisoned(t.shape, t.element)
        for t in results(config, "flash", batch, tokens, variant.lse)
    ]
    function(*arrays, *outputs, stream=STREAM)
    found = problems(device, outputs, wanted, limits("flash", given, config))
    device.free(*arrays, *outputs)
    return found


def run_mix(folder: Path, variant: MixVariant, device: Device, batch: int, tokens: int):
    """One call of a kernel of `cca.mix`, against fp64 that rounds on the way as it does."""
    function, v = _load(folder, variant), variant
    batch = 1 if v.packed else batch
    given = v.sample(batch, tokens, seqlens=seqlens(tokens) if v.packed else None)
    wanted = v.in_steps(given)
    arrays = [device.array(given[t.name], t.element) for t in v.operands()]
    outputs = [device.poisoned(t.shape, t.element) for t in v.results(batch, tokens)]
    function(*arrays, *outputs, stream=STREAM)
    limit = MARGIN * ROUNDING * UNIT_ROUNDOFF[v.dtype] + F32_LIMIT
    found = problems(device, outputs, wanted, [limit] * len(outputs))
    device.free(*arrays, *outputs)
    return found


# ------------------------------------------------------------------------------
# Whole blocks: packing, latents, mix, attention, projection
# ------------------------------------------------------------------------------


@cache
def _program(config: CCAConfig) -> Program:
    try:
        return Program.compile(module_text(config, "attention"))
    except library.LibraryError as error:
        raise MissingError(str(error)) from error


def launch(
    device: Device, function: ProgramFunction, named: dict, packed: list, shapes: list[tuple]
) -> tuple[list, list]:
    """Calls a function; its results, of these shapes, and the memory it needed beside them."""
    remaining, tensors, outputs, workspaces = iter(shapes), [], [], []
    for declared, role in zip(function.parameters, function.roles, strict=True):
        if role.kind == "operand":
            tensors.append(named[declared.name])
        elif role.kind == "packed":
            tensors.append(packed[role.packed])
        elif role.kind == "result":
            outputs.append(device.poisoned(next(remaining), declared.element))
            tensors.append(outputs[-1])
        else:
            # The last: what the others are says how large it must be.
            kept = [descriptor(tensor) for tensor in tensors]
            size = function.workspace_size([ctypes.addressof(fields) for fields in kept])
            workspaces.append(device.poisoned((max(size, 1),), declared.element))
            tensors.append(workspaces[-1])
    function(*tensors, stream=STREAM)
    return outputs, workspaces


def run_block(config: CCAConfig, device: Device, batch: int, tokens: int) -> list[str]:
    """Weights packed, then one call of the block."""
    program = _program(config)
    batch = 1 if config.packed else batch
    given = sample_operands(config, "attention", batch, tokens, seqlens=seqlens(tokens))
    named = {
        tensor.name: device.array(given[tensor.name], tensor.element)
        for tensor in operands(config, "attention")
    }
    pack, block = program.function("block_pack"), program.function("block")
    made = [
        p.shape
        for p, role in zip(pack.parameters, pack.roles, strict=True)
        if role.kind == "result"
    ]
    packed, used = launch(device, pack, named, [], made)
    shapes = [tensor.shape for tensor in results(config, "attention", batch, tokens)]
    outputs, more = launch(device, block, named, packed, shapes)
    wanted = [reference.attention(given, config)]
    found = problems(device, outputs, wanted, limits("attention", given, config))
    device.free(*named.values(), *packed, *used, *outputs, *more)
    return found


def kinds(folder: Path) -> dict[str, list[tuple[str, Run]]]:
    """All kernels, those in `folder` and those that libcca compiles, by kind."""
    return {
        "attention": [
            (v.name, partial(run_attention, folder, v)) for v in attention_grid.variants()
        ],
        "mix": [(v.name, partial(run_mix, folder, v)) for v in mix_grid.variants()],
        "block": [
            (block_grid.BlockCase(c, 1, 0).name.replace("-b1-s0-t1.0", ""), partial(run_block, c))
            for c in block_grid.configs()
        ],
    }
