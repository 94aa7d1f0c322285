"""The benchmark of what a call costs on the host: it runs, on any machine."""

import re
import subprocess
import sys

import pytest

from harness import BIN_DIR, ROOT

pytest.importorskip("torch", reason="torch is not installed")


def test_whole_run(libcca):
    program = str(ROOT / "benchmarks" / "launch_overhead.py")
    # In a process of its own: it lets tensors of the CPU through.
    done = subprocess.run(
        [sys.executable, program, "--calls=2", f"--build={BIN_DIR.parent}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    title, *lines = done.stdout.splitlines()
    assert re.fullmatch(r"ZAYA1-8B's block, \d+ tensors, .* launches nothing, microseconds:", title)
    assert [re.sub(r"^ +[\d.]+  ", "", line) for line in lines] == [
        "call, result allocated",
        "call, result given",
        "call, result and workspace given",
        "of it, a launch of the graph",
        "call kernel by kernel, result allocated",
        "call kernel by kernel, both given",
        "of it, the C function",
        "recording of a graph",
        "torch.add",
    ]
