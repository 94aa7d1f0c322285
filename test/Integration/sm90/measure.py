"""One case of the grid: fresh inputs, poisoned outputs, the error and what to compare it with."""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

import torch

from attention_grid import Case
from cca import torch_reference
from cca.attention_inputs import DTYPES, arrange, extent, place, values
from cca.torch_peers import CUDNN, sdpa
from cca.torch_reference import error_of, relative_error, squares

# Rows over which an error is taken: a short case is drawn anew until it has that many.
ROWS = 4096
MOST_DRAWS = 32

# Two right kernels round differently, and the error of each is a sum over rows of what chance
# made of them. Relative to each other they scatter by about 1.5 / sqrt(rows), seen by
# evaluating attention with weights rounded relative to slightly different maxima.
SCATTER = 4.0

REPEATS = 20

# Elements of NaN before and after each output.
GUARD = 64

# The log-sum-exp is computed and stored in f32.
LSE_LIMIT = 2e-5


@dataclass
class Inputs:
    """Tensors of one draw, in the order of the operands."""

    query: torch.Tensor
    key: torch.Tensor
    value: torch.Tensor
    others: list[torch.Tensor] = field(default_factory=list)

    @property
    def operands(self) -> list[torch.Tensor]:
        return [self.query, self.key, self.value, *self.others]


@dataclass
class Measurement:
    """What the summary keeps of a case."""

    rows: int
    error: float  # of the kernel
    rounding: float  # of an exact evaluation that rounds weights and result
    cudnn: float | None  # None where cuDNN cannot do it
    lse: float | None
    faults: list[str]  # values that were not written, stray writes, repeats that differ
    normalized: bool = False  # whether the kernel knows a bound on the scores

    @property
    def peer(self) -> float:
        return self.rounding if self.cudnn is None else self.cudnn

    @property
    def limit(self) -> float:
        return self.peer * (1 + SCATTER / math.sqrt(self.rows))

    @property
    def ratio(self) -> float:
        """The error over that of the peer."""
        if self.peer == 0:
            return 1.0 if self.error == 0 else math.inf
        return self.error / self.peer

    def problems(self) -> list[str]:
        found = list(self.faults)
        if not self.error <= self.limit:
            name = "cuDNN" if self.cudnn is not None else "rounding alone"
            found.append(
                f"relative error {self.error:.3e}, limit {self.limit:.3e} "
                f"({name}: {self.peer:.3e}, {self.ratio:.3f} times that)"
            )
        if self.lse is not None and not self.lse <= LSE_LIMIT:
            found.append(f"log-sum-exp: relative error {self.lse:.3e}, limit {LSE_LIMIT:.0e}")
        return found


class Output:
    """A tensor to be written, NaN all over, inside of memory that must stay NaN."""

    def __init__(self, shape: tuple[int, ...], layout: str, dtype: torch.dtype, device):
        self.shape, self.layout = shape, layout
        self.memory = torch.empty(_extent(shape, layout) + 2 * GUARD, dtype=dtype, device=device)
        self.tensor = self._view(self.memory)
        self.poison()

    def poison(self) -> None:
        self.memory.fill_(math.nan)

    def faults(self) -> list[str]:
        """Elements left as they were, and elements around them that were not."""
        found = []
        if unwritten := int(self.tensor.isnan().sum()):
            found.append(f"{unwritten} of {self.tensor.numel()} elements are NaN or unwritten")
        around = self.memory.clone()
        self._view(around).fill_(math.nan)
        if stray := int((~around.isnan()).sum()):
            found.append(f"{stray} elements outside of the output were written")
        return found

    def _view(self, memory: torch.Tensor) -> torch.Tensor:
        inner = memory[GUARD : memory.numel() - GUARD]
        if len(self.shape) == 4:
            return arrange(inner, self.shape, self.layout)
        return inner.view(self.shape)


def _extent(shape: tuple[int, ...], layout: str) -> int:
    return extent(shape, layout) if len(shape) == 4 else math.prod(shape)


