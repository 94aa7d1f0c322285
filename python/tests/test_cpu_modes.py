"""The CPU target against the NumPy reference in every mode of the block."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from cca.accuracy import F32_LIMIT, relative_error
from cca.config import CCAConfig
from cca.sample import sample_operands
from harness import check_cpu, run_cpu

BASE = CCAConfig(hidden=32, q_heads=4, kv_heads=2, head_dim=16, rotary=8, dtype="f32")

MODES = {
    "rsqrt": {"norm": "rsqrt"},
    "large_eps": {"norm": "rsqrt", "eps": 2.5},
    "exp_temperature": {"temperature": "exp"},
    "interleaved": {"rope": "interleaved"},
    "interleaved_all_channels": {"rope": "interleaved", "rotary": 16},
    "half_all_channels": {"rotary": 16},
    "two_rotary_channels": {"rotary": 2},
    "no_rope": {"rotary": 0},
    "batched_rope": {"batched_rope": True},
    "f32_rope_of_bf16": {"dtype": "bf16", "rope_dtype": "f32"},
    "per_stage_padding": {"per_stage_padding": True},
    "scale": {"scale": 0.6},
    "negative_scale": {"scale": -0.1},
    "no_output_projection": {"output_projection": False},
    "bias_without_output_projection": {"output_projection": False, "bias": True},
    "heads_straddle_the_value_halves": {"q_heads": 3, "kv_heads": 3, "head_dim": 10, "rotary": 4},
    "one_head": {"q_heads": 1, "kv_heads": 1},
    "one_hidden_channel": {"hidden": 1},
    "two_channel_heads": {"head_dim": 2, "rotary": 2},
    "everything": {
        "dtype": "bf16",
        "norm": "rsqrt",
        "temperature": "exp",
        "rope": "interleaved",
        "per_stage_padding": True,
        "taps": (3, 2),
        "window": 4,
        "bias": True,
        "packed": True,
    },
}


def operands_of(config, op, batch=2, tokens=9):
    if config.packed:
        return sample_operands(config, op, 1, 11, seqlens=(4, 0, 1, 6))
    return sample_operands(config, op, batch, tokens)


@pytest.mark.parametrize("modes", MODES.values(), ids=MODES.keys())
def test_mode(tmp_path, modes):
    config = replace(BASE, **modes)
    check_cpu(tmp_path, config, "attention", operands_of(config, "attention"))


@pytest.mark.parametrize("taps", list(product(range(1, 5), repeat=2)))
def test_taps(tmp_path, taps):
    """All pairs of taps; odd ones with padding per stage."""
    config = replace(BASE, taps=taps, per_stage_padding=sum(taps) % 2 == 1, head_dim=8)
    check_cpu(tmp_path, config, "prologue", operands_of(config, "prologue"))


@pytest.mark.parametrize("taps", [(4, 4), (1, 4)])
def test_fewer_tokens_than_taps(tmp_path, taps):
    config = replace(BASE, taps=taps)
    check_cpu(tmp_path, config, "prologue", operands_of(config, "prologue", tokens=2))


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("dtype", ["f32", "bf16", "f16"])
def test_projection(tmp_path, dtype, bias):
    """The output projection by itself."""
    config = replace(BASE, dtype=dtype, bias=bias)
    for batch, tokens in ((2, 9), (1, 1), (1, 0)):
        operands = operands_of(config, "projection", batch, tokens)
        check_cpu(tmp_path, config, "projection", operands)
    check_cpu(tmp_path, config, "projection", operands, batch=1, seq=0)


@pytest.mark.parametrize("modes", [{}, {"packed": True, "bias": True}, {"dtype": "bf16"}], ids=str)
def test_prefill(tmp_path, modes):
    config = replace(BASE, **modes)
    check_cpu(tmp_path, config, "prefill", operands_of(config, "prefill"))


@pytest.mark.parametrize(
    "modes", [{}, {"bias": True}, {"packed": True}, {"dtype": "bf16"}], ids=str
)
def test_prologue(tmp_path, modes):
    config = replace(BASE, **modes)
    check_cpu(tmp_path, config, "prologue", operands_of(config, "prologue"))


@pytest.mark.parametrize(
    "modes",
    [
        {},
        {"causal": False},
        {"causal": False, "window": 3},
        {"window": 3, "scale": 0.6},
        {"packed": True},
        {"dtype": "bf16"},
        {"dtype": "f16", "q_heads": 6, "kv_heads": 3},
    ],
    ids=str,
)
@pytest.mark.parametrize("lse", [False, True], ids=["out", "lse"])
def test_flash_attention(tmp_path, modes, lse):
    config = replace(BASE, **modes)
    check_cpu(tmp_path, config, "flash", operands_of(config, "flash"), lse=lse)


def test_flash_attention_with_large_scores(tmp_path):
    """exp of the scores alone would overflow; the largest score must be subtracted."""
    config = replace(BASE, scale=50.0)
    check_cpu(tmp_path, config, "flash", operands_of(config, "flash"), lse=True)


def test_tables_that_are_no_rotation(tmp_path):
    """cos and sin are data: each channel has its own entry, whatever it is."""
    config = replace(BASE, rope="interleaved", batched_rope=True)
    operands = operands_of(config, "prologue")
    random = np.random.default_rng(7)
    for name in ("cos", "sin"):
        operands[name] = random.standard_normal(operands[name].shape).astype(np.float32)
    check_cpu(tmp_path, config, "prologue", operands)


@pytest.mark.parametrize(
    "seqlens", [(9,), (0, 9), (9, 0), (0, 0, 3, 0, 1, 5, 0), (1,) * 9], ids=str
)
@pytest.mark.parametrize("modes", [{}, {"bias": True, "taps": (3, 3)}], ids=str)
def test_packed(tmp_path, seqlens, modes):
    config = replace(BASE, packed=True, **modes)
    operands = sample_operands(config, "attention", 1, 9, seqlens=seqlens)
    check_cpu(tmp_path, config, "attention", operands)


@pytest.mark.parametrize("seqlens", [(0,), (0, 0), ()], ids=str)
def test_packed_batch_without_tokens(tmp_path, seqlens):
    config = replace(BASE, packed=True)
    operands = sample_operands(config, "attention", 1, 0, seqlens=seqlens)
    (out,) = run_cpu(tmp_path, config, "attention", operands)
    assert out.shape == (1, 0, 32)


def test_packed_tables_longer_than_any_sequence(tmp_path):
    config = replace(BASE, packed=True)
    operands = sample_operands(config, "attention", 1, 9, seqlens=(4, 5))
    for name in ("cos", "sin"):
        operands[name] = np.concatenate([operands[name], np.full((7, 8), 1e30)]).astype(np.float32)
    check_cpu(tmp_path, config, "attention", operands)


def test_a_sequence_is_the_same_alone_and_in_a_batch(tmp_path):
    """Bit for bit: nothing of a neighbour may reach it."""
    config = replace(BASE, bias=True)
    operands = sample_operands(config, "attention", batch=3, seq=9)
    (together,) = run_cpu(tmp_path, config, "attention", operands)
    operands["hidden"] = operands["hidden"][1:2]
    (alone,) = run_cpu(tmp_path, config, "attention", operands)
    np.testing.assert_array_equal(together[1:2], alone)


def test_prologue_and_flash_attention_make_the_block(tmp_path):
    config = replace(BASE, output_projection=False)
    operands = operands_of(config, "attention")
    (block,) = run_cpu(tmp_path, config, "attention", operands)
    names = ("query", "key", "value")
    parts = dict(zip(names, run_cpu(tmp_path, config, "prologue", operands), strict=True))
    (out,) = run_cpu(tmp_path, config, "flash", parts)
    assert relative_error(out.reshape(block.shape), block) <= F32_LIMIT
