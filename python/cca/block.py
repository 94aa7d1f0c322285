"""The CCA block on a GPU, for PyTorch.

    block = cca.compile(cca.config.CONFIGS["zaya1-8b"])
    weights = block.pack({"w_q": w_q, "w_k": w_k, …})     # once
    out = block(hidden, weights, cos, sin)                # on PyTorch's current stream

Operands are named as in `cca.operands`. Nothing waits for the device, and what a call
allocates comes from PyTorch: it can be captured in a CUDA graph, and several streams and
threads can call one block at once, each with memory of its own. Calls that come again with
the same addresses are replayed, unless `block.replay` is False.
"""

import functools
from collections.abc import Mapping

from cca import library
from cca.bound import PackedWeights
from cca.config import CCAConfig, ConfigError
from cca.device import DeviceFunction
from cca.memory import Allocate, allocate
from cca.mlir import module_text
from cca.operands import ENTRY, INPUTS, operands, results, weights
from cca.program import CompileError, Program

# How many kernels a prologue is: two, or one.
PROLOGUES = ("split", "fused")


class UncoveredError(ValueError):
    """What was asked for cannot be compiled; the message is the reason of `covered`."""


class Block:
    """A compiled operation: hidden states and packed weights in, results out.

    `op` is `attention` (the whole block), `prologue` (query, key and value), `prefill`
    (the block, and its keys and values), `flash` (the attention core) or `projection`.
    """

    def __init__(
        self,
        config: CCAConfig,
        op: str,
        lse: bool,
        function: DeviceFunction,
        pack_function: DeviceFunction | None = None,
        sizes: tuple[int | None, int | None] = (None, None),
    ):
        """Made by `compile`; `sizes` are B and S, None where a call chooses."""
        self.config, self.op = config, op
        self.function, self.pack_function = function, pack_function
        self.inputs = [tensor for tensor in operands(config, op, *sizes) if tensor.name in INPUTS]
        self.weights = weights(config, op)
        self.results = results(config, op, *sizes, lse=lse)
        self.allocate: Allocate = allocate
        # Whether calls with the same addresses as some before are replayed; see `cca.graph`.
        self.replay = True
        # Of arguments of a call, and the place of weights among them.
        self._count = len(self.inputs) + 1
        self._at = 3 if op == "flash" else 1

    def pack(self, weights: Mapping) -> PackedWeights:
        """Weights by name, checked and as the kernels read them.

        What kernels read in another form is computed here, on PyTorch's current stream. The
        others are bound where they lie, and must not move: pack again after loading weights.

        Raises TypeError or ValueError, naming the operand, if a tensor is not as declared.
        """
        missing = [tensor.name for tensor in self.weights if tensor.name not in weights]
        unknown = sorted(set(weights) - {tensor.name for tensor in self.weights})
        if missing or unknown:
            expected = ", ".join(tensor.name for tensor in self.weights)
            wrong = f"none for {missing[0]}" if missing else f"'{unknown[0]}'"
            raise TypeError(f"@{self.function.name} expects weights {expected}, but got {wrong}")
        tensors = [weights[tensor.name] for tensor in self.weights]
        if tensors and tensors[0].device.type != "cuda":
            raise ValueError(
                f"@{self.function.name} expects {self.weights[0].name} on a CUDA device, "
                f"but got {tensors[0].device}"
            )
        return PackedWeights(self, tensors, tensors[0].get_device() if tensors else None)

    def __call__(self, *inputs, out=None, workspace=None, stream: int | None = None):
        """Launches; `out` is a tensor, or a tuple where there are several results.

        `inputs` are hidden, packed weights, cos, sin, and cu_seqlens of a packed batch;
        of `flash` query, key, value, the packed temperature if it has one, cu_seqlens.
        Weights may be a mapping, which is packed for this call. Results and workspace are
        allocated unless they are given; a workspace is a tensor of `workspace_size` int8 or
        uint8, for one call at a time. `stream` is the address of a CUstream of the device
        that is current, PyTorch's current stream if None.

        Raises TypeError or ValueError if a tensor is not as declared, DeviceError if the
        driver refuses the launch.
        """
        at = self._at
        packed = inputs[at] if len(inputs) > at else None
        if type(packed) is not PackedWeights or packed.block is not self:
            inputs, packed = self._with_weights(inputs, at)
        if len(inputs) != self._count:
            raise self._wrong_inputs(inputs)
        tensors = [*inputs]
        del tensors[at]
        return packed.frame().launch(tensors, out, workspace, stream)

    def workspace_size(self, *inputs) -> int:
        """Bytes of workspace that a call with these inputs needs; arguments as of a call."""
        at = self._at
        if len(inputs) <= at or type(inputs[at]) is not PackedWeights:
            inputs, _ = self._with_weights(inputs, at)
        return inputs[at].frame().call([*inputs[:at], *inputs[at + 1 :]]).workspace_size

    def _with_weights(self, inputs: tuple, at: int) -> tuple[tuple, PackedWeights]:
        """Inputs with packed weights at their place."""
        if len(inputs) > at and isinstance(inputs[at], Mapping):
            packed = self.pack(inputs[at])
            return (*inputs[:at], packed, *inputs[at + 1 :]), packed
        if not self.weights:
            packed = self.pack({})
            return (*inputs[:at], packed, *inputs[at:]), packed
        if len(inputs) > at and isinstance(inputs[at], PackedWeights):
            raise TypeError(f"@{self.function.name} expects weights that it packed itself")
        raise self._wrong_inputs(inputs)

    def _wrong_inputs(self, inputs: tuple) -> TypeError:
        names = [tensor.name for tensor in self.inputs]
        if self.weights:
            names.insert(self._at, "weights")
        got = len(inputs) - (not self.weights and any(type(x) is PackedWeights for x in inputs))
        return TypeError(f"@{self.function.name} expects {', '.join(names)}, but got {got} inputs")


