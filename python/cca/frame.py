"""The calls of a block in one thread.

A frame has descriptors, of which a call rewrites the addresses, and the rest only where sizes
or strides are others than in the last one. What is the same in calls with the same sizes and
strides is found once; what is the same in calls with the same addresses, too, is replayed.
"""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from cca.arguments import Arguments, Slot
from cca.device import current_device, current_stream
from cca.graph import Graph, Replays
from cca.memory import allocate, empty, row_major, torch_type
from cca.operands import Tensor

if TYPE_CHECKING:
    from cca.bound import PackedWeights

# Sizes and strides of calls that a frame keeps.
SHAPES = 16


@dataclass(eq=False)
class Call:
    """What is the same in all calls with tensors of the same sizes and strides."""

    # Of the device.
    index: int
    # Of inputs, results and the workspace: sizes, then strides.
    sizes: list[list[int]]
    # Shape and element type of what is to be allocated: results, then the workspace.
    made: list[tuple[tuple[int, ...], str]]
    # The same as PyTorch takes it: shape, strides and type.
    strided: list[tuple]
    # In bytes.
    workspace_size: int


class Frame:
    """The calls of a block in one thread."""

    def __init__(self, weights: "PackedWeights"):
        """With the weights in their places. They are not kept: they keep their frames."""
        block = self._block = weights.block
        function, self._index = block.function, weights.index
        self._inputs = [Slot(function.name, declared) for declared in block.inputs]
        self._results = [Slot(function.name, declared) for declared in block.results]
        named = weights.named | {slot.declared.name: slot for slot in self._inputs}
        self._arguments = Arguments(function, named, weights.packed, self._results)
        # Launches kernel by kernel what the descriptors say; takes a stream, returns a status.
        self.kernels = self._arguments.call
        self._workspace = self._arguments.workspace
        self._slots = [*self._inputs, *self._results]
        if self._workspace is not None:
            self._slots.append(self._workspace)
        # Which input and dimension each dynamic size of a result is, or a static size.
        self._origins = [_origins(declared, block.inputs) for declared in block.results]
        # By what is known of the tensors that they are given.
        self._calls: dict[tuple, Call] = {}
        # The one whose sizes descriptors have.
        self._described: Call | None = None
        self._replays = Replays()
        self._empty = empty()

    def launch(self, inputs: list, out, workspace, stream: int | None):
        """Calls the function; returns the results."""
        block = self._block
        results = () if out is None else out if isinstance(out, tuple | list) else (out,)
        if self._workspace is None:
            workspace = None
        call = self.call(inputs, None if out is None else results, workspace)
        if stream is None and current_device() == call.index:
            ready = current_stream(call.index)
        else:
            # None: there is a context to be made current first.
            ready = stream
        if stream is None and ready is not None and block.allocate is allocate:
            new = [self._empty(shape, by, dtype=dtype) for shape, by, dtype in call.strided]
        else:
            new = [block.allocate(inputs[0], *made, stream) for made in call.made]
        tensors = [*inputs, *results, *new]
        if workspace is not None:
            tensors.append(workspace)
        addresses = tuple([tensor.data_ptr() for tensor in tensors])
        graph = self._replays.find((call, addresses)) if block.replay else None
        # A graph is not launched where the stream is captured.
        if graph is None or ready is None or graph.launch(ready):
            block.function.run(partial(self._launch, call, addresses), call.index, stream)
        if out is not None:
            return out
        count = len(self._results)
        return new[0] if count == 1 else tuple(new[:count])

    def call(self, inputs: list, results=None, workspace=None) -> Call:
        """What is known of calls with such tensors; those that are None are to be allocated."""
        given = inputs if results is None else [*inputs, *results]
        if workspace is not None:
            given = [*given, workspace]
        known = tuple([(x.shape, x.stride(), x.dtype, x.get_device()) for x in given])
        if results is None and workspace is not None:
            # As many as with one result.
            known = (None, *known)
        call = self._calls.get(known)
        return self._describe(known, inputs, results, workspace) if call is None else call

    def _describe(self, known: tuple, inputs: list, results, workspace) -> Call:
        """Checks tensors, and sets descriptors."""
        index = inputs[0].get_device() if self._index is None else self._index
        self._described = None
        sizes = [slot.set(x, index) for slot, x in zip(self._inputs, inputs, strict=True)]
        made = []
        if results is None:
            for slot, origins in zip(self._results, self._origins, strict=True):
                shape = tuple([x if type(x) is int else inputs[x[0]].shape[x[1]] for x in origins])
                sizes.append(slot.set_shape(shape))
                made.append((shape, slot.declared.element))
        elif len(results) != len(self._results):
            raise TypeError(
                f"@{self._block.function.name} expects {len(self._results)} results in out, "
                f"but got {len(results)}"
            )
        else:
            sizes += [slot.set(x, index) for slot, x in zip(self._results, results, strict=True)]
        workspace_size = self._arguments.workspace_size()
        if workspace is not None:
            sizes.append(self._workspace.set(workspace, index))
        elif self._workspace is not None:
            sizes.append(self._workspace.set_shape((workspace_size,)))
            made.append(((workspace_size,), self._workspace.declared.element))
        strided = [(shape, row_major(shape), torch_type(element)) for shape, element in made]
        call = Call(index, sizes, made, strided, workspace_size)
        if len(self._calls) == SHAPES:
            del self._calls[next(iter(self._calls))]
        self._calls[known] = self._described = call
        return call

    def _launch(self, call: Call, addresses: tuple[int, ...], stream: int) -> int:
        """Calls the function with tensors at these addresses; a status."""
        if call is not self._described:
            for slot, sizes in zip(self._slots, call.sizes, strict=True):
                slot.fields[3:] = sizes
            self._described = call
        for slot, address in zip(self._slots, addresses, strict=True):
            fields = slot.fields
            fields[0] = fields[1] = address
        status = self.kernels(stream)
        if self._block.replay and not status:
            self._replays.count((call, addresses), self.record)
        return status

    def record(self) -> Graph | None:
        """What the last call that launched kernels did; None if it cannot be recorded."""
        return self._block.function.record(self.kernels)


def _origins(result: Tensor, inputs: list[Tensor]) -> list[int | tuple[int, int]]:
    """Sizes of a result: numbers, or the input and the dimension that have the same one.

    Results have the batch and the tokens of the first input: dimensions 0 and 1 there.
    """
    free = iter([(0, 0), (0, 1)] if inputs[0].shape[0] is None else [(0, 1)])
    return [next(free) if size is None else size for size in result.shape]
