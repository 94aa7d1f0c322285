"""Compiles MLIR modules in this process: text in, functions on tensors out.

program = Program.compile(text)
attention = program.function("attention")     # as cca.device.CompiledFunction
attention(query, key, value, out)
"""

import ctypes
import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from cca import library
from cca.device import DeviceFunction, Role
from cca.graph import Graph
from cca.operands import Tensor

# Compiled programs are kept in this folder, if the variable names one.
CACHE_VARIABLE = "CCA_CACHE"


class CompileError(RuntimeError):
    """A module does not compile; the message has the compiler's diagnostics."""


class Program:
    """Compiled functions. Lives as long as any of them is used."""

    def __init__(self, handle: int):
        """Takes over the handle of a `cca_program`."""
        self._handle = handle
        self._library = library.load()

    def __del__(self):
        if getattr(self, "_handle", None):
            self._library.cca_program_destroy(self._handle)

    @classmethod
    def compile(
        cls, text: str, report_schedules: bool = False, fuse_prologue: bool = False
    ) -> "Program":
        """Compiles a module. Raises CompileError, or LibraryError without libcca.

        With `fuse_prologue` a prologue is one kernel, and not two.
        """
        lib = library.load()
        source, handle = text.encode(), ctypes.c_void_p()
        options = library.Options(None, report_schedules, fuse_prologue)
        if lib.cca_program_compile(source, len(source), options, ctypes.byref(handle)):
            raise CompileError(library.last_error())
        return cls(handle.value)

    @classmethod
    def load(cls, stored: bytes) -> "Program":
        """What `bytes(program)` was. Raises CompileError if it is something else."""
        handle = ctypes.c_void_p()
        if library.load().cca_program_load(stored, len(stored), ctypes.byref(handle)):
            raise CompileError(library.last_error())
        return cls(handle.value)

    @classmethod
    def cached(cls, text: str, fuse_prologue: bool = False) -> "Program":
        """As `compile`, but from the folder that CCA_CACHE names, if it is there."""
        folder = os.environ.get(CACHE_VARIABLE)
        if not folder:
            return cls.compile(text, fuse_prologue=fuse_prologue)
        path = Path(folder) / f"{_key(text, fuse_prologue)}.cca"
        try:
            return cls.load(path.read_bytes())
        except (OSError, CompileError):
            program = cls.compile(text, fuse_prologue=fuse_prologue)
        _store(path, bytes(program))
        return program

    def __bytes__(self) -> bytes:
        """The program, to be loaded again by the same version of libcca."""
        length = ctypes.c_size_t()
        address = self._library.cca_program_bytes(self._handle, ctypes.byref(length))
        return ctypes.string_at(address, length.value)

    @property
    def ptx(self) -> str:
        """The PTX text of all kernels."""
        return self._library.cca_program_ptx(self._handle, None).decode()

    @property
    def messages(self) -> str:
        """Warnings and remarks of the compilation."""
        return self._library.cca_program_messages(self._handle).decode()

    @cached_property
    def functions(self) -> list[str]:
        """Names of the functions."""
        lib = self._library
        handles = (
            lib.cca_program_function(self._handle, i)
            for i in range(lib.cca_program_function_count(self._handle))
        )
        return [lib.cca_function_name(handle).decode() for handle in handles]

    def function(self, name: str) -> "ProgramFunction":
        """A function. Raises KeyError if there is none of that name."""
        handle = self._library.cca_program_find_function(self._handle, name.encode())
        if not handle:
            raise KeyError(library.last_error())
        return ProgramFunction(self, handle, name)


class ProgramFunction(DeviceFunction):
    """A function of a `Program`."""

    def __init__(self, program: Program, handle: int, name: str):
        """Made by `Program.function`."""
        lib = library.load()
        described = [
            lib.cca_function_parameter(handle, i).contents
            for i in range(lib.cca_function_parameter_count(handle))
        ]
        super().__init__(name, [_tensor(parameter) for parameter in described])
        self.roles = [_role(parameter) for parameter in described]
        self._program = program
        self._handle = handle
        self._call = lib.cca_function_call

    def workspace_size(self, addresses: Sequence[int]) -> int:
        """See `DeviceFunction`."""
        array = (ctypes.c_void_p * len(self.parameters))(*addresses)
        size = ctypes.c_int64()
        library.check(
            library.load().cca_function_workspace_size(self._handle, array, ctypes.byref(size))
        )
        return size.value

    def prepare(self, addresses: Sequence[int]):
        """See `DeviceFunction`."""
        array = (ctypes.c_void_p * len(addresses))(*addresses)
        call, handle = self._call, self._handle
        return lambda stream, _keep=self._program: call(handle, array, stream)

    def record(self, call: Callable[[int], int]) -> Graph | None:
        """See `DeviceFunction`."""
        return Graph.record(call)

    def last_error(self) -> str:
        """See `DeviceFunction`."""
        return library.last_error()

    def open_device(self, index: int) -> int:
        """See `DeviceFunction`."""
        return library.load().cca_device_open(index)


def _tensor(parameter: library.Parameter) -> Tensor:
    sizes = (parameter.sizes[i] for i in range(parameter.rank))
    shape = tuple(None if size == library.ANY else size for size in sizes)
    name = parameter.name.decode() or library.ROLES[parameter.role]
    return Tensor(name, shape, parameter.type.decode())


def _role(parameter: library.Parameter) -> Role:
    return Role(library.ROLES[parameter.role], parameter.packed)


def _key(text: str, fuse_prologue: bool) -> str:
    """Another text, another option or another libcca has another key."""
    file = library.find().stat()
    told = f"{file.st_size} {file.st_mtime_ns} {fuse_prologue}\n{text}"
    return hashlib.sha256(told.encode()).hexdigest()


def _store(path: Path, content: bytes) -> None:
    """Writes a file that is complete whenever it is there; without a place, none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(content)
        os.replace(file.name, path)
    except OSError:
        pass
