"""`cca.torch_block` against the NumPy reference, in every mode of the block."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from cca import reference
from cca.sample import sample_operands
from test_cpu_modes import BASE, MODES, operands_of

pytest.importorskip("torch", reason="torch is not installed")
import torch

from cca import torch_block

# Tensors are tiny: threads would wait for each other.
torch.set_num_threads(1)


def check(config, operands):
    wanted = [reference.attention(operands, config), *reference.prologue(operands, config)[1:]]
    found = torch_block.prefill({k: torch.tensor(x) for k, x in operands.items()}, config)
    for x, y in zip(found, wanted, strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("modes", MODES.values(), ids=MODES.keys())
def test_mode(modes):
    config = replace(BASE, **modes)
    check(config, operands_of(config, "attention"))


@pytest.mark.parametrize("taps", list(product(range(1, 5), repeat=2)))
def test_taps(taps):
    config = replace(BASE, taps=taps, per_stage_padding=sum(taps) % 2 == 1)
    check(config, operands_of(config, "attention", tokens=3))


@pytest.mark.parametrize("seqlens", [(0, 0), (3, 0, 1, 1, 7)], ids=str)
def test_packed(seqlens):
    config = replace(BASE, packed=True, bias=True, taps=(3, 2))
    check(config, sample_operands(config, "attention", 1, sum(seqlens), seqlens=seqlens))


def test_other_type():
    operands = operands_of(BASE, "attention")
    tensors = {name: torch.tensor(x) for name, x in operands.items()}
    exact = torch_block.prefill(tensors, BASE)
    single = torch_block.prefill(tensors, BASE, torch.float32)
    for x, y in zip(single, exact, strict=True):
        assert x.dtype == torch.float32
        np.testing.assert_allclose(x, y, rtol=1e-4, atol=1e-5)
