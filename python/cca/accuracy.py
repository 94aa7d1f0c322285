"""How near a result must be to the fp64 evaluation of the same inputs, and why."""

import math
from collections.abc import Mapping

import numpy as np

from cca import reference
from cca.config import CCAConfig

# Unit roundoff: half the distance from 1 to the next number.
UNIT_ROUNDOFF = {"f32": 2.0**-24, "f16": 2.0**-11, "bf16": 2.0**-8}

# Root mean square of the relative error of one rounding to nearest, in unit roundoffs. It is
# uniform in +-u/m for a significand m in [1, 2); with log-uniform m the mean of 1/m^2 is
# 3 / (8 ln 2), a third of that is the square.
ROUNDING = math.sqrt(1 / (8 * math.log(2)))

# Steps of the definition that may round q and k to the element type: projection, depthwise
# and grouped convolution, q/k mean, norm with temperature, RoPE.
QK_ROUNDINGS = 6

# Over the expected error, for a result that had bad luck with its roundings.
MARGIN = 1.5

# Results of each operation.
RESULTS = {"attention": 1, "prologue": 3, "flash": 2, "prefill": 3, "projection": 1}

# The project's requirement in f32, where accumulation order and not storage decides.
F32_LIMIT = 2e-5


def relative_error(result: np.ndarray, expected: np.ndarray) -> float:
    """Frobenius norm of the difference over that of `expected`.

    0 if both are all zeros or empty, inf if only `expected` is. NaN and infinite results
    give inf. Raises ValueError if the shapes differ.
    """
    if result.shape != expected.shape:
        raise ValueError(f"expects shape {expected.shape}, but got {result.shape}")
    difference = float(np.linalg.norm((result - expected).ravel()))
    if not math.isfinite(difference):
        return math.inf
    size = float(np.linalg.norm(expected.ravel()))
    if size == 0:
        return 0.0 if difference == 0 else math.inf
    return difference / size


def limits(op: str, operands: Mapping[str, np.ndarray], config: CCAConfig) -> list[float]:
    """Largest acceptable relative error of each result of `op`, in the order of the results.

    For `flash` that of the log-sum-exp is always there, at the end.

    In f32 it is `F32_LIMIT`. In bf16 and f16 it is `MARGIN` times the error to expect if
    every step of the definition rounds its result to the element type and computes exactly
    inside. Roundings are independent, so their squares add up. How much of the error of q
    and k the softmax lets through depends on the scores; for the block it is measured, by
    evaluating attention once more with q, k and v disturbed at random.

    The log-sum-exp is computed and stored in f32 whatever the element type.
    """
    if config.dtype == "f32":
        return [F32_LIMIT] * RESULTS[op]
    once = ROUNDING * UNIT_ROUNDOFF[config.dtype]
    query_key = math.sqrt(QK_ROUNDINGS) * once
    if op == "prologue":
        return [MARGIN * query_key, MARGIN * query_key, MARGIN * once]
    if op == "projection":
        return [MARGIN * once]
    if op == "prefill":
        return limits("attention", operands, config) + limits("prologue", operands, config)[1:]
    if op == "flash":
        # The softmax weights and the result; q, k and v are inputs.
        return [MARGIN * math.sqrt(2) * once, F32_LIMIT]

    random = np.random.default_rng(0)
    exact = reference.prologue(operands, config)
    disturbed = [
        x * (1 + size * random.standard_normal(x.shape))
        for x, size in zip(exact, (query_key, query_key, once), strict=True)
    ]
    cu_seqlens = operands.get("cu_seqlens")
    wanted, _ = reference.flash_attention(*exact, config, cu_seqlens)
    result, _ = reference.flash_attention(*disturbed, config, cu_seqlens)
    # The softmax weights, the attention output and the output projection round once each.
    attention = relative_error(result, wanted)
    return [MARGIN * math.sqrt(attention**2 + 3 * once**2)]
