"""What compute-sanitizer watches on a GPU, with kernels that run on the CPU."""

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

import small_shapes
import watched
from cca import library
from cca.attention_variants import attention_variant
from cca.config import CCAConfig
from cca.device_array import Device
from cca.mix_variants import MixVariant
from fake_device import build

SANITIZE = Path(small_shapes.__file__).with_name("sanitize.sh")


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs the program on kernels built with the given flags, by variant."""
    build(tmp_path / "libcca_runtime.so")

    def call(kernels: dict, *arguments):
        monkeypatch.setattr(watched.attention_grid, "variants", lambda: list(kernels))
        monkeypatch.setattr(small_shapes, "SHAPES", ((1, 1), (2, 9)))
        for variant, flag in kernels.items():
            if flag is not None:
                build(tmp_path / f"{variant.name}.so", flag)
        status = small_shapes.main([f"--kernels={tmp_path}", "--kinds=attention", *arguments])
        return status, capsys.readouterr().out

    return call


CAUSAL, FULL = (attention_variant(16, 4, 2, causal=causal) for causal in (True, False))


def test_right_kernels(run):
    assert run({CAUSAL: "-DCAUSAL=1", FULL: "-DCAUSAL=0"}) == (0, "4 runs, 0 wrong results\n")


def test_wrong_kernel(run):
    status, out = run({CAUSAL: "-DCAUSAL=0", FULL: "-DCAUSAL=0"})
    assert status == 1
    # One token has one key, with a mask and without.
    assert out.startswith(f"{CAUSAL.name}, B 2, S 9: result 0: relative error")
    assert out.endswith("4 runs, 1 wrong results\n")


def test_kernels_that_are_not_packed(run):
    status, out = run({CAUSAL: None, FULL: "-DCAUSAL=0"})
    assert (status, out) == (0, f"{CAUSAL.name}: not packed\n2 runs, 0 wrong results\n")


def test_nothing_ran(run):
    assert run({CAUSAL: None}) == (1, f"{CAUSAL.name}: not packed\n0 runs, 0 wrong results\n")


def test_every_nth(run):
    assert run({CAUSAL: None, FULL: "-DCAUSAL=0"}, "--every=2")[0] == 1


def test_unknown_kind(run):
    with pytest.raises(SystemExit):
        run({CAUSAL: None}, "--kinds=block,pack")


def test_every_kind_has_kernels(tmp_path):
    found = watched.kinds(tmp_path)
    assert tuple(found) == small_shapes.KINDS
    for kernels in found.values():
        assert len({name for name, _ in kernels}) == len(kernels) > 30


def test_mix_that_is_not_packed(tmp_path):
    with pytest.raises(watched.MissingError, match="not packed"):
        watched.run_mix(tmp_path, MixVariant(64, 2, 1), None, 1, 5)


BLOCK = CCAConfig(hidden=64, q_heads=2, kv_heads=1, head_dim=64, rotary=32)


@pytest.mark.parametrize("modes", [{}, {"packed": True, "bias": True}], ids=str)
def test_block_on_a_driver_that_computes_nothing(libcca, driver_log, modes):
    """Everything is launched, in order, in memory that is large enough; results are NaN."""
    device = Device(library.find())
    config = CCAConfig(**(vars(BLOCK) | modes))
    (problem,) = watched.run_block(config, device, 2, 9)
    assert problem.startswith("result 0: relative error inf")
    launched = re.findall(r"cuLaunchKernelEx (\S+)", driver_log())
    assert launched[:-4]
    assert all(name.startswith("block_pack_kernel") for name in launched[:-4])
    assert launched[-4:] == ["latents", "mix", "flash_attention", "projection"]
    assert driver_log().count("cuMemAlloc") == driver_log().count("cuMemFree")


def test_block_without_the_compiler(monkeypatch, tmp_path):
    monkeypatch.setenv("CCA_LIBRARY", str(tmp_path / "absent"))
    monkeypatch.setattr(library, "load", library.load.__wrapped__)
    watched._program.cache_clear()
    with pytest.raises(watched.MissingError, match="expects libcca"):
        watched.run_block(BLOCK, None, 1, 5)


@pytest.fixture
def sanitize(tmp_path):
    """Runs sanitize.sh with a compute-sanitizer that finds an error in one tool."""
    fake = tmp_path / "bin" / "compute-sanitizer"
    fake.parent.mkdir()
    fake.write_text(
        '#!/bin/sh\necho "$@"\n[ "$2" = racecheck ] && { echo "1 hazard"; exit 9; }\n'
        'echo "ERROR SUMMARY: 0 errors"\n'
    )

    def call(*arguments, path=f"{fake.parent}:{os.environ['PATH']}"):
        fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
        command = [str(SANITIZE), f"--logs={tmp_path / 'logs'}", *arguments]
        environment = {**os.environ, "PATH": path}
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)

    return call


def test_sanitize_runs_every_tool(sanitize, tmp_path):
    done = sanitize("--every", "4")
    assert done.returncode == 1
    assert "ok: memcheck: ERROR SUMMARY: 0 errors" in done.stdout
    assert "FAILED: racecheck (exit status 9" in done.stdout
    assert "1 hazard" in done.stdout
    assert "ok: synccheck" in done.stdout
    assert "python3 small_shapes.py --every 4" in (tmp_path / "logs" / "initcheck.log").read_text()


def test_sanitize_runs_chosen_tools(sanitize):
    done = sanitize("--tools=memcheck,initcheck")
    assert done.returncode == 0
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["memcheck:", "initcheck:"]


def test_sanitize_without_the_tool(sanitize):
    done = sanitize(path="/usr/bin:/bin")
    assert done.returncode == 1
    assert "expects compute-sanitizer on the PATH" in done.stderr
