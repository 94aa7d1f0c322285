"""The error measure, and the limits: neither out of reach nor out of proportion."""

import math
from dataclasses import replace

import numpy as np
import pytest

from cca import reference
from cca.accuracy import ROUNDING, UNIT_ROUNDOFF, limits, relative_error
from cca.config import CCAConfig
from cca.sample import sample_operands
from cca.storage import rounded

BASE = CCAConfig(hidden=64, q_heads=8, kv_heads=2, head_dim=32, rotary=16)


def test_relative_error():
    expected = np.array([3.0, 4.0])
    assert relative_error(expected, expected) == 0
    assert relative_error(np.array([3.0, 4.5]), expected) == pytest.approx(0.1)
    assert relative_error(np.array([3.0, np.nan]), expected) == math.inf
    assert relative_error(np.array([3.0, np.inf]), expected) == math.inf
    assert relative_error(np.zeros((1, 0)), np.zeros((1, 0))) == 0
    assert relative_error(np.zeros(2), np.zeros(2)) == 0
    assert relative_error(np.array([0, 1e-9]), np.zeros(2)) == math.inf
    with pytest.raises(ValueError, match=r"expects shape \(2,\), but got \(1,\)"):
        relative_error(np.zeros(1), expected)


@pytest.mark.parametrize("dtype", ["bf16", "f16"])
def test_one_rounding_has_the_error_of_the_model(dtype):
    values = np.random.default_rng(0).standard_normal(10000)
    error = relative_error(rounded(values, dtype), values)
    # A normal distribution is not quite log-uniform inside a binade.
    assert error == pytest.approx(ROUNDING * UNIT_ROUNDOFF[dtype], rel=0.1)


def test_rounding_the_result_alone_stays_well_below_the_limit():
    operands = sample_operands(BASE, "attention", 1, 40)
    exact = reference.attention(operands, BASE)
    (limit,) = limits("attention", operands, BASE)
    assert relative_error(rounded(exact, "bf16"), exact) < limit / 3


@pytest.mark.parametrize("temperature", [0.0, 1.0, 10.0])
@pytest.mark.parametrize(
    "modes", [{}, {"causal": False}, {"dtype": "f16"}, {"bias": True}], ids=str
)
def test_the_path_of_hf_is_within_the_limit_and_near_it(modes, temperature):
    """HF rounds after every step: its error is what the limits are modelled on."""
    pytest.importorskip("torch", reason="torch is not installed: no HF oracle")
    pytest.importorskip("transformers", reason="transformers is not installed: no HF oracle")
    import hf_oracle

    config = replace(BASE, **modes)
    operands = sample_operands(config, "attention", 1, 40)
    operands["temperature"][:] = temperature
    exact = reference.attention(operands, config)
    error = relative_error(hf_oracle.attention(operands, config, config.dtype), exact)
    (limit,) = limits("attention", operands, config)
    assert limit / 3 < error < limit
