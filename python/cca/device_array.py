"""Device memory without PyTorch, over `libcca_runtime`: NumPy arrays there and back.

For small programs that only run compiled functions, such as those that a memory checker
watches: no kernel runs but theirs.
"""

import ctypes
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from cca.device import DeviceError
from cca.storage import DTYPES, decode, encode

# The default stream.
STREAM = 0


class DeviceArray:
    """A contiguous tensor on the device that `CompiledFunction` takes."""

    def __init__(self, address: int, shape: tuple[int, ...], element: str, ordinal: int):
        """Memory that exists at `address` on device `ordinal`."""
        self.shape, self.dtype = tuple(shape), element
        self.device = SimpleNamespace(type="cuda", index=ordinal)
        self._address = address

    def data_ptr(self) -> int:
        """Address of the first element."""
        return self._address

    def stride(self) -> tuple[int, ...]:
        """Elements from one index to the next, by dimension."""
        return tuple(int(np.prod(self.shape[i + 1 :])) for i in range(len(self.shape)))

    @property
    def bytes(self) -> int:
        """Size of the memory."""
        return int(np.prod(self.shape)) * DTYPES[self.dtype].itemsize


class Device:
    """A GPU, with its primary context current in this thread.

    Raises OSError without the library, DeviceError without a driver or a device.
    """

    def __init__(self, runtime: Path | str, ordinal: int = 0):
        """Opens device `ordinal` with the library at `runtime`."""
        self._runtime = ctypes.CDLL(str(runtime))
        self._runtime.cca_last_error.restype = ctypes.c_char_p
        self._ordinal = ordinal
        self._call("cca_device_open", ctypes.c_int32(ordinal))

    def array(self, values: np.ndarray, element: str) -> DeviceArray:
        """A copy of real numbers, rounded to `element`."""
        host = np.ascontiguousarray(encode(values, element))
        made = self.poisoned(host.shape, element)
        self._call("cca_device_write", _at(made), host.ctypes, ctypes.c_size_t(made.bytes))
        return made

    def poisoned(self, shape: tuple[int, ...], element: str) -> DeviceArray:
        """Memory of which every byte is 255: NaN in all float types."""
        array = DeviceArray(0, shape, element, self._ordinal)
        address = ctypes.c_void_p()
        self._call("cca_device_allocate", ctypes.c_size_t(array.bytes), ctypes.byref(address))
        array._address = address.value
        self._call("cca_device_fill", address, ctypes.c_ubyte(255), ctypes.c_size_t(array.bytes))
        return array

    def read(self, array: DeviceArray) -> np.ndarray:
        """The fp64 values of an array, after all work of the default stream."""
        host = np.empty(array.shape, DTYPES[array.dtype])
        self._call("cca_device_read", host.ctypes, _at(array), ctypes.c_size_t(array.bytes))
        return decode(host, array.dtype)

    def free(self, *arrays: DeviceArray) -> None:
        """Gives memory back."""
        for array in arrays:
            self._call("cca_device_free", _at(array))

    def _call(self, name: str, *arguments) -> None:
        if getattr(self._runtime, name)(*arguments):
            raise DeviceError(self._runtime.cca_last_error().decode(errors="replace"))


def _at(array: DeviceArray) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.data_ptr())
