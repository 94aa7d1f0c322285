"""Weights bound to a compiled block."""

import threading

from cca.arguments import Arguments, Slot
from cca.device import element_of
from cca.frame import Frame


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

    def frame(self) -> Frame:
        """This thread's."""
        try:
            return self._threads.frame
        except AttributeError:
            frame = self._threads.frame = Frame(self)
            return frame
