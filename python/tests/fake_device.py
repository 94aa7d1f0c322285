"""`fake_device.c` as a shared library, and CPU tensors that say they are on a GPU."""

import subprocess
from pathlib import Path
from types import SimpleNamespace

SOURCE = Path(__file__).with_suffix(".c")


def build(path: Path, *flags: str) -> Path:
    """Compiles the fake to `path`."""
    command = ["cc", "-shared", "-fPIC", "-O2", *flags, str(SOURCE), "-lm", "-o", str(path)]
    subprocess.run(command, check=True)
    return path


class OnDevice:
    """A CPU tensor as a compiled function sees one of a GPU."""

    def __init__(self, tensor, index: int = 0):
        self.tensor = tensor
        self.device = SimpleNamespace(type="cuda", index=index)

    def __getattr__(self, name):
        return getattr(self.tensor, name)
