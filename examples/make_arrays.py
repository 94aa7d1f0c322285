#!/usr/bin/env python3
"""Random operands for a named configuration, and the result to expect, as .npy files.

usage: PYTHONPATH=python python3 examples/make_arrays.py CONFIG FOLDER [--seq N]

Writes one file for each operand of @block, named after it, in the element type that
cca-run reads (bf16 as uint16), and expected.npy, the NumPy evaluation in fp64.
"""

import argparse
from pathlib import Path

import numpy as np

from cca import reference
from cca.config import CONFIGS
from cca.operands import operands
from cca.sample import sample_operands
from cca.storage import encode


def main():
    cli = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    cli.add_argument("config", choices=CONFIGS)
    cli.add_argument("folder", type=Path)
    cli.add_argument("--seq", type=int, default=64, metavar="N", help="tokens; default: 64")
    arguments = cli.parse_args()

    config = CONFIGS[arguments.config]
    values = sample_operands(config, "attention", batch=1, seq=arguments.seq)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for tensor in operands(config, "attention"):
        array = encode(values[tensor.name], tensor.element)
        np.save(arguments.folder / f"{tensor.name}.npy", array)
    np.save(arguments.folder / "expected.npy", reference.attention(values, config))


if __name__ == "__main__":
    main()
