"""Passes that rewrite the block leave its results as they are."""

from dataclasses import replace
from itertools import product

import pytest

from cca.config import CCAConfig
from cca.sample import sample_operands
from harness import check_cpu

BASE = CCAConfig(hidden=32, q_heads=4, kv_heads=2, head_dim=16, rotary=8, dtype="f32")
FOLD = ("--cca-decompose", "--cca-fold-convs")


@pytest.mark.parametrize("taps", product(range(1, 5), repeat=2), ids=str)
def test_folded_convolutions(tmp_path, taps):
    """The identity of the two convolutions holds at every position, the first ones included."""
    config = replace(BASE, taps=taps, bias=True)
    check_cpu(
        tmp_path, config, "attention", sample_operands(config, "attention", 2, 9), passes=FOLD
    )


def test_folded_convolutions_of_packed_sequences(tmp_path):
    config = replace(BASE, taps=(3, 2), packed=True)
    operands = sample_operands(config, "attention", 1, 11, seqlens=(4, 0, 1, 6))
    check_cpu(tmp_path, config, "attention", operands, passes=FOLD)


def test_padding_per_stage_is_not_folded(tmp_path):
    config = replace(BASE, per_stage_padding=True)
    check_cpu(
        tmp_path, config, "attention", sample_operands(config, "attention", 2, 9), passes=FOLD
    )


ROUND_TRIPS = {
    "steps": ("--cca-decompose", "--cca-fuse"),
    "kernels": ("--cca-decompose=into=kernels", "--cca-fuse"),
    "canonical": ("--cca-decompose", "--canonicalize", "--cse", "--cca-fuse"),
}


@pytest.mark.parametrize("passes", ROUND_TRIPS.values(), ids=ROUND_TRIPS.keys())
@pytest.mark.parametrize("dtype", ["f32", "bf16"])
def test_decompose_and_fuse(tmp_path, passes, dtype):
    config = replace(BASE, dtype=dtype, bias=True, window=4)
    operands = sample_operands(config, "attention", 2, 9)
    check_cpu(tmp_path, config, "attention", operands, passes=passes)
