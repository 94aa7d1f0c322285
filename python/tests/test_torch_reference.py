"""`cca.torch_reference` against the NumPy reference, and its model of unavoidable rounding."""

from dataclasses import replace

import numpy as np
import pytest

from cca import reference
from cca.attention_variants import attention_variant
from cca.sample import sample_operands

pytest.importorskip("torch", reason="torch is not installed")
import torch

from cca import torch_reference
from cca.torch_reference import error_of, relative_error

# Tensors are tiny: threads would wait for each other.
torch.set_num_threads(1)

CASES = {
    "causal": {},
    "full": {"causal": False},
    "causal_window": {"window": 5},
    "window": {"causal": False, "window": 5},
    "window_of_one": {"causal": False, "window": 1},
    "wide_window": {"window": 1000},
    "packed": {"packed": True},
    "packed_window": {"packed": True, "causal": False, "window": 3},
    "scale": {"scale": 0.3},
    "scale_0": {"scale": 0.0},
}
SEQLENS = (0, 17, 1, 0, 12, 7, 0)


@pytest.mark.parametrize("heads", [(4, 2), (3, 3), (4, 1)], ids=str)
@pytest.mark.parametrize("block_bytes", [1, 4096, 1 << 29])
@pytest.mark.parametrize("case", CASES)
def test_agrees_with_numpy(case, heads, block_bytes):
    config = attention_variant(16, *heads, **CASES[case]).config
    batch = 1 if config.packed else 2
    given = sample_operands(config, "flash", batch, 37, seqlens=SEQLENS)
    arrays = [given[name] for name in ("query", "key", "value")]
    cu_seqlens = given.get("cu_seqlens")
    wanted, lse = reference.flash_attention(*arrays, config, cu_seqlens)
    query, key, value = map(torch.tensor, arrays)
    boundaries = None if cu_seqlens is None else [int(x) for x in cu_seqlens]
    found = torch_reference.attention(query, key, value, config, boundaries, block_bytes)
    np.testing.assert_allclose(found.out, wanted, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(found.lse, lse, rtol=1e-12, atol=1e-13)

    if cu_seqlens is None:
        rows = [0, 3, 36]
        some = torch_reference.attention_rows(query, key, value, config, rows, config.softmax_scale)
        np.testing.assert_allclose(some, wanted[:, rows], rtol=1e-12, atol=1e-13)


def sample(tokens, dtype, **modes):
    variant = attention_variant(64, 4, 2, **modes)
    generator = torch.Generator().manual_seed(tokens)
    made = [torch.randn(1, tokens, heads, 64, generator=generator) for heads in (4, 2, 2)]
    return variant.config, [x.to(dtype) for x in made]


@pytest.mark.parametrize(
    ("dtype", "unit"), [(torch.bfloat16, 2.0**-8), (torch.float16, 2.0**-11)], ids=str
)
def test_rounding_costs_what_two_roundings_cost(dtype, unit):
    config, tensors = sample(300, dtype)
    found = torch_reference.attention(*tensors, config)
    assert 0.3 * unit < relative_error(found.rounded, found.out) < 0.9 * unit


def test_one_key_is_not_rounded():
    """The weight of the maximum is 1, exactly, and values are of the element type already."""
    config, tensors = sample(40, torch.bfloat16, window=1)
    found = torch_reference.attention(*tensors, config)
    assert torch.equal(found.rounded, found.out)


def test_rounding_is_that_of_softmax_by_hand():
    config, (query, key, value) = sample(50, torch.bfloat16, causal=False)
    config = replace(config, q_heads=2)
    query = query[:, :, :2]
    found = torch_reference.attention(query, key, value, config)
    q, k, v = (x[0].double().movedim(1, 0) for x in (query, key, value))
    scores = q @ k.mT / 8
    weights = torch.exp(scores - scores.amax(-1, keepdim=True))
    by_hand = (weights.bfloat16().double() @ v) / weights.sum(-1, keepdim=True)
    assert torch.equal(found.rounded[0].movedim(1, 0), by_hand.bfloat16().double())


def test_errors():
    one = torch.ones(3)
    assert relative_error(one, one.double()) == 0
    assert relative_error(2 * one, one.double()) == 1
    assert relative_error(torch.zeros(3), torch.zeros(3).double()) == 0
    assert relative_error(one, torch.zeros(3).double()) == float("inf")
    for wrong in (float("nan"), float("inf")):
        assert relative_error(torch.tensor([1, wrong, 1]), one.double()) == float("inf")
    assert error_of(4.0, 16.0) == 0.5
