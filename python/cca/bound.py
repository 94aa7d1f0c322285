"""Weights bound to a compiled block, and the calls with them.

A frame is the arguments of one function in one thread: descriptors that stay where they
are, of which a call rewrites the addresses, and the rest only where a shape has changed.
"""

import ctypes
import threading
from collections.abc import Callable
from functools import cache

from cca.device import DeviceFunction, current_stream, element_of, fits, shape_text
from cca.operands import Tensor

# A tensor of a shape and an element type, on the device of another one, for work of a stream:
# an address, or None for PyTorch's current one.
Allocate = Callable[[object, tuple[int, ...], str, int | None], object]

# How PyTorch calls element types.
TORCH = {"f32": "float32", "f16": "float16", "bf16": "bfloat16", "i32": "int32", "i8": "int8"}


def allocate(like, shape: tuple[int, ...], element: str, stream: int | None):
    """Memory from PyTorch's allocator, which gives it to others in the order of the stream."""
    # A stream as a context takes longer than the launches.
    if stream is None or stream == current_stream(like.get_device()):
        return like.new_empty(shape, dtype=_dtype(element))
    import torch

    with torch.cuda.stream(torch.cuda.ExternalStream(stream, device=like.device)):
        return like.new_empty(shape, dtype=_dtype(element))


@cache
def _dtype(element: str):
    import torch

    return getattr(torch, TORCH[element])


class Slot:
    """A parameter and its descriptor: allocated and aligned pointer, offset, sizes, strides."""

    __slots__ = ("_known", "_own", "declared", "fields", "function")

    def __init__(self, function: str, declared: Tensor):
        """An empty descriptor."""
        self.function = function
        self.declared = declared
        self.fields = (ctypes.c_int64 * (3 + 2 * len(declared.shape)))()
        # Shape, strides, element type and device index of the last tensor.
        self._known = None
        # The shape of the last one that was allocated for this parameter.
        self._own = None

    @property
    def address(self) -> int:
        """Where the descriptor lies."""
        return ctypes.addressof(self.fields)

    def set(self, tensor, index: int) -> bool:
        """Describes a tensor, which must be on device `index`; whether it has new sizes."""
        known = (tensor.shape, tensor.stride(), tensor.dtype, tensor.get_device())
        if known != self._known or known[3] != index:
            self._check(tensor, index)
            self.fields[3:] = [*tensor.shape, *tensor.stride()]
            self._known, self._own = known, None
            self.fields[0] = self.fields[1] = tensor.data_ptr()
            return True
        fields = self.fields
        fields[0] = fields[1] = tensor.data_ptr()
        return False

    def set_own(self, tensor, shape: tuple[int, ...], index: int) -> bool:
        """The same of a new tensor of a shape, in row-major order, that has just been made."""
        if shape != self._own:
            self.set(tensor, index)
            self._own = shape
            return True
        fields = self.fields
        fields[0] = fields[1] = tensor.data_ptr()
        return False

    def forget(self, shape: tuple[int, ...]) -> None:
        """Sizes without a tensor."""
        self._known = self._own = None
        self.fields[3 : 3 + len(shape)] = shape

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


class PackedWeights:
    """Weights as `Block.pack` made them. Any number of threads and streams can use them."""

    def __init__(self, block, tensors: list, index: int | None):
        """Made by `Block.pack`, of tensors on device `index`; None is any, for no tensors."""
        self.block, self.index = block, index
        name = block.function.name
        self.named: dict[str, Slot] = {}
        self.packed: list[Slot] = []
        kept = {}
        for declared, tensor in zip(block.weights, tensors, strict=True):
            if declared.name == "temperature" and element_of(tensor) in ("bf16", "f16"):
                tensor = tensor.float()
            slot = self.named[declared.name] = Slot(name, declared)
            slot.set(tensor, index)
            kept[declared.name] = tensor
        made = self._pack(tensors[0]) if block.pack_function else []
        # What descriptors point to lives as long as they do. Weights that only packing has
        # read may go.
        read = {tensor.name for tensor in block.function.parameters}
        self.tensors = [*made, *(tensor for key, tensor in kept.items() if key in read)]
        self._threads = threading.local()

    def _pack(self, like) -> list:
        """Packs on PyTorch's current stream; the packed weights."""
        block, function = self.block, self.block.pack_function
        made = []
        for declared, role in zip(function.parameters, function.roles, strict=True):
            if role.kind == "result":
                slot = Slot(function.name, declared)
                made.append(block.allocate(like, declared.shape, declared.element, None))
                slot.set(made[-1], self.index)
                self.packed.append(slot)
        arguments = Arguments(function, self.named, [], self.packed)
        if arguments.workspace is not None:
            # Once launched, memory is given to others only after the kernels.
            workspace = block.allocate(like, (arguments.workspace_size(),), "i8", None)
            arguments.workspace.set(workspace, self.index)
        function.run(arguments.call, self.index)
        return made

    def frame(self) -> "Frame":
        """This thread's."""
        try:
            return self._threads.frame
        except AttributeError:
            frame = self._threads.frame = Frame(self)
            return frame


