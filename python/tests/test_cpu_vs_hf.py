"""The CPU target against `ZayaAttention` of HF transformers, with random weights.

The oracle is HF's evaluation in fp64 of the same, rounded inputs. In f32 the error has the
project's limit; in bf16 and f16 it must not exceed that of HF's own path in that type.
"""

from dataclasses import replace

import pytest

from cca import reference
from cca.accuracy import F32_LIMIT, relative_error
from cca.config import CONFIGS, CCAConfig
from cca.sample import sample_operands
from cca.storage import rounded
from harness import run_cpu

pytest.importorskip("torch", reason="torch is not installed: no HF oracle")
pytest.importorskip("transformers", reason="transformers is not installed: no HF oracle")
import hf_oracle

ZAYA = CCAConfig(hidden=64, q_heads=8, kv_heads=2, head_dim=16, rotary=8)

CASES = {
    "zaya": ({}, 1, 40),
    "batch": ({"bias": True}, 3, 33),
    "head_dim_128": ({"head_dim": 128, "rotary": 64}, 1, 65),
    "one_token": ({}, 3, 1),
    "one_kv_head": ({"q_heads": 4, "kv_heads": 1}, 1, 40),
    "odd_kv_heads": ({"q_heads": 6, "kv_heads": 3, "bias": True}, 2, 40),
    "no_sharing": ({"q_heads": 4, "kv_heads": 4, "rotary": 16}, 1, 40),
    "window": ({"window": 7}, 1, 40),
    "full": ({"causal": False}, 1, 40),
    "taps": ({"taps": (4, 3)}, 1, 40),
    "exp_temperature": ({"temperature": "exp"}, 1, 40),
}


@pytest.mark.parametrize(("modes", "batch", "tokens"), CASES.values(), ids=CASES.keys())
def test_f32(tmp_path, modes, batch, tokens):
    config = replace(ZAYA, dtype="f32", **modes)
    operands = sample_operands(config, "attention", batch, tokens)
    (out,) = run_cpu(tmp_path, config, "attention", operands)
    assert relative_error(out, hf_oracle.attention(operands, config, "f64")) <= F32_LIMIT


@pytest.mark.parametrize(("modes", "batch", "tokens"), CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("dtype", ["bf16", "f16"])
def test_not_worse_than_hf(tmp_path, dtype, modes, batch, tokens):
    config = replace(ZAYA, dtype=dtype, **modes)
    check_not_worse_than_hf(tmp_path, config, batch, tokens)


@pytest.mark.parametrize("temperature", [-1.0, 10.0])
def test_bf16_temperature(tmp_path, temperature):
    check_not_worse_than_hf(tmp_path, ZAYA, 1, 40, temperature)


def test_bf16_temperature_0(tmp_path):
    """Scores do not matter, so both sides round v, o and the result, and nothing else.

    Which of the two comes out nearer is chance; but the error must be the one that these
    three roundings make.
    """
    operands = sample_operands(ZAYA, "attention", 1, 40)
    operands["temperature"][:] = 0
    exact = hf_oracle.attention(operands, ZAYA, "f64")
    query, key, value = reference.prologue(operands, ZAYA)
    out, _ = reference.flash_attention(query, key, rounded(value, "bf16"), ZAYA)
    out = reference.project(rounded(out, "bf16").reshape(1, 40, 128), operands["w_o"], None)
    (result,) = run_cpu(tmp_path, ZAYA, "attention", operands)
    # Sums in f32 may fall on the other side of a tie now and then.
    least = relative_error(rounded(out, "bf16"), exact)
    assert relative_error(result, exact) <= 1.005 * least


def test_zaya1_8b_in_bf16(tmp_path):
    """The real sizes, with weights of the size that training starts from."""
    check_not_worse_than_hf(tmp_path, CONFIGS["zaya1-8b"], 1, 24)


def check_not_worse_than_hf(folder, config, batch, tokens, temperature=None):
    operands = sample_operands(config, "attention", batch, tokens)
    if temperature is not None:
        operands["temperature"][:] = temperature
    exact = hf_oracle.attention(operands, config, "f64")
    theirs = relative_error(hf_oracle.attention(operands, config, config.dtype), exact)
    (out,) = run_cpu(folder, config, "attention", operands)
    ours = relative_error(out, exact)
    assert ours <= theirs, f"relative error {ours:.2e}, HF's own {theirs:.2e}"
