"""The prologue as two kernels or as one, on the CPU, is the prologue: modes, taps, packing."""

from dataclasses import replace
from itertools import product

import pytest

from cca.sample import sample_operands
from harness import check_cpu
from test_cpu_modes import BASE, MODES, operands_of

STRUCTURES = ("split", "fused")


def passes(structure: str) -> tuple[str, ...]:
    """To the kernels of a prologue."""
    return ("--cca-decompose=into=kernels", f"--cca-lower-prologue=structure={structure}")


def split_modes():
    """Those that one convolution can do."""
    chosen = {name: dict(modes) for name, modes in MODES.items() if name != "per_stage_padding"}
    del chosen["everything"]["per_stage_padding"]
    return chosen


@pytest.mark.parametrize("modes", split_modes().values(), ids=split_modes().keys())
@pytest.mark.parametrize("op", ["prologue", "attention"])
@pytest.mark.parametrize("structure", STRUCTURES)
def test_mode(tmp_path, op, modes, structure):
    config = replace(BASE, **modes)
    check_cpu(tmp_path, config, op, operands_of(config, op), passes=passes(structure))


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("taps", product(range(1, 5), repeat=2), ids=str)
def test_taps(tmp_path, taps, structure):
    config = replace(BASE, taps=taps, bias=True)
    operands = sample_operands(config, "prologue", 2, 9)
    check_cpu(tmp_path, config, "prologue", operands, passes=passes(structure))


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("dtype", ["bf16", "f16"])
def test_packed(tmp_path, dtype, structure):
    config = replace(BASE, taps=(3, 3), packed=True, bias=True, dtype=dtype)
    operands = sample_operands(config, "attention", 1, 11, seqlens=(0, 4, 0, 1, 6))
    check_cpu(tmp_path, config, "attention", operands, passes=passes(structure))
