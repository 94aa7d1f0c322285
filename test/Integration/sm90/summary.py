"""Sums up what the grid measured."""

import math

from measure import Measurement
from measure_block import problems

# Errors over fewer rows are more chance than kernel.
MANY_ROWS = 65536
MANY_BLOCK_ROWS = 4096


def summary(records: dict[str, Measurement], seed: int) -> dict:
    """Counts, worst ratios to cuDNN's error and to that of rounding alone, failures."""
    failures = {name: m.problems() for name, m in records.items() if m.problems()}
    cudnn = {name: m for name, m in records.items() if m.cudnn is not None}
    lse = [m.lse for m in records.values() if m.lse is not None]
    others = {name: m for name, m in records.items() if m.cudnn is None}
    return {
        "combinations": len(records),
        "failed": len(failures),
        "seed": seed,
        "against_cudnn": _worst(cudnn),
        "against_rounding": _worst(others),
        "worst_lse_error": max(lse, default=None),
        "failures": failures,
        "cases": {
            name: {
                "error": _number(m.error),
                "cudnn": m.cudnn,
                "rounding": m.rounding,
                "ratio": _number(m.ratio),
                "rows": m.rows,
                "lse": m.lse,
            }
            for name, m in records.items()
        },
    }


def block_summary(records: dict[str, dict], seed: int) -> dict:
    """Of whole blocks: counts, the worst ratios to the peer's error, failures."""
    failures = {name: problems(m) for name, m in records.items() if problems(m)}
    ratios = {
        f"{name} {result}": ours / theirs if theirs else float(ours > 0)
        for name, m in records.items()
        for result, (ours, theirs) in m["errors"].items()
        if m["rows"] >= MANY_BLOCK_ROWS
    }
    worst = max(ratios, key=ratios.get, default=None)
    return {
        "combinations": len(records),
        "failed": len(failures),
        "seed": seed,
        "worst": worst and {"case": worst, "ratio": _number(ratios[worst])},
        "failures": failures,
        "cases": {
            name: {result: list(map(_number, pair)) for result, pair in m["errors"].items()}
            for name, m in records.items()
        },
    }


def _worst(records: dict[str, Measurement]) -> dict:
    many = {name: m for name, m in records.items() if m.rows >= MANY_ROWS}
    found = {"combinations": len(records)}
    groups = {
        "worst": records,
        f"worst_of_{MANY_ROWS}_rows": many,
        "worst_normalized": {name: m for name, m in many.items() if m.normalized},
        "worst_online": {name: m for name, m in many.items() if not m.normalized},
    }
    for key, group in groups.items():
        name = max(group, key=lambda name: group[name].ratio, default=None)
        found[key] = name and {"case": name, "ratio": _number(group[name].ratio)}
    return found


def _number(value: float) -> float | str:
    """JSON has no infinity."""
    return value if math.isfinite(value) else str(value)
