"""What the numeric tests share: where the programs are, and one checked run."""

import os
from pathlib import Path

import numpy as np
import pytest

from cca import reference
from cca.accuracy import limits, relative_error
from cca.config import CCAConfig
from cca.runner import run

ROOT = Path(__file__).resolve().parents[2]
BIN_DIR = Path(os.environ.get("CCA_BIN_DIR", ROOT / "build" / "bin"))


def tool(name: str) -> str:
    """Path of one of the project's programs. A missing one fails the test: not built."""
    path = BIN_DIR / name
    if not path.is_file():
        pytest.fail(f"{path} is missing: build the project first, or set CCA_BIN_DIR")
    return str(path)


def run_cpu(folder, config: CCAConfig, op: str, operands, **sizes) -> list[np.ndarray]:
    """Results of `op` on the CPU target, as fp64 values. `sizes` as in `cca.runner.run`."""
    tool("cca-run")
    return run(BIN_DIR, folder, config, op, operands, **sizes).results


def expected_results(config: CCAConfig, op: str, operands, lse=False) -> list[np.ndarray]:
    """The same results from the NumPy reference."""
    if op == "attention":
        return [reference.attention(operands, config)]
    if op == "prologue":
        return list(reference.prologue(operands, config))
    if op == "projection":
        return [reference.project(operands["x"], operands["w_o"], operands.get("b_o"))]
    if op == "prefill":
        return [reference.attention(operands, config), *reference.prologue(operands, config)[1:]]
    out, scores = reference.flash_attention(
        operands["query"], operands["key"], operands["value"], config, operands.get("cu_seqlens")
    )
    return [out, scores] if lse else [out]


def check_cpu(folder, config: CCAConfig, op: str, operands, lse=False, **sizes) -> None:
    """Asserts that the CPU target agrees with the reference, within `cca.accuracy.limits`."""
    results = run_cpu(folder, config, op, operands, lse=lse, **sizes)
    expected = expected_results(config, op, operands, lse)
    bounds = limits(op, operands, config)
    for index, (result, wanted) in enumerate(zip(results, expected, strict=True)):
        error, bound = relative_error(result, wanted), bounds[index]
        assert error <= bound, f"result {index}: relative error {error:.2e}, limit {bound:.2e}"
