"""Arguments of a compiled function: descriptors that stay where they are."""

import ctypes

from cca.device import DeviceFunction, element_of, fits, shape_text
from cca.memory import row_major
from cca.operands import Tensor


class Slot:
    """A parameter and its descriptor: allocated and aligned pointer, offset, sizes, strides."""

    __slots__ = ("declared", "fields", "function")

    def __init__(self, function: str, declared: Tensor):
        """An empty descriptor."""
        self.function = function
        self.declared = declared
        self.fields = (ctypes.c_int64 * (3 + 2 * len(declared.shape)))()

    @property
    def address(self) -> int:
        """Where the descriptor lies."""
        return ctypes.addressof(self.fields)

    def set(self, tensor, index: int) -> list[int]:
        """Describes a tensor, which must be on device `index`; its sizes, then its strides."""
        self._check(tensor, index)
        self.fields[0] = self.fields[1] = tensor.data_ptr()
        self.fields[3:] = sizes = [*tensor.shape, *tensor.stride()]
        return sizes

    def set_shape(self, shape: tuple[int, ...]) -> list[int]:
        """The same of a tensor that is not there yet, in row-major order."""
        self.fields[3:] = sizes = [*shape, *row_major(shape)]
        return sizes

    def _check(self, tensor, index: int) -> None:
        declared = self.declared
        if tensor.device.type != "cuda" or tensor.get_device() != index:
            raise ValueError(self._wrong(f"on device cuda:{index}", tensor.device))
        if element_of(tensor) != declared.element:
            raise TypeError(self._wrong(f"of {declared.element}", tensor.dtype))
        if not fits(tensor.shape, declared.shape):
            wanted = f"of shape {shape_text(declared.shape)}"
            raise ValueError(self._wrong(wanted, shape_text(tensor.shape)))

    def _wrong(self, expected: str, got) -> str:
        return f"@{self.function} expects {self.declared.name} {expected}, but got {got}"


class Arguments:
    """The slots of a function's parameters in their order, and a call with them."""

    def __init__(
        self, function: DeviceFunction, named: dict[str, Slot], packed: list[Slot], results: list
    ):
        """With operands by name, packed weights and results in their order."""
        self.function = function
        self.workspace: Slot | None = None
        remaining = iter(results)
        slots = []
        for declared, role in zip(function.parameters, function.roles, strict=True):
            if role.kind == "workspace":
                self.workspace = Slot(function.name, declared)
                slots.append(self.workspace)
            elif role.kind == "packed":
                slots.append(packed[role.packed])
            else:
                slots.append(next(remaining) if role.kind == "result" else named[declared.name])
        # Slots own the memory of descriptors.
        self._slots = slots
        self._addresses = [slot.address for slot in slots]
        self.call = function.prepare(self._addresses)

    def workspace_size(self) -> int:
        """Bytes that a call needs with the sizes that the slots have."""
        return 0 if self.workspace is None else self.function.workspace_size(self._addresses)
