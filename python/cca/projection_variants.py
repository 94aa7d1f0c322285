"""Kernels of `cca.projection` and `cca.latents`: a name, a module, the operands of its function.

What is static in a kernel makes a variant; B, S and the numbers are given at run time,
unless a variant says how many tokens there are.
"""

from dataclasses import dataclass

from cca.mlir import tensor_type
from cca.operands import Tensor


@dataclass(frozen=True)
class GemmSchedule:
    """How a Hopper kernel runs a product; the compiler checks it. See `#cca.gemm_schedule`."""

    block_m: int
    block_n: int
    block_k: int
    stages: int
    consumers: int
    blocks: int = 1  # per multiprocessor
    cooperative: bool = True

    @property
    def name(self) -> str:
        """In a file name, e.g. `m128n128k64s3c1x2`; `…-own` if consumers do not share tiles."""
        tile = f"m{self.block_m}n{self.block_n}k{self.block_k}"
        own = "" if self.cooperative else "-own"
        return f"{tile}s{self.stages}c{self.consumers}x{self.blocks}{own}"

    @property
    def attribute(self) -> str:
        """As the op prints it."""
        parameters = [
            f"block_m = {self.block_m}",
            f"block_n = {self.block_n}",
            f"block_k = {self.block_k}",
            f"stages = {self.stages}",
            f"consumers = {self.consumers}",
            f"blocks_per_multiprocessor = {self.blocks}",
            f"cooperative = {str(self.cooperative).lower()}",
        ]
        return f"<{', '.join(parameters)}>"


@dataclass(frozen=True)
class ProjectionVariant:
    """X (B x S x inputs) times the transpose of w (outputs x inputs), plus a bias if any."""

    outputs: int
    inputs: int
    dtype: str = "bf16"
    bias: str | None = None  # its element type
    schedule: GemmSchedule | None = None  # None: the compiler's choice
    tokens: int | None = None  # of one sequence; None: known at run time

    @property
    def name(self) -> str:
        """File name without ending, e.g. `projection-n1536k2048-bf16-m128n128k64s3c1x2`."""
        tokens = f"m{self.tokens}" if self.tokens else ""
        parts = ["projection", f"{tokens}n{self.outputs}k{self.inputs}", self.dtype]
        parts += [f"bias-{self.bias}"] if self.bias else []
        parts += [self.schedule.name] if self.schedule else []
        return "-".join(parts)

    @property
    def entry(self) -> str:
        """Name of the function."""
        return "projection"

    def operands(self) -> list[Tensor]:
        """Of the function, in order."""
        bias = [Tensor("bias", (self.outputs,), self.bias)] if self.bias else []
        return [
            Tensor("x", (*self._tokens, self.inputs), self.dtype),
            Tensor("w", (self.outputs, self.inputs), self.dtype),
            *bias,
        ]

    def results(self) -> list[Tensor]:
        """Of the function, in order."""
        return [Tensor("out", (*self._tokens, self.outputs), self.dtype)]

    @property
    def _tokens(self) -> tuple[int | None, int | None]:
        return (1, self.tokens) if self.tokens else (None, None)

    def parameters(self) -> list[Tensor]:
        """The tensors that the compiled function takes: operands, then results."""
        return [*self.operands(), *self.results()]

    def text(self) -> str:
        """The module, with B and S dynamic unless the tokens are known."""
        x, w, *bias = self.operands()
        clauses = [f"cca.projection %x : {tensor_type(x)}", f"weight(%w : {tensor_type(w)})"]
        clauses += [f"bias(%bias : {tensor_type(b)})" for b in bias]
        clauses += [f"schedule {self.schedule.attribute}"] if self.schedule else []
        return _function(self, clauses)


@dataclass(frozen=True)
class LatentsVariant:
    """Hidden (B x S x inputs) to x (B x S x channels) and v (B x S x heads x head_dim)."""

    channels: int
    heads: int
    head_dim: int
    inputs: int
    dtype: str = "bf16"
    bias: str | None = None
    packed: bool = False
    schedule: GemmSchedule | None = None

    @property
    def outputs(self) -> int:
        """Rows of the weight."""
        return self.channels + self.heads * self.head_dim

    @property
    def name(self) -> str:
        """File name without ending, e.g. `latents-c1280v2x128k2048-bf16`."""
        parts = ["latents", f"c{self.channels}v{self.heads}x{self.head_dim}k{self.inputs}"]
        parts += [self.dtype]
        parts += [f"bias-{self.bias}"] if self.bias else []
        parts += ["packed"] if self.packed else []
        parts += [self.schedule.name] if self.schedule else []
        return "-".join(parts)

    @property
    def entry(self) -> str:
        """Name of the function."""
        return "latents"

    def operands(self) -> list[Tensor]:
        """Of the function, in order."""
        bias = [Tensor("bias", (self.outputs,), self.bias)] if self.bias else []
        packed = [Tensor("cu_seqlens", (None,), "i32")] if self.packed else []
        return [
            Tensor("hidden", (1 if self.packed else None, None, self.inputs), self.dtype),
            Tensor("w", (self.outputs, self.inputs), self.dtype),
            *bias,
            *packed,
        ]

    def results(self) -> list[Tensor]:
        """Of the function, in order."""
        batch = 1 if self.packed else None
        return [
            Tensor("x", (batch, None, self.channels), self.dtype),
            Tensor("v", (batch, None, self.heads, self.head_dim), self.dtype),
        ]

    def parameters(self) -> list[Tensor]:
        """The tensors that the compiled function takes: operands, then results."""
        return [*self.operands(), *self.results()]

    def text(self) -> str:
        """The module, with B and S dynamic."""
        named = {tensor.name: tensor_type(tensor) for tensor in self.operands()}
        clauses = [f"cca.latents %hidden : {named['hidden']}", f"weight(%w : {named['w']})"]
        clauses += [f"bias(%bias : {named['bias']})"] if self.bias else []
        clauses += [f"packed(%cu_seqlens : {named['cu_seqlens']})"] if self.packed else []
        clauses += [f"schedule {self.schedule.attribute}"] if self.schedule else []
        return _function(self, clauses)


def _function(variant: ProjectionVariant | LatentsVariant, clauses: list[str]) -> str:
    parameters = ",\n".join(f"    %{t.name}: {tensor_type(t)}" for t in variant.operands())
    types = ", ".join(tensor_type(tensor) for tensor in variant.results())
    values = ", ".join(f"%{tensor.name}_out" for tensor in variant.results())
    operation = "\n      ".join([*clauses, f"-> {types}"])
    return (
        f"func.func @{variant.entry}(\n{parameters}) -> ({types}) {{\n"
        f"  {values} = {operation}\n"
        f"  return {values} : {types}\n"
        "}\n"
    )
