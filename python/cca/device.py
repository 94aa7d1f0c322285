"""Compiled functions on tensors of a GPU.

`CompiledFunction` loads what `cca-compile --emit=obj` made; `cca.program` compiles in this
process.

    cca-compile attn.mlir --emit=obj -o attn.o
    cc -shared attn.o -o attn.so -lcca_runtime

    attention = CompiledFunction("attn.so", "attention")
    attention(query, key, value, out)               # on PyTorch's current stream
    launch = attention.bind(query, key, value, out) # checks once
    launch()

Callers own all memory, results included. Nothing is allocated on the device and nothing
waits for it, so calls can be captured in a CUDA graph. Tensors are PyTorch's, or anything
with `shape`, `stride()`, `dtype`, `device` and `data_ptr()`. Needs the standard library only.
"""

import ctypes
import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cca.operands import Tensor
from cca.signature import signature

if TYPE_CHECKING:
    from cca.graph import Graph

# How PyTorch, or `str`, spells an element type.
_ELEMENTS = {
    f"{prefix}{spelling}": element
    for prefix in ("torch.", "")
    for spelling, element in {
        **{"float32": "f32", "float16": "f16", "bfloat16": "bf16", "int32": "i32"},
        **{"f32": "f32", "f16": "f16", "bf16": "bf16", "i32": "i32"},
        **{"int8": "i8", "uint8": "i8", "i8": "i8"},
    }.items()
}


def current_stream(index: int) -> int:
    """The address of PyTorch's current stream of a device."""
    return _raw_stream()(index)


@cache
def _raw_stream() -> Callable[[int], int]:
    # As Triton's launcher: a Stream object takes as long to make as a kernel to launch.
    import torch

    found = getattr(torch._C, "_cuda_getCurrentRawStream", None)
    return found or (lambda index: torch.cuda.current_stream(index).cuda_stream)


def current_device() -> int:
    """The index of PyTorch's current device."""
    return _raw_device()()


@cache
def _raw_device() -> Callable[[], int]:
    import torch

    found = getattr(torch._C, "_cuda_getDevice", None)
    return found or (lambda: torch.cuda.current_device())


class DeviceError(RuntimeError):
    """A compiled function, or the CUDA driver below it, refused a call."""


class Role(NamedTuple):
    """What a function does with a parameter.

    operand, result, workspace (memory for what is between kernels), or packed: weights
    as kernels read them, result number `packed` of the function that packs them.
    """

    kind: str
    packed: int = 0


class DeviceFunction:
    """A function that launches kernels. What calls it is up to those derived from it."""

    def __init__(self, name: str, parameters: Sequence[Tensor]):
        """`parameters` are its tensors, operands first, then results; None is dynamic."""
        self.name = name
        self.parameters = list(parameters)
        # Of each parameter, where they are known.
        self.roles: list[Role] = []
        self._threads = threading.local()

    def workspace_size(self, addresses: Sequence[int]) -> int:
        """Bytes of workspace that a call with descriptors at these addresses needs."""
        return 0

    def prepare(self, addresses: Sequence[int]) -> Callable[[int], int]:
        """A call with descriptors at these addresses: takes a stream, returns a status."""
        raise NotImplementedError

    def record(self, call: Callable[[int], int]) -> "Graph | None":
        """What a prepared call launches, as a graph; None where there are none."""
        return None

    def last_error(self) -> str:
        """What went wrong in the last call of this thread that failed."""
        raise NotImplementedError

    def open_device(self, index: int) -> int:
        """Makes the context of a device current in this thread; a status."""
        raise NotImplementedError

    def __call__(self, *tensors, stream: int | None = None) -> None:
        """Launches on `tensors`; see `bind`."""
        self.bind(*tensors)(stream)

    def bind(self, *tensors) -> Callable[..., None]:
        """Checks `tensors`, operands then results, and returns a launch of the function on them.

        The launch takes a stream: None is PyTorch's current one on the device of the
        tensors. Otherwise it is the address of a CUstream, whose device the caller has made
        current. It keeps the tensors alive, and raises DeviceError if the function fails.

        Raises TypeError or ValueError, naming the operand, if a tensor is not as declared.
        """
        index = self._check(tensors)
        descriptors = [descriptor(tensor) for tensor in tensors]
        call = self.prepare([ctypes.addressof(fields) for fields in descriptors])

        def launch(stream: int | None = None, _keep=(tensors, descriptors)) -> None:
            self.run(call, index, stream)

        return launch

    def run(self, call: Callable[[int], int], index: int, stream: int | None = None) -> None:
        """Makes a prepared call, on PyTorch's current stream of device `index` if None.

        Raises DeviceError if it fails.
        """
        status = self._on_current_stream(call, index) if stream is None else call(stream)
        if status:
            raise DeviceError(f"@{self.name}: {self.last_error()}")

    def _on_current_stream(self, call: Callable[[int], int], index: int) -> int:
        try:
            opened = self._threads.opened
        except AttributeError:
            opened = self._threads.opened = set()
        stream = current_stream(index)
        if index in opened and current_device() == index:
            return call(stream)
        import torch

        # PyTorch makes the context of a device current in a thread when it needs it there;
        # in a thread that has not called CUDA yet there is none.
        with torch.cuda.device(index):
            if index not in opened:
                if status := self.open_device(index):
                    return status
                opened.add(index)
            return call(stream)

    def _check(self, tensors: Sequence) -> int:
        """The index of the device of all tensors, which are as declared."""
        if len(tensors) != len(self.parameters):
            names = ", ".join(parameter.name for parameter in self.parameters)
            raise TypeError(
                f"@{self.name} expects {len(self.parameters)} tensors ({names}), "
                f"but got {len(tensors)}"
            )
        first = tensors[0].device if tensors else None
        for parameter, tensor in zip(self.parameters, tensors, strict=True):
            device = tensor.device
            if device.type != "cuda":
                raise ValueError(self._wrong(parameter, "on a CUDA device", device))
            if device.index != first.index:
                raise ValueError(self._wrong(parameter, f"on {first}", device))
            if element_of(tensor) != parameter.element:
                raise TypeError(self._wrong(parameter, f"of {parameter.element}", tensor.dtype))
            if not fits(tensor.shape, parameter.shape):
                wanted = f"of shape {shape_text(parameter.shape)}"
                raise ValueError(self._wrong(parameter, wanted, shape_text(tensor.shape)))
        return 0 if first is None or first.index is None else first.index

    def _wrong(self, parameter: Tensor, expected: str, got) -> str:
        return f"@{self.name} expects {parameter.name} {expected}, but got {got}"


