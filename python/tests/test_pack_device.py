"""`scripts/pack_device.py`, with a compiler that writes C instead of kernels."""

import ctypes
import os
import stat
import sys

import pack_device
import pytest

from cca.attention_variants import attention_variant
from cca.device import CompiledFunction, DeviceError
from fake_device import build

# Makes an object of a function that returns its number of arguments; D = 256 is an error.
COMPILER = """
import os, re, subprocess, sys
module, emit, flag, made = sys.argv[1:]
assert (emit, flag) == ("--emit=obj", "-o")
text = open(module).read()
with open(__file__ + ".log", "a") as log:
    log.write(module + "\\n")
if "x256xbf16" in text or "x256xf16" in text:
    sys.exit(module + ":3:5: error: expects fewer registers")
source = 'int cca_last_error(void); int attention(void) { return cca_last_error() == 0; }'
subprocess.run(["cc", "-xc", "-", "-c", "-fPIC", "-o", made], input=source, text=True, check=True)
"""


@pytest.fixture
def build_folder(tmp_path):
    """A build folder with a fake compiler and runtime."""
    folder = tmp_path / "build"
    (folder / "bin").mkdir(parents=True)
    (folder / "lib").mkdir()
    compiler = folder / "bin" / "cca-compile"
    compiler.write_text(f"#!{sys.executable}\n{COMPILER}")
    compiler.chmod(compiler.stat().st_mode | stat.S_IXUSR)
    build(folder / "lib" / "libcca_runtime.so.1", "-Wl,-soname,libcca_runtime.so.1")
    (folder / "lib" / "libcca_runtime.so").symlink_to("libcca_runtime.so.1")
    return folder


@pytest.fixture
def run(build_folder, tmp_path, capsys):
    """Runs the script; returns its status, its output and the names of what was compiled."""
    log = build_folder / "bin" / "cca-compile.log"

    def call(*arguments):
        log.unlink(missing_ok=True)
        flags = [f"--build={build_folder}", f"--out={tmp_path / 'device'}", "--jobs=2"]
        status = pack_device.main([*flags, *arguments])
        compiled = log.read_text().split() if log.exists() else []
        return status, capsys.readouterr(), [os.path.basename(name) for name in compiled]

    return call


def test_packs_once(run, build_folder, tmp_path):
    status, output, compiled = run("benchmark", "--head-dims=64")
    assert status == 0
    assert len(compiled) == 8
    assert "8 of 8 kernels in" in output.out
    device = tmp_path / "device"
    assert not list(device.glob("*.o"))
    assert not any(path.is_symlink() for path in device.iterdir())
    variant = pack_device.chosen(["benchmark"], {64})[0]
    library = device / f"{variant.name}.so"
    # It finds the runtime beside itself: nothing else has cca_last_error.
    assert CompiledFunction(library, variant.entry).parameters[0].name == "query"
    assert ctypes.CDLL(str(library)).attention() == 0

    assert run("benchmark", "--head-dims=64")[2] == []
    # A module that changed, a library that went, a compiler that is newer.
    library.with_suffix(".mlir").write_text("// other\n")
    assert run("benchmark", "--head-dims=64")[2] == [f"{variant.name}.mlir"]
    library.unlink()
    assert run("benchmark", "--head-dims=64")[2] == [f"{variant.name}.mlir"]
    (build_folder / "bin" / "cca-compile").touch()
    assert len(run("benchmark", "--head-dims=64")[2]) == 8


def test_failures_are_shown_and_the_rest_is_packed(run, tmp_path, monkeypatch):
    few = [attention_variant(head_dim, 8, 2) for head_dim in (64, 256, 128)]
    monkeypatch.setitem(pack_device.SETS, "test", lambda: few)
    status, output, _ = run("test")
    assert status == 1
    assert output.err.startswith("FAILED: d256-h8x2-causal-bf16\n")
    assert "error: expects fewer registers" in output.err
    assert "2 of 3 kernels in" in output.out
    packed = sorted(path.name for path in (tmp_path / "device").glob("*-*.so"))
    assert packed == ["d128-h8x2-causal-bf16.so", "d64-h8x2-causal-bf16.so"]


def test_failure_of_the_linker(run, tmp_path):
    status, output, _ = run("benchmark", "--head-dims=64", "--cc=false")
    assert status == 1
    assert "status 1" in output.err
    assert not list((tmp_path / "device").glob("*-*.so"))


def test_copies_a_peer(run, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "attention_yardstick.py").write_text("# a peer\n")
    assert run("benchmark", "--head-dims=64", f"--peer={tmp_path / 'other'}")[0] == 0
    assert (tmp_path / "device" / "peer" / "attention_yardstick.py").is_file()
    status, output, _ = run("benchmark", "--head-dims=64", f"--peer={tmp_path / 'absent'}")
    assert status == 1
    assert "absent" in output.err


def test_what_is_not_built(run, build_folder):
    (build_folder / "lib" / "libcca_runtime.so.1").unlink()
    (build_folder / "lib" / "libcca_runtime.so").unlink()
    status, output, _ = run("benchmark")
    assert (status, output.out) == (1, "")
    assert "no libcca_runtime.so in" in output.err
    (build_folder / "bin" / "cca-compile").unlink()
    assert "cca-compile is missing: build it first" in run("benchmark")[1].err


def test_list_names_every_kernel_once(run):
    status, output, compiled = run("--list")
    names = output.out.split()
    assert (status, compiled) == (0, [])
    assert len(names) == len(set(names)) > 90
    assert names == [variant.name for variant in pack_device.chosen([], None)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tests"], "expects sets of test, benchmark, sweep, gemm, mix, but got tests"),
        (["--head-dims=64,x"], "expects --head-dims as 64,128, but got 64,x"),
        (["--jobs=0"], "expects --jobs to be at least 1, but got 0"),
    ],
)
def test_usage_error(arguments, message, capsys):
    with pytest.raises(SystemExit) as exit_:
        pack_device.main(arguments)
    assert exit_.value.code == 1
    assert message in capsys.readouterr().err


def test_a_library_without_its_function_is_an_error(run, tmp_path):
    run("benchmark", "--head-dims=64")
    library = next((tmp_path / "device").glob("d64*.so"))
    with pytest.raises(DeviceError, match="has no function 'absent'"):
        CompiledFunction(library, "absent", [])


def test_takes_the_compiler_along(run, build_folder, tmp_path):
    library = tmp_path / "libcca.so.0.1.0"
    library.write_text("the compiler")
    status, _, _ = run("benchmark", "--head-dims=64", f"--library={library}")
    assert status == 0
    assert (tmp_path / "device" / "libcca.so").read_text() == "the compiler"
