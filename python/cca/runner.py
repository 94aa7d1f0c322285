"""Runs an entry function through `cca-run`, with operands and results as `.npy` files."""

import subprocess
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cca.config import CCAConfig
from cca.mlir import module_text
from cca.operands import ENTRY, operands, results
from cca.storage import decode, encode


class RunError(RuntimeError):
    """A program ended with a status other than 0; the message holds what it printed."""


class Run(NamedTuple):
    """What a run left behind."""

    results: list[np.ndarray]  # fp64 values, in the order of the results of the entry function
    output: str  # what cca-run printed


def call(command: list[str]) -> str:
    """Runs `command` and returns what it printed. Raises RunError unless it ends with 0."""
    done = subprocess.run(command, capture_output=True, text=True)
    printed = done.stdout + done.stderr
    if done.returncode != 0:
        raise RunError(f"{' '.join(command)}\nended with status {done.returncode}\n{printed}")
    return printed


def run(
    bin_dir: Path,
    folder: Path,
    config: CCAConfig,
    op: str,
    values: dict[str, np.ndarray],
    batch: int | None = None,
    seq: int | None = None,
    lse: bool = False,
    flags: tuple[str, ...] = (),
    passes: tuple[str, ...] = (),
    target: str = "cpu",
) -> Run:
    """Compiles `op` of `config` for `target`, runs it on `values` and returns its results.

    `values` maps operand names to real numbers, rounded here to the element types.
    `batch` and `seq` are the static sizes of the module, dynamic where None. `flags` go to
    `cca-run`; `passes` are flags of `cca-opt`, which rewrites the module first. All files,
    `module.mlir` and one `.npy` per operand and result, are left in `folder`.

    Raises RunError if a program fails, FileNotFoundError if it is not in `bin_dir`.
    """
    bin_dir, folder = Path(bin_dir), Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    module = folder / "module.mlir"
    module.write_text(module_text(config, op, batch, seq, lse), encoding="utf-8")
    if passes:
        call([str(bin_dir / "cca-opt"), str(module), *passes, "-o", str(module)])
    command = [str(bin_dir / "cca-run"), str(module), f"--entry={ENTRY[op]}"]
    command.append(f"--target={target}")
    for tensor in operands(config, op):
        path = folder / f"{tensor.name}.npy"
        np.save(path, encode(values[tensor.name], tensor.element))
        command.append(f"--input={path}")
    outputs = [(folder / f"result_{t.name}.npy", t) for t in results(config, op, lse=lse)]
    command += [f"--output={path}" for path, _ in outputs]
    command += flags

    output = call(command)
    return Run([decode(np.load(path), t.element) for path, t in outputs], output)
