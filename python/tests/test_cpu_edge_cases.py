"""The CPU target against the NumPy reference on the edges of every axis, all pairs of them."""

import pytest

from cca.config import CCAConfig
from cca.sample import sample_operands
from harness import check_cpu, run_cpu
from pairwise import pairwise

AXES = {
    "tokens": [0, 1, 2, 3, 127, 128],
    "batch": [1, 3],
    "heads": [(8, 2), (4, 4), (6, 3), (4, 1)],
    "head_dim": [16, 64, 128],
    "dtype": ["f32", "bf16", "f16"],
    "bias": [False, True],
    "causal": [True, False],
    "window": [None, 1, 7, 200],
    "temperature": [None, 0.0, -1.0, 10.0],  # None: random, one per key head
    "static": [False, True],
}


def block(heads, head_dim, dtype, **modes) -> CCAConfig:
    q_heads, kv_heads = heads
    return CCAConfig(
        hidden=32,
        q_heads=q_heads,
        kv_heads=kv_heads,
        head_dim=head_dim,
        rotary=head_dim // 2,
        dtype=dtype,
        **modes,
    )


def check_block(folder, config, batch, tokens, temperature=None, static=False, seed=0):
    operands = sample_operands(config, "attention", batch, tokens, seed)
    if temperature is not None:
        operands["temperature"][:] = temperature
    sizes = {"batch": batch, "seq": tokens} if static else {}
    check_cpu(folder, config, "attention", operands, **sizes)


def label(case: dict) -> str:
    return "-".join(f"{name}={value}".replace(" ", "") for name, value in case.items())


@pytest.mark.parametrize("case", pairwise(AXES), ids=label)
def test_all_pairs(tmp_path, case):
    case = dict(case)
    run = {name: case.pop(name) for name in ("batch", "tokens", "temperature", "static")}
    check_block(tmp_path, block(**case), **run)


@pytest.mark.parametrize(
    ("dtype", "heads", "modes"),
    [
        ("f32", (8, 2), {}),
        ("bf16", (4, 1), {"window": 7}),
        ("f16", (4, 4), {"causal": False}),
        ("f32", (6, 3), {"window": 1001, "bias": True}),
    ],
)
def test_1000_tokens(tmp_path, dtype, heads, modes):
    check_block(tmp_path, block(heads, 16, dtype, **modes), batch=1, tokens=1000)


@pytest.mark.parametrize("dtype", ["f32", "bf16", "f16"])
def test_zero_hidden_states_give_zeros(tmp_path, dtype):
    """Values are zero, whatever the scores: the result is exactly zero."""
    config = block((8, 2), 16, dtype)
    operands = sample_operands(config, "attention", batch=1, seq=9)
    operands["hidden"][:] = 0
    (out,) = run_cpu(tmp_path, config, "attention", operands)
    assert out.shape == (1, 9, 32)
    assert (out == 0).all()


@pytest.mark.parametrize("norm", ["clamp", "rsqrt"])
def test_zero_hidden_states_and_convolution_biases(tmp_path, norm):
    """Queries and keys of length 0: eps keeps them from becoming NaN."""
    config = block((8, 2), 16, "f32", norm=norm)
    operands = sample_operands(config, "prologue", batch=1, seq=5)
    for name in ("hidden", "depthwise_bias", "grouped_bias"):
        operands[name][:] = 0
    for result in run_cpu(tmp_path, config, "prologue", operands):
        assert (result == 0).all()


def test_zero_hidden_states_with_biases(tmp_path):
    config = block((8, 2), 16, "f32", bias=True)
    operands = sample_operands(config, "attention", batch=1, seq=9)
    operands["hidden"][:] = 0
    check_cpu(tmp_path, config, "attention", operands)


@pytest.mark.parametrize("size", [1e-3, 1e-6])
def test_norm_near_eps(tmp_path, size):
    """Queries and keys about as long as eps, and much shorter: the clamp takes hold."""
    config = block((4, 2), 16, "f32", eps=1e-3)
    operands = sample_operands(config, "prologue", batch=1, seq=5)
    operands["hidden"] *= size
    for name in ("depthwise_bias", "grouped_bias"):
        operands[name][:] = 0
    check_cpu(tmp_path, config, "prologue", operands)
