"""Helpers of the shell scripts."""

import os
import stat
import subprocess

import pytest

from harness import ROOT


@pytest.mark.parametrize(
    ("body", "there"),
    [("echo 9.0", True), ("echo 8.0; echo 9.0", True), ("echo 10.0", False), ("exit 9", False)],
)
def test_whether_there_is_a_hopper_gpu(tmp_path, body, there):
    fake = tmp_path / "nvidia-smi"
    fake.write_text(f"#!/bin/sh\n{body}\n")
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"source {ROOT}/scripts/lib.sh; has_hopper"],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        check=False,
    )
    assert (done.returncode == 0) == there


def test_no_driver(tmp_path):
    command = f"source {ROOT}/scripts/lib.sh; PATH={tmp_path}; has_hopper"
    assert subprocess.run(["/bin/bash", "-c", command], check=False).returncode != 0
