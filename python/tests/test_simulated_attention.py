"""Every kind of attention kernel, from level 0 through the simulator, against fp64.

Run in several orders of what is asynchronous. How near is near enough: 1.5 times the error of
a kernel that computes exactly, but rounds the softmax weights and the result to the element
type, on the same inputs.
"""

import numpy as np
import pytest

from cca import reference
from cca.accuracy import F32_LIMIT, MARGIN, relative_error
from cca.storage import rounded
from simulated_attention import (
    BOUNDS,
    HEADS,
    LAYOUTS,
    POLICIES,
    SCALES,
    TOKENS,
    WINDOWS,
    Case,
    cases,
    simulate,
)

CASES = cases()


def rounding_error(case: Case, given, expected: np.ndarray, offset: bool) -> float:
    """Relative error of an exact kernel that rounds weights and result.

    Weights are relative to the largest of their row, or with `offset` to something else:
    the bounded form takes the largest of some keys, which a row may not even see.
    """
    config = case.variant.config
    query, key, value = given["query"], given["key"], given["value"]
    batch, tokens, q_heads, _ = query.shape
    group = q_heads // config.kv_heads
    chance = np.random.default_rng(0)
    out = np.zeros_like(query)
    for b, span in reference.sequences(batch, tokens, given.get("cu_seqlens")):
        visible = reference.visible_tokens(span.stop - span.start, config.causal, config.window)
        for h in range(q_heads):
            scores = config.softmax_scale * query[b, span, h] @ key[b, span, h // group].T
            scores[~visible] = -np.inf
            peak = scores.max(axis=1, keepdims=True, initial=-np.inf)
            if offset:
                peak += chance.uniform(0, 1, peak.shape)
            weights = np.exp(scores - peak)
            total = weights.sum(axis=1, keepdims=True)
            stored = rounded(weights, config.dtype)
            out[b, span, h] = rounded(stored @ value[b, span, h // group] / total, config.dtype)
    return relative_error(out, expected)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_error(case, tmp_path):
    given = case.operands()
    out, scores = reference.flash_attention(
        given["query"],
        given["key"],
        given["value"],
        case.variant.config,
        given.get("cu_seqlens"),
    )
    found = simulate(case, given, tmp_path)
    offsets = (False,) if case.is_online() else (False, True)
    limit = MARGIN * max(rounding_error(case, given, out, offset) for offset in offsets)
    error = relative_error(found[0], out)
    assert error <= limit, f"relative error {error:.2e}, limit {limit:.2e}"
    if case.variant.lse:
        # A logarithm: its error is relative to what it is the logarithm of.
        difference = np.abs(found[1] - scores) / np.maximum(1, np.abs(scores))
        assert difference.max(initial=0) <= F32_LIMIT


def test_every_property_occurs():
    configs = [case.variant.config for case in CASES]
    assert {config.head_dim for config in configs} == {64, 128, 256}
    assert {(config.q_heads, config.kv_heads) for config in configs} >= set(HEADS)
    masks = {(config.causal, config.window) for config in configs}
    assert masks == {(causal, window) for causal in (True, False) for window in WINDOWS}
    assert {config.scale for config in configs} == set(SCALES)
    assert {
        (config.dtype, case.variant.lse) for config, case in zip(configs, CASES, strict=True)
    } == {(dtype, lse) for dtype in ("bf16", "f16") for lse in (True, False)}
    assert {(case.tokens, config.packed) for config, case in zip(configs, CASES, strict=True)} >= {
        (tokens, packed) for tokens in TOKENS for packed in (True, False)
    }
    assert {(case.bounds, case.policy) for case in CASES} == {
        (bounds, policy) for bounds in BOUNDS for policy in POLICIES
    }
    assert {(case.layout, case.batch) for case in CASES} == {
        (layout, batch) for layout in LAYOUTS for batch in (1, 2)
    }


def test_every_kind_of_schedule_occurs():
    schedules = [case.variant.config.schedule for case in CASES]
    schedules = [schedule for schedule in schedules if schedule is not None]
    assert {schedule.block_kv for schedule in schedules} == set(range(48, 177, 16))
    assert {(schedule.stages, schedule.consumers) for schedule in schedules} == {
        (stages, consumers) for stages in (1, 2, 3, 4) for consumers in (1, 2, 3)
    }
    orders = {
        (schedule.softmax, schedule.overlap, schedule.ping_pong)
        for schedule in schedules
        if schedule.consumers == 2
    }
    assert len(orders) == 3 * 2 * 2


def test_a_kernel_with_coarser_weights_would_fail():
    """Of weights with one bit less the error is beyond the limit."""
    case = next(case for case in CASES if case.tokens == 300 and case.bounds == "unknown")
    given = case.operands()
    exact, _ = reference.flash_attention(
        given["query"], given["key"], given["value"], case.variant.config, given.get("cu_seqlens")
    )
    limit = MARGIN * rounding_error(case, given, exact, False)
    unit = 2.0 ** -(7 if case.variant.config.dtype == "bf16" else 10)
    noise = np.random.default_rng(0).uniform(-unit, unit, exact.shape)
    assert relative_error(exact * (1 + noise), exact) > limit
