"""`cca.fused_prologue` on the CPU and, as a kernel, in the simulator, against fp64.

As kernels do, the reference rounds latents. What is left is an error of rounding results, and
a little more where a number lies between two that can be stored.
"""

from pathlib import Path

import pytest

from cca.accuracy import F32_LIMIT, relative_error
from cca.fused_variants import FusedSchedule, FusedVariant
from cca.mix_variants import MixVariant
from pairwise import pairwise
from simulated_mix import POLICIES, Case, execute, rounding_error

# Below, at and above a tile, which has 122 to 128 tokens of two consumers.
TOKENS = (0, 1, 5, 122, 126, 130, 260)
HEADS = ((4, 2), (2, 2), (3, 1), (4, 4))
# Of the error that rounding alone makes.
MARGIN = 1.05


def cases() -> list[Case]:
    """Any two properties of kernel and input meet."""
    axes = {
        "batch": [1, 2, "packed"],
        "tokens": list(TOKENS),
        "policy": list(POLICIES),
        "size": [(64, 0), (64, 32), (64, 64), (128, 64), (128, 128)],
        "heads": list(HEADS),
        "taps": [1, 2, 3, 4, 7],
        "norm": ["clamp", "rsqrt"],
        "temperature": ["linear", "exp"],
        "rope": ["half", "interleaved"],
        "dtype": ["bf16", "f16"],
        "rope_dtype": [None, "f32"],
        "query_factor": [1.0, 0.1275],
        "bias": [None, "f32", "model"],
        "schedule": [None, (2, 2, 2), (3, 2, 2), (2, 3, 3)],
        "batched_rope": [False, True],
    }
    return list(dict.fromkeys(_case(**case) for case in pairwise(axes, 0)))


def _case(batch, tokens, policy, size, heads, schedule, bias, **modes) -> Case:
    packed = batch == "packed"
    modes["batched_rope"] = modes["batched_rope"] and not packed
    head_dim, rotary = size
    if schedule is not None:
        # Three consumers have not the registers for larger heads.
        stages, tap_stages, consumers = schedule
        consumers = 2 if size != (64, 32) else consumers
        schedule = FusedSchedule(stages, tap_stages, consumers)
    mix = MixVariant(head_dim, *heads, rotary=rotary, packed=packed, **modes)
    bias = mix.dtype if bias == "model" else bias
    # Steps of 64 channels: more than stages, the last one not full.
    variant = FusedVariant(mix, hidden=264, bias=bias, schedule=schedule)
    return Case(variant, 1 if packed else batch, tokens, policy)


CASES = cases()


def check(case: Case, folder: Path, flags: tuple[str, ...]) -> None:
    given = case.operands()
    found = execute(case, given, folder, flags)
    for result, expected in zip(found, case.variant.expected(given), strict=True):
        assert result.shape == expected.shape
        limit = MARGIN * rounding_error(expected, case.variant.dtype) + F32_LIMIT
        error = relative_error(result, expected)
        assert error <= limit, f"relative error {error:.2e}, limit {limit:.2e}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_simulated(case, tmp_path):
    check(case, tmp_path, ("--target=sim", *case.policy))


@pytest.mark.parametrize("case", CASES[::6], ids=lambda case: case.name)
def test_cpu(case, tmp_path):
    check(case, tmp_path, ("--target=cpu", "--entry=prologue"))


def test_every_property_occurs():
    variants = [case.variant for case in CASES]
    assert {(v.mix.q_heads, v.mix.kv_heads) for v in variants} == set(HEADS)
    assert {v.mix.taps for v in variants} == {1, 2, 3, 4, 7}
    assert {v.schedule.consumers for v in variants if v.schedule} == {2, 3}
    assert {(case.tokens, case.variant.packed) for case in CASES} == {
        (tokens, packed) for tokens in TOKENS for packed in (True, False)
    }
    assert {case.policy for case in CASES} == set(POLICIES)
