"""A kernel of the real compiler, packed and called from Python, down to a driver without a GPU."""

import os
import re
import subprocess
import sys

import pack_device
import pytest

from cca.attention_variants import attention_variant
from harness import BIN_DIR, ROOT, tool

BUILD = BIN_DIR.parent
DRIVER = BUILD / "test" / "FakeDriver"
VARIANT = attention_variant(128, 8, 2, normalized=True, lse=True)

PROGRAM = """
import sys
from pathlib import Path
from cca.device import CompiledFunction
from cca.device_array import Device
path, batch, tokens = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
device = Device(path.with_name("libcca_runtime.so"))
function = CompiledFunction(path, "attention")
tensors = []
for parameter in function.parameters:
    free = iter((batch, tokens))
    shape = [next(free) if size is None else size for size in parameter.shape]
    tensors.append(device.poisoned(tuple(shape), parameter.element))
function(*tensors, stream=0x1230)
print("launched")
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    tool("cca-compile")
    if not (DRIVER / "libcuda.so.1").is_file():
        pytest.fail(f"{DRIVER}/libcuda.so.1 is missing: build the project first")
    packer = pack_device.Packer(BUILD, tmp_path_factory.mktemp("device"), "cc")
    packer.prepare()
    assert packer.pack(VARIANT) is None
    return packer.out / f"{VARIANT.name}.so"


@pytest.fixture
def call(library, tmp_path):
    """Calls the kernel in a process of its own; returns what it said and what the driver did."""
    log = tmp_path / "driver.log"

    def run(batch, tokens, **environment):
        environment |= {
            "PYTHONPATH": str(ROOT / "python"),
            "LD_LIBRARY_PATH": str(DRIVER),
            "CCA_FAKE_DRIVER_LOG": str(log),
        }
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(library), str(batch), str(tokens)],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done, log.read_text() if log.exists() else ""

    return run


def test_tensors_and_stream_arrive(call):
    done, log = call(3, 300)
    assert done.stdout == "launched\n", done.stderr
    maps = re.findall(r"cuTensorMapEncodeTiled .* sizes ([\d ]+) strides ([\d ]+) box", log)
    # 64 channels, tokens, halves of the channels, heads, batch; bytes from each to the next.
    query, key, value, out = maps
    assert query[0] == "64 300 2 8 3"
    assert key[0] == value[0] == "64 300 2 2 3"
    assert out == query
    assert query[1].split()[:3] == ["2048", "128", "256"]
    assert key[1].split()[:3] == ["512", "128", "256"]
    assert len(re.findall(r"cuLaunchKernelEx .* stream 0x1230", log)) == 1


def test_nothing_is_launched_for_nothing(call):
    done, log = call(1, 0)
    assert done.stdout == "launched\n", done.stderr
    assert "cuLaunchKernel" not in log


def test_error_of_the_driver_is_raised(call):
    done, _ = call(1, 64, CCA_FAKE_DRIVER_FAIL="cuModuleLoadDataEx")
    assert done.returncode == 1
    assert re.search(r"cca.device.DeviceError: @attention: cannot load module", done.stderr)
