"""The examples that need PyTorch, as far as they run without a GPU."""

import os
import subprocess
import sys

import pytest

from harness import ROOT

pytest.importorskip("transformers", reason="transformers is not installed")


def run(*command):
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "python"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_transformers():
    done = run(
        *("examples/transformers/generate.py", "--device", "cpu", "--prompt", "8", "--new", "2")
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:2] == [
        "0 of 2 layers patched",
        "  not layer 0, 1: expects a CUDA device, but got cpu",
    ]
    assert lines[-1] == "2 of 2 greedy tokens agree"


def test_pytorch_without_a_gpu():
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    done = run("examples/pytorch/run_attention.py")
    assert done.returncode == 1
    assert done.stderr.startswith("nothing to run: expects a CUDA device, but PyTorch has none")
