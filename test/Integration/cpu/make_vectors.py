"""Makes the `.npy` files in Inputs/ that the tests in this folder read.

    PYTHONPATH=python:python/tests python3 test/Integration/cpu/make_vectors.py

Operands are random and seeded. What `ZayaAttention` of HF transformers has, it has
computed, in fp64; the rest comes from the NumPy reference of the project. Which of the two
made a file is printed, and stands in the test. Needs torch and transformers.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

import hf_oracle
from cca import reference
from cca.accuracy import limits
from cca.config import CCAConfig
from cca.operands import operands as operands_of
from cca.sample import sample_operands
from cca.storage import encode

INPUTS = Path(__file__).resolve().parent / "Inputs"
TOKENS = 7
CU_SEQLENS = np.array([0, 3, 3, 7], dtype=np.int32)

SMALL = CCAConfig(hidden=16, q_heads=4, kv_heads=2, head_dim=8, rotary=4, dtype="f32", bias=True)
MODES = {
    "block": {},
    "full": {"causal": False},
    "window": {"window": 3},
    "packed": {"packed": True},
    "other_modes": {
        "norm": "rsqrt",
        "temperature": "exp",
        "rope": "interleaved",
        "per_stage_padding": True,
    },
}


def save(name: str, array: np.ndarray, source: str) -> None:
    """Writes Inputs/`name`.npy and says where it comes from."""
    path = INPUTS / f"{name}.npy"
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, array)
    print(f"{path.relative_to(INPUTS.parent)}: {source}")


def save_operands(config: CCAConfig) -> dict[str, np.ndarray]:
    """Writes one file for each operand of the block; returns their fp64 values."""
    values = sample_operands(config, "attention", batch=1, seq=TOKENS)
    for tensor in operands_of(config, "attention"):
        stored = encode(values[tensor.name], tensor.element)
        save(f"{config.dtype}/{tensor.name}", stored, "random")
    return values


def save_block(name: str, values: dict[str, np.ndarray], config: CCAConfig) -> None:
    """Writes the expected result of the block, from HF where it has the modes."""
    if config.packed:
        values = {**values, "cu_seqlens": CU_SEQLENS}
    if hf_oracle.supports(config):
        result, source = hf_oracle.attention(values, config, "f64"), "ZayaAttention"
    else:
        result, source = reference.attention(values, config), "cca.reference"
    (limit,) = limits("attention", values, config)
    save(f"{config.dtype}/expected_{name}", result, f"{source}, limit {limit:.1e}")


def main() -> None:
    """Writes all files."""
    values = save_operands(SMALL)
    save("cu_seqlens", CU_SEQLENS, "chosen")
    for name, modes in MODES.items():
        save_block(name, values, replace(SMALL, **modes))

    parts = reference.prologue(values, SMALL)
    for name, part in zip(("query", "key", "value"), parts, strict=True):
        save(f"f32/{name}", part.astype(np.float32), "cca.reference")
    inputs = [part.astype(np.float32) for part in parts]
    out, lse = reference.flash_attention(*inputs, SMALL)
    save("f32/expected_attention", out, "cca.reference")
    save("f32/expected_lse", lse, "cca.reference")

    config = replace(SMALL, dtype="bf16")
    save_block("block", save_operands(config), config)


if __name__ == "__main__":
    main()