def draw(case: Case, generator: torch.Generator) -> Inputs:
    config, device = case.variant.config, generator.device
    temperatures = case.temperatures()
    if temperatures is not None:
        temperatures = torch.tensor(temperatures, device=device)
    numbers = values(case.variant, case.batch, case.tokens, temperatures, generator)
    inputs = Inputs(*place(*numbers, case.layout, DTYPES[config.dtype]))
    if config.normalized:
        inputs.others.append(temperatures * case.variant.query_factor)
    if config.packed:
        inputs.others.append(torch.tensor(case.cu_seqlens(), dtype=torch.int32, device=device))
    return inputs


def outputs(case: Case, device) -> list[Output]:
    config = case.variant.config
    shape = (case.batch, case.tokens, config.q_heads, config.head_dim)
    made = [Output(shape, case.out_layout, DTYPES[config.dtype], device)]
    if case.variant.lse:
        lse = (case.batch, config.q_heads, case.tokens)
        made.append(Output(lse, "contiguous", torch.float32, device))
    return made


def measure(case: Case, function: Callable[..., None], generator: torch.Generator) -> Measurement:
    """Runs `function` on operands and results of `case`, several times."""
    config = case.variant.config
    rows = case.batch * case.tokens * config.q_heads
    draws = min(MOST_DRAWS, max(1, ROWS // rows))
    sums = {"error": [0.0, 0.0], "rounding": [0.0, 0.0], "cudnn": [0.0, 0.0]}
    with_cudnn = config.window is None and not config.packed
    lse, faults = None, []
    for count in range(draws):
        inputs, results = draw(case, generator), outputs(case, generator.device)
        function(*inputs.operands, *(result.tensor for result in results))
        for result in results:
            faults += result.faults()
        exact = torch_reference.attention(
            inputs.query, inputs.key, inputs.value, config, case.cu_seqlens()
        )
        _add(sums["error"], squares(results[0].tensor, exact.out))
        _add(sums["rounding"], squares(exact.rounded, exact.out))
        if with_cudnn:
            peer = cudnn(inputs, config)
            with_cudnn = peer is not None
            if with_cudnn:
                _add(sums["cudnn"], squares(peer, exact.out))
        if case.variant.lse:
            lse = max(lse or 0.0, relative_error(results[1].tensor, exact.lse))
        del exact
        if count == 0:
            faults += repeat(function, inputs, results)
    return Measurement(
        rows=rows * draws,
        error=error_of(*sums["error"]),
        rounding=error_of(*sums["rounding"]),
        cudnn=error_of(*sums["cudnn"]) if with_cudnn else None,
        lse=lse,
        faults=faults,
        normalized=config.normalized,
    )


def cudnn(inputs: Inputs, config) -> torch.Tensor | None:
    """PyTorch's cuDNN kernel on the same inputs at the same scale."""
    tensors = (inputs.query, inputs.key, inputs.value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # why it cannot, in a dozen lines
        try:
            return sdpa(CUDNN, *tensors, config.causal, config.softmax_scale)
        except RuntimeError:
            return None


def repeat(function: Callable[..., None], inputs: Inputs, results: list[Output]) -> list[str]:
    """Runs again on the same inputs: a result that moves is a race."""
    first = [bits(result.tensor).clone() for result in results]
    differing = torch.zeros((), dtype=torch.int64, device=inputs.query.device)
    for _ in range(REPEATS - 1):
        for result in results:
            result.poison()
        function(*inputs.operands, *(result.tensor for result in results))
        for result, wanted in zip(results, first, strict=True):
            differing += (bits(result.tensor) != wanted).sum()
    count = int(differing)
    return [f"{count} elements differ in {REPEATS - 1} repeats"] if count else []


def bits(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.view(torch.int16 if tensor.element_size() == 2 else torch.int32)


def _add(sums: list[float], more: tuple[float, float]) -> None:
    for index, value in enumerate(more):
        sums[index] += value
