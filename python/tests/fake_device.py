"""Devices without a GPU: `fake_device.c` as a shared library, the driver of the lit tests, and
CPU tensors that say they are on a GPU.
"""

import ctypes
import subprocess
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

from harness import BIN_DIR

SOURCE = Path(__file__).with_suffix(".c")


def build(path: Path, *flags: str) -> Path:
    """Compiles the fake to `path`."""
    command = ["cc", "-shared", "-fPIC", "-O2", *flags, str(SOURCE), "-lm", "-o", str(path)]
    subprocess.run(command, check=True)
    return path


@cache
def load_driver() -> None:
    """The driver without a GPU, for all that look for libcuda.so.1 from now on."""
    path = BIN_DIR.parent / "test" / "FakeDriver" / "libcuda.so.1"
    if not path.is_file():
        pytest.fail(f"{path} is missing: build the project first")
    ctypes.CDLL(str(path))


class OnDevice:
    """A CPU tensor as a compiled function sees one of a GPU."""

    def __init__(self, tensor, index: int = 0):
        self.tensor = tensor
        self.device = SimpleNamespace(type="cuda", index=index)

    def get_device(self) -> int:
        return self.device.index

    def float(self) -> "OnDevice":
        return OnDevice(self.tensor.float(), self.device.index)

    def __getattr__(self, name):
        return getattr(self.tensor, name)
