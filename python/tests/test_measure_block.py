"""The measurement of whole blocks of the GPU tests, on the CPU with blocks of PyTorch."""

import itertools
import json
import math

import pytest

pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("transformers", reason="transformers is not installed")
import torch

import block_grid
import measure_block
import summary
from block_grid import BlockCase
from cca.attention_inputs import DTYPES
from cca.config import CCAConfig
from cca.operands import weights
from measure_block import evaluate, problems

# Tensors are tiny: threads would wait for each other.
torch.set_num_threads(1)

SMALL = CCAConfig(hidden=64, q_heads=4, kv_heads=2, head_dim=16, rotary=8)


class TorchBlock:
    """Computes in fp64, or in the type of the model, and rounds."""

    def __init__(self, case, dtype=torch.float64, factor=1.0):
        self.case, self.dtype, self.factor = case, dtype, factor
        self.weights = weights(case.config, case.op)
        self.calls = 0

    def pack(self, weights):
        return weights

    def __call__(self, hidden, weights, cos, sin, cu_seqlens=None, out=None):
        self.calls += 1
        operands = {"hidden": hidden, **weights, "cos": cos, "sin": sin}
        if cu_seqlens is not None:
            operands["cu_seqlens"] = cu_seqlens
        made = evaluate(self.case, operands, self.dtype)
        for x, y in zip(out if isinstance(out, tuple) else (out,), made, strict=True):
            x.copy_(y * self.factor)


def measured(case, block=None):
    generator = torch.Generator().manual_seed(0)
    return measure_block.measure_block(case, block or TorchBlock(case), generator)


def test_grid():
    cases = block_grid.cases()
    assert len(cases) >= 150
    assert len({case.name for case in cases}) == len(cases)
    assert {case.config.kv_heads for case in cases} == {1, 2, 4}
    assert {taps for case in cases for taps in case.config.taps} == {1, 2, 3, 4}
    for case in cases:
        if bounds := case.cu_seqlens():
            lengths = [b - a for a, b in itertools.pairwise(bounds)]
            assert 0 in lengths
            assert min(lengths) == 0
            assert bounds[-1] == case.tokens


@pytest.mark.parametrize("op", ["attention", "prefill", "prologue"])
def test_a_right_block(op):
    case = BlockCase(SMALL, 2, 50, op=op)
    block = TorchBlock(case)
    found = measured(case, block)
    assert not problems(found)
    assert found["rows"] >= measure_block.ROWS
    for ours, theirs in found["errors"].values():
        assert 0 < ours < theirs < 0.02
    assert block.calls == found["rows"] // (2 * 50 * 4) + measure_block.REPEATS - 1


def test_every_mode_has_a_peer(monkeypatch):
    """In each mode PyTorch in the type of the model is about as far from fp64 as the peer."""
    monkeypatch.setattr(measure_block, "ROWS", 1)
    monkeypatch.setattr(measure_block, "REPEATS", 1)
    for config in block_grid.configs():
        case = BlockCase(config, 1 if config.packed else 2, 7)
        found = measured(case, TorchBlock(case, DTYPES[config.dtype]))
        assert not found["faults"]
        ((ours, theirs),) = found["errors"].values()
        assert 0.5 * theirs < ours < 2 * theirs, case.name


def test_a_wrong_block():
    case = BlockCase(SMALL, 1, 50)
    (problem,) = problems(measured(case, TorchBlock(case, factor=1.02)))
    assert problem.startswith("out: relative error")


def test_faults():
    case = BlockCase(SMALL, 1, 50)

    class Racy(TorchBlock):
        def __call__(self, *inputs, out):
            super().__call__(*inputs, out=out)
            if self.calls == 3:
                out[0, 0, 0] += 1
            if self.calls == 1:
                out[0, 1] = math.nan

    found = problems(measured(case, Racy(case)))
    assert any("64 of 3200 elements are NaN or unwritten" in x for x in found)
    assert any("elements differ in 4 repeats" in x for x in found)


def test_summary():
    case = BlockCase(SMALL, 2, 600)
    records = {"right": measured(case), "wrong": measured(case, TorchBlock(case, factor=1.02))}
    found = json.loads(json.dumps(summary.block_summary(records, 7)))
    assert (found["combinations"], found["failed"], found["seed"]) == (2, 1, 7)
    assert found["worst"]["case"] == "wrong out"
    assert summary.block_summary({}, 7)["worst"] is None
