"""Variants of `cca.fused_prologue`: a name, a module, and the operands of its function.

What is static in a kernel makes a variant; B, S and the numbers are given at run time.
"""

from dataclasses import dataclass

import numpy as np

from cca import reference
from cca.mix_variants import MixVariant
from cca.mlir import tensor_type
from cca.operands import Tensor
from cca.storage import rounded


@dataclass(frozen=True)
class FusedSchedule:
    """`#cca.fused_schedule`: how a kernel runs."""

    stages: int
    tap_stages: int
    consumers: int = 2

    def __str__(self) -> str:
        """As the attribute is written."""
        return (
            f"#cca.fused_schedule<block_m = {64 * self.consumers}, stages = {self.stages}, "
            f"tap_stages = {self.tap_stages}, consumers = {self.consumers}>"
        )


@dataclass(frozen=True)
class FusedVariant:
    """One kernel of `cca.fused_prologue`: what it mixes, and out of what it makes it."""

    mix: MixVariant  # without a schedule
    hidden: int
    bias: str | None = None  # element type of that of the projections
    schedule: FusedSchedule | None = None

    @property
    def name(self) -> str:
        """File name without ending, e.g. `fused-k2048-mix-d128-…`."""
        parts = [f"fused-k{self.hidden}", self.mix.name]
        parts += [f"bias-{self.bias}"] if self.bias else []
        if self.schedule is not None:
            schedule = self.schedule
            parts.append(f"s{schedule.stages}t{schedule.tap_stages}c{schedule.consumers}")
        return "-".join(parts)

    @property
    def entry(self) -> str:
        """Name of the function."""
        return "prologue"

    @property
    def dtype(self) -> str:
        """Element type."""
        return self.mix.dtype

    @property
    def packed(self) -> bool:
        """Whether a batch is several sequences."""
        return self.mix.packed

    @property
    def outputs(self) -> int:
        """Rows of the weight."""
        return (self.mix.heads + self.mix.kv_heads) * self.mix.head_dim

    def operands(self, batch=None, seq=None, positions=None) -> list[Tensor]:
        """Operands of the function, in order."""
        x, *others = self.mix.operands(batch, seq, positions)
        bias = [Tensor("projection_bias", (self.outputs,), self.bias)] if self.bias else []
        return [
            Tensor("hidden", (*x.shape[:2], self.hidden), self.mix.dtype),
            Tensor("w", (self.outputs, self.hidden), self.mix.dtype),
            *bias,
            *others,
        ]

    def results(self, batch=None, seq=None) -> list[Tensor]:
        """Results of the function, in order."""
        query, key = self.mix.results(batch, seq)
        return [query, key, Tensor("value", key.shape, key.element)]

    def parameters(self) -> list[Tensor]:
        """The tensors that the compiled function takes: operands, then results."""
        return [*self.operands(), *self.results()]

    def text(self) -> str:
        """The module, with B and S dynamic."""
        mix, types = self.mix, {t.name: tensor_type(t) for t in self.parameters()}
        arguments = ",\n    ".join(f"%{t.name}: {types[t.name]}" for t in self.operands())
        out = ", ".join(types[tensor.name] for tensor in self.results())
        clauses = [f"weight(%w : {types['w']})"]
        if self.bias:
            clauses.append(f"projection_bias(%projection_bias : {types['projection_bias']})")
        clauses += mix.clauses(types, self.schedule)
        body = "\n      ".join([f"cca.fused_prologue %hidden : {types['hidden']}", *clauses])
        return (
            f"func.func @prologue(\n    {arguments}) -> ({out}) {{\n"
            f"  %query, %key, %value = {body}\n      -> {out}\n"
            f"  return %query, %key, %value : {out}\n}}\n"
        )

    def sample(
        self, batch: int, seq: int, seed: int = 0, seqlens: tuple[int, ...] | None = None
    ) -> dict[str, np.ndarray]:
        """Random operands by name, as fp64 values that their element types hold exactly."""
        random = np.random.default_rng(seed + 1)
        mixed = self.mix.sample(batch, seq, seed, seqlens)
        made = {}
        for tensor in self.operands(batch, seq):
            if tensor.name in mixed:
                made[tensor.name] = mixed[tensor.name]
                continue
            values = random.standard_normal(tensor.shape)
            if tensor.name == "w":
                values *= self.hidden**-0.5
            made[tensor.name] = rounded(values, tensor.element)
        return made

    def expected(self, given: dict[str, np.ndarray]) -> list[np.ndarray]:
        """Query, key and value of operands in fp64, but for latents, which are rounded."""
        mix, channels = self.mix, self.mix.heads * self.mix.head_dim
        bias = given.get("projection_bias", np.zeros(self.outputs))
        product = given["hidden"] @ given["w"].T
        half = (self.outputs - channels) // 2
        latents = product[..., :channels] + bias[:channels]
        current, delayed = np.split(product[..., channels:], [half], axis=-1)
        before = np.zeros_like(delayed)
        for row, span in reference.sequences(*product.shape[:2], given.get("cu_seqlens")):
            before[row, span][1:] = delayed[row, span][:-1]
        value = np.concatenate([current, before], axis=-1) + bias[channels:]
        query, key = mix.expected(given | {"x": rounded(latents, mix.dtype)})
        return [query, key, value.reshape(key.shape)]