class Frame:
    """A call of a block in one thread."""

    def __init__(self, weights: PackedWeights):
        """With the weights in their places."""
        block = weights.block
        function = self.function = block.function
        self.allocate, self.index = block.allocate, weights.index
        self.inputs = [Slot(function.name, declared) for declared in block.inputs]
        self.results = [Slot(function.name, declared) for declared in block.results]
        named = weights.named | {slot.declared.name: slot for slot in self.inputs}
        self._arguments = Arguments(function, named, weights.packed, self.results)
        self.call, self.workspace = self._arguments.call, self._arguments.workspace
        self._workspace_size = 0
        # Which input and dimension each dynamic size of a result is, or a static size.
        self._sizes = [_sizes(slot.declared, block.inputs) for slot in self.results]

    def launch(self, inputs: tuple, out, workspace, stream: int | None):
        """Sets the descriptors, calls the function, returns the results."""
        index = self.index
        if index is None:
            index = inputs[0].get_device()
        changed = self._set(self.inputs, inputs, index)
        if out is None:
            results = []
            for slot, shape in zip(self.results, self._shapes(inputs), strict=True):
                result = self.allocate(inputs[0], shape, slot.declared.element, stream)
                changed |= slot.set_own(result, shape, index)
                results.append(result)
        else:
            results = out if isinstance(out, tuple | list) else (out,)
            if len(results) != len(self.results):
                raise TypeError(
                    f"@{self.function.name} expects {len(self.results)} results in out, "
                    f"but got {len(results)}"
                )
            changed |= self._set(self.results, results, index)
        if self.workspace is not None:
            if changed:
                self._workspace_size = self._arguments.workspace_size()
            if workspace is None:
                size = (self._workspace_size,)
                workspace = self.allocate(inputs[0], size, "i8", stream)
                self.workspace.set_own(workspace, size, index)
            else:
                self.workspace.set(workspace, index)
        self.function.run(self.call, index, stream)
        if out is not None:
            return out
        return results[0] if len(results) == 1 else tuple(results)

    def workspace_size(self, inputs: tuple) -> int:
        """Bytes that a call with these inputs needs. Nothing is launched."""
        if self.workspace is None:
            return 0
        index = inputs[0].get_device() if self.index is None else self.index
        self._set(self.inputs, inputs, index)
        # Of results only sizes count; what is there in memory does not.
        for slot, shape in zip(self.results, self._shapes(inputs), strict=True):
            slot.forget(shape)
        return self._arguments.workspace_size()

    def _set(self, slots: list[Slot], tensors, index: int) -> bool:
        """Whether any of them has new sizes."""
        changed = False
        for slot, tensor in zip(slots, tensors, strict=True):
            if slot.set(tensor, index):
                changed = True
        return changed

    def _shapes(self, inputs: tuple) -> list[tuple[int, ...]]:
        """Of the results."""
        return [
            tuple([x if type(x) is int else inputs[x[0]].shape[x[1]] for x in sizes])
            for sizes in self._sizes
        ]


def _sizes(result: Tensor, inputs: list[Tensor]) -> list[int | tuple[int, int]]:
    """Sizes of a result: numbers, or the input and the dimension that have the same one.

    Results have the batch and the tokens of the first input: dimensions 0 and 1 there.
    """
    free = iter([(0, 0), (0, 1)] if inputs[0].shape[0] is None else [(0, 1)])
    return [next(free) if size is None else size for size in result.shape]
