#!/usr/bin/env python3
"""Random queries, keys and values for attention.mlir, and the result to expect, as .npy files.

usage: python3 examples/flash-attention/make_arrays.py FOLDER [--tokens N]

Queries and keys have length sqrt(D), keys times a temperature; bf16 as uint16, as cca-run reads it.
expected.npy is computed in fp64 from the rounded inputs.
"""

import argparse
from pathlib import Path

import numpy as np

QUERY_HEADS, KEY_HEADS, HEAD_DIM = 8, 2, 128


def to_bf16(values):
    """Rounded to nearest, ties to even, as uint16."""
    bits = values.astype(np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def from_bf16(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)


def attention(q, k, v):
    """Causal attention, B x S x heads x D."""
    group = q.shape[2] // k.shape[2]
    k, v = (np.repeat(x, group, axis=2) for x in (k, v))
    scores = np.einsum("bshd,bthd->bhst", q, k) / np.sqrt(q.shape[3])
    seen = np.tril(np.ones(scores.shape[-2:], bool))
    weights = np.where(seen, np.exp(scores - scores.max(-1, keepdims=True)), 0)
    weights /= weights.sum(-1, keepdims=True)
    return np.einsum("bhst,bthd->bshd", weights, v)


def main():
    cli = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    cli.add_argument("folder", type=Path)
    cli.add_argument("--tokens", type=int, default=200, metavar="N", help="default: 200")
    arguments = cli.parse_args()

    rng = np.random.default_rng()
    shapes = {"q": QUERY_HEADS, "k": KEY_HEADS, "v": KEY_HEADS}
    arrays = {
        name: rng.standard_normal((1, arguments.tokens, heads, HEAD_DIM))
        for name, heads in shapes.items()
    }
    for name in "qk":
        length = np.linalg.norm(arrays[name], axis=-1, keepdims=True)
        arrays[name] *= np.sqrt(HEAD_DIM) / length
    temperature = rng.uniform(0.5, 2, KEY_HEADS).astype(np.float32)
    arrays["k"] *= temperature[:, None]

    arguments.folder.mkdir(parents=True, exist_ok=True)
    rounded = {name: to_bf16(values) for name, values in arrays.items()}
    for name, values in rounded.items():
        np.save(arguments.folder / f"{name}.npy", values)
    np.save(arguments.folder / "temperature.npy", temperature)
    expected = attention(*(from_bf16(rounded[name]) for name in "qkv"))
    np.save(arguments.folder / "expected.npy", expected.astype(np.float32))


if __name__ == "__main__":
    main()
