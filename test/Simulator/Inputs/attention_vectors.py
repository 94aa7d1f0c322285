#!/usr/bin/env python3
"""Inputs of an attention kernel, and what it must compute from them, in float64.

usage: attention_vectors.py DIRECTORY [--queries N] [--keys N] [--mask-first]

Writes q, k, v (bf16, stored as uint16) and o, l (float64). q has the scale and
log2(e) in it: o = softmax2(q k^T) v, and l is the sum of powers of two. With
--mask-first, query m does not see keys m to 127.
"""

import argparse
import pathlib

import numpy as np

HEAD_DIM = 128


def to_bf16(array):
    """Bits of the nearest bf16; no NaNs here."""
    bits = array.astype(np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def from_bf16(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--queries", type=int, default=128)
    parser.add_argument("--keys", type=int, default=512)
    parser.add_argument("--mask-first", action="store_true")
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)

    random = np.random.default_rng(1)
    stored = {
        name: to_bf16(random.standard_normal((1, tokens, 1, HEAD_DIM)) * scale)
        for name, tokens, scale in (
            ("q", options.queries, 0.2),
            ("k", options.keys, 1),
            ("v", options.keys, 1),
        )
    }
    q, k, v = (from_bf16(stored[name])[0, :, 0] for name in "qkv")
    p = np.exp2(q @ k.T)
    if options.mask_first:
        keys = np.arange(128)
        p[:, :128][keys[None, :] >= np.arange(len(q))[:, None]] = 0
    row_sums = p.sum(axis=1)
    stored["o"] = ((p / row_sums[:, None]) @ v)[None, :, None, :]
    stored["l"] = row_sums
    for name, array in stored.items():
        np.save(options.directory / f"{name}.npy", array)


if __name__ == "__main__":
    main()
