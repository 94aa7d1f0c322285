#!/usr/bin/env python3
"""A small attention block from NumPy: arrays in, cca-run, array out, checked.

usage, from the root of the checkout:
    PYTHONPATH=python python3 examples/numpy/run_block.py [MODULE]

The arrays have the names, shapes and order of the arguments of @block in MODULE,
examples/numpy/block.mlir unless given.
"""

import subprocess
import sys
import tempfile

import numpy as np

from cca import reference
from cca.config import CCAConfig

B, S, E = 2, 24, 64  # batch, tokens, hidden size
HQ, HK, D, R = 4, 2, 16, 8  # query heads, key/value heads, head dimension, rotary channels
T0, T1 = 2, 2  # taps of the two convolutions
C = (HQ + HK) * D

random = np.random.default_rng(0)


def normal(*shape, scale=1.0):
    return (scale * random.standard_normal(shape)).astype(np.float32)


angle = np.arange(S)[:, None] * 10000.0 ** (-np.arange(R // 2) / (R // 2))
angle = np.concatenate([angle, angle], axis=1)  # `rope half`: channel d pairs with d + R/2

arrays = {
    "hidden": normal(B, S, E),
    "w_q": normal(HQ * D, E, scale=E**-0.5),
    "w_k": normal(HK * D, E, scale=E**-0.5),
    "w_v_current": normal(HK * D // 2, E, scale=E**-0.5),
    "w_v_delayed": normal(HK * D // 2, E, scale=E**-0.5),
    "depthwise_weight": normal(C, T0, scale=T0**-0.5),
    "depthwise_bias": normal(C, scale=0.1),
    "grouped_weight": normal(C, D, T1, scale=(D * T1) ** -0.5),
    "grouped_bias": normal(C, scale=0.1),
    "temperature": np.array([0.5, 1.5], dtype=np.float32),
    "cos": np.cos(angle).astype(np.float32),
    "sin": np.sin(angle).astype(np.float32),
    "w_o": normal(E, HQ * D, scale=(HQ * D) ** -0.5),
}

module = sys.argv[1] if len(sys.argv) > 1 else "examples/numpy/block.mlir"
with tempfile.TemporaryDirectory() as folder:
    command = ["build/bin/cca-run", module, "--entry=block", "--target=cpu"]
    for name, array in arrays.items():
        np.save(f"{folder}/{name}.npy", array)
        command.append(f"--input={folder}/{name}.npy")
    subprocess.run([*command, f"--output={folder}/out.npy"], check=True)
    out = np.load(f"{folder}/out.npy")

# The reference evaluates the same definition in fp64. Its modes are those of block.mlir.
config = CCAConfig(hidden=E, q_heads=HQ, kv_heads=HK, head_dim=D, rotary=R, dtype="f32")
expected = reference.attention(arrays, config)
error = np.linalg.norm(out - expected) / np.linalg.norm(expected)
print(f"out: {out.dtype} {out.shape}")
print(f"relative error against fp64: {error:.1e}")
sys.exit(0 if error <= 2e-5 else 1)
