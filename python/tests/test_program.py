"""`cca.program`: modules compiled in this process."""

import ctypes
import os
import re
import subprocess
import sys

import pytest

from cca import library
from cca.attention_variants import attention_variant
from cca.config import CONFIGS
from cca.device import DeviceError, descriptor
from cca.mlir import module_text
from cca.operands import Tensor
from cca.program import CompileError, Program
from harness import ROOT

VARIANT = attention_variant(128, 8, 2, normalized=True, lse=True)


@pytest.fixture(scope="module")
def program(libcca):
    return Program.compile(VARIANT.text())


def test_functions_and_their_tensors(program):
    assert program.functions == ["attention"]
    function = program.function("attention")
    names = ["query", "key", "value", "temperature", "result", "result"]
    assert [tensor.name for tensor in function.parameters] == names
    assert [role.kind for role in function.roles] == ["operand"] * 4 + ["result"] * 2
    assert [x[1:] for x in function.parameters] == [x[1:] for x in VARIANT.parameters()]
    with pytest.raises(KeyError, match="expects a function @absent, but the program has @attent"):
        program.function("absent")


def test_ptx_and_messages(program):
    assert ".target sm_90a" in program.ptx
    assert program.messages == ""
    told = Program.compile(VARIANT.text(), report_schedules=True).messages
    assert "remark: schedule = #cca.schedule<" in told


def test_structures_of_a_prologue(libcca):
    config = CONFIGS["zaya1-8b"]
    text = module_text(config, "prologue")
    assert {".entry latents(", ".entry mix("} <= entries(Program.compile(text))
    assert ".entry prologue(" in entries(Program.compile(text, fuse_prologue=True))


def entries(program: Program) -> set[str]:
    return set(re.findall(r"\.entry \w+\(", program.ptx))


def test_text_that_does_not_compile(libcca):
    with pytest.raises(CompileError, match=r"^module:1:1: error: "):
        Program.compile("mystery")
    with pytest.raises(CompileError, match="expects a head dimension"):
        Program.compile(attention_variant(96, 8, 2).text())


def test_bytes_make_the_program_again(program):
    stored = bytes(program)
    assert Program.load(stored).ptx == program.ptx
    with pytest.raises(CompileError, match="they were changed"):
        Program.load(stored[:-1])


class Memory:
    """Of the host: nothing looks into it."""

    def __init__(self, tensor: Tensor, batch: int, tokens: int):
        free = iter((batch, tokens))
        self.shape = tuple(next(free) if size is None else size for size in tensor.shape)
        self.dtype = tensor.element
        self.device = type("Device", (), {"type": "cuda", "index": 0})
        self._memory = (ctypes.c_int64 * 64)()

    def data_ptr(self):
        return -(-ctypes.addressof(self._memory) // 256) * 256

    def stride(self):
        strides = [1]
        for size in self.shape[:0:-1]:
            strides.insert(0, strides[0] * size)
        return tuple(strides)


def test_tensors_and_stream_reach_the_driver(program, driver_log):
    function = program.function("attention")
    tensors = [Memory(tensor, 3, 300) for tensor in function.parameters]
    # B x Hq x S
    tensors[-1].shape = (3, 8, 300)
    function(*tensors, stream=0x1230)
    log = driver_log()
    maps = re.findall(r"cuTensorMapEncodeTiled .* sizes ([\d ]+) strides", log)
    assert maps[0] == "64 300 2 8 3"
    assert len(re.findall(r"cuLaunchKernelEx .* stream 0x1230", log)) == 1


def test_error_of_the_driver_is_raised(program, monkeypatch):
    function = program.function("attention")
    tensors = [Memory(tensor, 1, 64) for tensor in function.parameters]
    tensors[-1].shape = (1, 8, 64)
    monkeypatch.setenv("CCA_FAKE_DRIVER_FAIL", "cuLaunchKernelEx")
    with pytest.raises(DeviceError, match="@attention: cannot launch kernel"):
        function(*tensors, stream=0)


def test_functions_keep_their_program(libcca):
    launch = Program.compile(VARIANT.text()).function("attention")
    tensors = [Memory(tensor, 1, 64) for tensor in launch.parameters]
    tensors[-1].shape = (1, 8, 64)
    launch.bind(*tensors)(0)


def test_cache(libcca, tmp_path, monkeypatch):
    folder = tmp_path / "a" / "cache"
    monkeypatch.setenv("CCA_CACHE", str(folder))
    first = Program.cached(VARIANT.text())
    (file,) = folder.iterdir()
    assert file.read_bytes() == bytes(first)
    monkeypatch.setattr(Program, "compile", None)
    assert Program.cached(VARIANT.text()).ptx == first.ptx
    monkeypatch.undo()
    monkeypatch.setenv("CCA_CACHE", str(folder))
    file.write_bytes(b"broken")
    assert Program.cached(VARIANT.text()).ptx == first.ptx
    assert file.read_bytes() != b"broken", "what cannot be read is written anew"
    monkeypatch.setenv("CCA_CACHE", "/proc/no/such/folder")
    assert Program.cached(VARIANT.text()).ptx == first.ptx


def test_library_that_is_not_there():
    command = [sys.executable, "-c", "from cca import library; library.load()"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "python")}

    def said(path):
        done = subprocess.run(
            command,
            env=environment | {"CCA_LIBRARY": str(path)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stderr.splitlines()[-1]

    assert said("/absent.so") == (
        "cca.library.LibraryError: expects libcca.so, but there is no /absent.so; "
        "CCA_LIBRARY names another"
    )
    assert "LibraryError: cannot load" in said(__file__)
    runtime = library.find().with_name("libcca_runtime.so")
    if runtime.exists():
        assert "has no function 'cca_program_compile'" in said(runtime)


TWO_KERNELS = """
func.func @attend(%query: tensor<?x?x4x128xbf16>, %key: tensor<?x?x2x128xbf16>)
    -> tensor<?x?x4x128xbf16> {
  %0 = cca.flash_attention query(%query : tensor<?x?x4x128xbf16>)
      key(%key : tensor<?x?x2x128xbf16>) value(%key : tensor<?x?x2x128xbf16>) causal
      -> tensor<?x?x4x128xbf16>
  %1 = cca.flash_attention query(%0 : tensor<?x?x4x128xbf16>)
      key(%key : tensor<?x?x2x128xbf16>) value(%key : tensor<?x?x2x128xbf16>) causal
      -> tensor<?x?x4x128xbf16>
  return %1 : tensor<?x?x4x128xbf16>
}
"""


def test_function_with_a_workspace(libcca, driver_log):
    function = Program.compile(TWO_KERNELS).function("attend")
    assert [role.kind for role in function.roles] == ["operand"] * 2 + ["result", "workspace"]
    assert function.parameters[-1] == Tensor("workspace", (None,), "i8")
    query, key, out, workspace = (Memory(tensor, 3, 100) for tensor in function.parameters)
    kept = [descriptor(tensor) for tensor in (query, key, out)]
    addresses = [*map(ctypes.addressof, kept), None]
    size = function.workspace_size(addresses)
    assert size == 3 * 100 * 4 * 128 * 2
    workspace.shape = (size,)
    function(query, key, out, workspace, stream=0)
    assert driver_log().count("cuLaunchKernelEx") == 2
    workspace.shape = (size - 1,)
    with pytest.raises(DeviceError, match="workspace"):
        function(query, key, out, workspace, stream=0)