class CompiledFunction(DeviceFunction):
    """One function of a shared library.

    `parameters` are its tensors, operands first, then results; a size of None is dynamic.
    Without them they are read off the module that the library was compiled from, which
    must stand beside it with the ending `.mlir`.

    Raises OSError if the library or the module cannot be loaded, DeviceError if it has no
    such function, SignatureError if the module does not declare it.
    """

    def __init__(self, path: Path | str, name: str, parameters: Sequence[Tensor] | None = None):
        """Loads the library; no kernel is loaded before its first launch."""
        path = Path(path).resolve()
        if parameters is None:
            parameters = signature(path.with_suffix(".mlir").read_text(encoding="utf-8"), name)
        super().__init__(name, parameters)
        self._library = ctypes.CDLL(str(path))
        self._function = self._symbol(name)
        # One descriptor for each tensor, then the stream.
        self._function.argtypes = [ctypes.c_void_p] * (len(self.parameters) + 1)
        self._function.restype = ctypes.c_int32
        self._last_error = self._symbol("cca_last_error")
        self._last_error.restype = ctypes.c_char_p

    def prepare(self, addresses: Sequence[int]) -> Callable[[int], int]:
        """See `DeviceFunction`."""
        function = self._function
        return lambda stream: function(*addresses, stream)

    def last_error(self) -> str:
        """See `DeviceFunction`."""
        return self._last_error().decode(errors="replace")

    def open_device(self, index: int) -> int:
        """See `DeviceFunction`."""
        return self._symbol("cca_device_open")(index)

    def _symbol(self, name: str):
        try:
            return getattr(self._library, name)
        except AttributeError:
            raise DeviceError(f"{self._library._name} has no function '{name}'") from None


def descriptor(tensor):
    """A memref descriptor: allocated and aligned pointer, offset, sizes, strides.

    Sizes and strides count elements. All fields have 64 bits, so it is an array of them.
    """
    address = tensor.data_ptr()
    fields = (address, address, 0, *tensor.shape, *tensor.stride())
    return (ctypes.c_int64 * len(fields))(*fields)


def element_of(tensor) -> str | None:
    """Its element type as MLIR spells it; None if it is none that functions have."""
    return _ELEMENTS.get(str(tensor.dtype))


def fits(shape: Sequence[int], declared: Sequence[int | None]) -> bool:
    """Whether a shape is one of those declared, in which None is any size."""
    return len(shape) == len(declared) and all(
        wanted is None or size == wanted for size, wanted in zip(shape, declared, strict=True)
    )


def shape_text(sizes: Sequence[int | None]) -> str:
    """As messages spell it: `?x?x2x16`."""
    return "x".join("?" if size is None else str(size) for size in sizes) or "()"