def compile(
    config,
    op: str = "attention",
    lse: bool = False,
    batch: int | None = None,
    tokens: int | None = None,
    prologue: str = "split",
) -> Block:
    """The compiled block of a `CCAConfig`, or of a `ZayaConfig` of HF transformers.

    The same configuration is compiled once in a process; the folder that CCA_CACHE names
    keeps it for others. `lse` adds the log-sum-exp to the results of `flash`. `batch` and
    `tokens` are B and S where they are the same in all calls: kernels are scheduled for
    them, which is worth most where tokens are few. A packed batch has no `batch`. `prologue`
    is `split`, projections and then convolutions, or `fused`, one kernel for both.

    Raises UncoveredError if it cannot be compiled, LibraryError without libcca.
    """
    for name, size in (("batch", batch), ("tokens", tokens)):
        if size is not None and not (isinstance(size, int) and size >= 0):
            raise ValueError(f"expects {name} to be None or an int from 0 on, but got {size!r}")
    return _compile(_as_config(config), op, lse, (batch, tokens), prologue)


def covered(config, op: str = "attention", device=None) -> str | None:
    """Why `compile` cannot do it, or why its kernels would not run on `device`; else None.

    It asks the compiler, so that the answer is that of `compile`. `device` is a CUDA device
    of PyTorch, or its index; None asks about none.
    """
    try:
        compile(config, op)
    except (UncoveredError, library.LibraryError) as error:
        return str(error)
    return None if device is None else _uncovered_device(device)


@functools.cache
def _compile(
    config: CCAConfig, op: str, lse: bool, sizes: tuple[int | None, int | None], prologue: str
) -> Block:
    if op not in ENTRY:
        raise UncoveredError(f"expects op to be one of {', '.join(ENTRY)}, but got {op}")
    if config.hidden is None and op != "flash":
        raise UncoveredError(f"expects a configuration with a hidden size for {op}, but got none")
    if prologue not in PROLOGUES:
        raise ValueError(f"expects prologue of {', '.join(PROLOGUES)}, but got {prologue}")
    try:
        program = Program.cached(
            module_text(config, op, *sizes, lse=lse), fuse_prologue=prologue == "fused"
        )
    except CompileError as error:
        raise UncoveredError(_first_line(str(error))) from error
    name = f"{ENTRY[op]}_pack"
    pack = program.function(name) if name in program.functions else None
    return Block(config, op, lse, program.function(ENTRY[op]), pack, sizes)


def _as_config(config) -> CCAConfig:
    if isinstance(config, CCAConfig):
        return config
    if getattr(config, "model_type", None) == "zaya":
        from cca.zaya import config_of

        try:
            return config_of(config)
        except ConfigError as error:
            raise UncoveredError(str(error)) from error
    raise TypeError(f"expects a CCAConfig or a ZayaConfig, but got {type(config).__name__}")


def _first_line(diagnostics: str) -> str:
    """`failed to …` of `module:16:10: error: failed to …`, which nobody wrote by hand."""
    first = next((x for x in diagnostics.splitlines() if "error: " in x), diagnostics)
    return first.partition("error: ")[2] or first


def _uncovered_device(device) -> str | None:
    import torch

    if torch.device(device).type != "cuda" if not isinstance(device, int) else False:
        return f"expects a CUDA device, but got {device}"
    if not torch.cuda.is_available():
        return "expects a CUDA device, but PyTorch has none"
    capability = torch.cuda.get_device_capability(device)
    if capability != (9, 0):
        return f"expects a GPU of compute capability 9.0, but got {'.'.join(map(str, capability))}"
    return None
