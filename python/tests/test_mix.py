"""`cca.mix` on the CPU and, as a kernel, in the simulator, against fp64.

A kernel accumulates in f32 and rounds where `MixVariant.in_steps` does, the CPU not at all:
its error is that of rounding the result, and a little more where a number lies between two
that can be stored.
"""

import numpy as np
import pytest

from cca.accuracy import F32_LIMIT, relative_error
from simulated_mix import HEADS, POLICIES, TOKENS, Case, cases, execute, rounding_error

CASES = cases()
# Of the error that rounding alone makes.
MARGIN = 1.02


def check(case: Case, folder, flags, in_steps: bool) -> None:
    given = case.operands()
    found = execute(case, given, folder, flags)
    exact = case.variant.in_steps(given) if in_steps else case.variant.expected(given)
    for result, expected in zip(found, exact, strict=True):
        assert result.shape == expected.shape
        limit = MARGIN * rounding_error(expected, case.variant.dtype) + F32_LIMIT
        error = relative_error(result, expected)
        assert error <= limit, f"relative error {error:.2e}, limit {limit:.2e}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_simulated(case, tmp_path):
    check(case, tmp_path, ("--target=sim", *case.policy), in_steps=True)


@pytest.mark.parametrize("case", CASES[::3], ids=lambda case: case.name)
def test_cpu(case, tmp_path):
    check(case, tmp_path, ("--target=cpu", "--entry=mix"), in_steps=False)


def test_every_property_occurs():
    variants = [case.variant for case in CASES]
    assert {(v.q_heads, v.kv_heads) for v in variants} == set(HEADS)
    assert {v.taps for v in variants} == {1, 2, 3, 4, 7}
    assert {v.depthwise for v in variants} == {None, 1, 2}
    assert {(v.norm, v.temperature, v.rope) for v in variants} == {
        (norm, temperature, rope)
        for norm in ("clamp", "rsqrt")
        for temperature in ("linear", "exp")
        for rope in ("half", "interleaved")
    }
    assert {(case.tokens, case.variant.packed) for case in CASES} == {
        (tokens, packed) for tokens in TOKENS for packed in (True, False)
    }
    assert {case.policy for case in CASES} == set(POLICIES)


def test_a_kernel_that_rounds_twice_would_fail():
    """Of latents mixed in 16 bits the error is beyond the limit."""
    case = next(case for case in CASES if case.tokens == 200)
    query, _ = case.variant.expected(case.operands())
    limit = MARGIN * rounding_error(query, case.variant.dtype) + F32_LIMIT
    unit = 2.0 ** -(9 if case.variant.dtype == "bf16" else 12)
    noise = np.random.default_rng(0).uniform(-unit, unit, query.shape)
    assert relative_error(query * (1 + noise), query) > 0.5 * limit
