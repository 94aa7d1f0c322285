"""The NumPy reference against `ZayaAttention` of HF transformers, both in fp64."""

from dataclasses import replace

import pytest

from cca import reference
from cca.accuracy import relative_error
from cca.config import CCAConfig
from cca.sample import sample_operands

pytest.importorskip("torch", reason="torch is not installed: no HF oracle")
pytest.importorskip("transformers", reason="transformers is not installed: no HF oracle")
import hf_oracle

# Both sides sum some hundred terms with roundings of 1e-16.
FP64_LIMIT = 1e-13

# dtype f32 rounds the operands, not the evaluation.
BASE = CCAConfig(hidden=48, q_heads=8, kv_heads=2, head_dim=16, rotary=8, dtype="f32")

CASES = {
    "zaya": {},
    "one_kv_head": {"q_heads": 4, "kv_heads": 1},
    "no_sharing": {"q_heads": 4, "kv_heads": 4},
    "odd_kv_heads": {"q_heads": 6, "kv_heads": 3},
    "rotary_all": {"rotary": 16},
    "rotary_none": {"rotary": 0},
    "bias": {"bias": True},
    "full": {"causal": False},
    "window_1": {"window": 1},
    "window_7": {"window": 7},
    "window_larger_than_s": {"window": 1000},
    "exp_temperature": {"temperature": "exp"},
    "batched_rope": {"batched_rope": True},
    "one_tap": {"taps": (1, 1)},
    "more_taps": {"taps": (3, 4)},
    "fewer_and_more_taps": {"taps": (1, 4), "bias": True},
}


@pytest.mark.parametrize("tokens", [1, 2, 3, 40])
@pytest.mark.parametrize("modes", CASES.values(), ids=CASES.keys())
def test_batch(modes, tokens):
    config = replace(BASE, **modes)
    operands = sample_operands(config, "attention", batch=2, seq=tokens, seed=tokens)
    expected = hf_oracle.attention(operands, config, "f64")
    assert relative_error(reference.attention(operands, config), expected) < FP64_LIMIT


@pytest.mark.parametrize("bias", [False, True], ids=["no_bias", "bias"])
def test_packed_batch_is_its_sequences_one_by_one(bias):
    config = replace(BASE, packed=True, bias=bias, window=5)
    seqlens = (3, 0, 1, 20, 0, 6)
    operands = sample_operands(config, "attention", 1, sum(seqlens), seed=1, seqlens=seqlens)
    expected = hf_oracle.attention(operands, config, "f64")
    assert relative_error(reference.attention(operands, config), expected) < FP64_LIMIT


@pytest.mark.parametrize("temperature", [0.0, -1.0, 10.0])
def test_temperature(temperature):
    operands = sample_operands(BASE, "attention", batch=1, seq=20)
    operands["temperature"][:] = temperature
    expected = hf_oracle.attention(operands, BASE, "f64")
    assert relative_error(reference.attention(operands, BASE), expected) < FP64_LIMIT


def test_zero_hidden_states():
    config = replace(BASE, bias=True)
    operands = sample_operands(config, "attention", batch=1, seq=9)
    operands["hidden"][:] = 0
    expected = hf_oracle.attention(operands, config, "f64")
    assert relative_error(reference.attention(operands, config), expected) < FP64_LIMIT
