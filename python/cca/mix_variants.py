"""Variants of `cca.mix`: a name, a module, and the operands of its function.

What is static in a kernel makes a variant; B, S and the numbers are given at run time.
"""

from dataclasses import dataclass

import numpy as np

from cca import reference
from cca.mlir import tensor_type
from cca.operands import Tensor
from cca.sample import BIAS_SIZE, rope_table
from cca.storage import rounded

# Machine epsilon of each element type, the `eps` of HF transformers' norm.
EPS = {"bf16": 2.0**-7, "f16": 2.0**-10, "f32": 2.0**-23}


@dataclass(frozen=True)
class MixSchedule:
    """`#cca.mix_schedule`: how a kernel runs."""

    block_m: int
    stages: int
    consumers: int
    cooperative: bool = True
    staging: int = 1

    @property
    def name(self) -> str:
        """In a file name, e.g. `m192s1c3`; `…-own` if consumers do not share tiles."""
        own = "" if self.cooperative else "-own"
        staging = "" if self.staging == 1 else f"-staging{self.staging}"
        return f"m{self.block_m}s{self.stages}c{self.consumers}{own}{staging}"

    def __str__(self) -> str:
        """As the attribute is written."""
        return (
            f"#cca.mix_schedule<block_m = {self.block_m}, stages = {self.stages}, "
            f"consumers = {self.consumers}, cooperative = {str(self.cooperative).lower()}, "
            f"staging = {self.staging}>"
        )


@dataclass(frozen=True)
class MixVariant:
    """One kernel of `cca.mix`. Sizes as in the documentation of the op."""

    head_dim: int
    q_heads: int
    kv_heads: int
    taps: int = 3  # dense ones
    depthwise: int | None = None  # taps of a convolution before, if there is one
    rotary: int = 64
    norm: str = "clamp"
    eps: float | None = None  # of HF for `clamp`, of vLLM for `rsqrt`
    temperature: str = "linear"
    rope: str = "half"
    dtype: str = "bf16"
    rope_dtype: str | None = None  # that of the model
    packed: bool = False
    batched_rope: bool = False
    query_factor: float = 1.0
    schedule: MixSchedule | None = None

    @property
    def heads(self) -> int:
        """Of queries and keys together."""
        return self.q_heads + self.kv_heads

    @property
    def norm_eps(self) -> float:
        """The `eps` of the norm."""
        if self.eps is not None:
            return self.eps
        return EPS[self.dtype] if self.norm == "clamp" else 1e-12

    @property
    def rope_element(self) -> str:
        """Element type of cos and sin."""
        return self.rope_dtype or self.dtype

    @property
    def name(self) -> str:
        """File name without ending, e.g. `mix-d128-h8x2-t2x2-r64-clamp-linear-half-bf16`."""
        taps = f"{self.taps}" if self.depthwise is None else f"{self.depthwise}x{self.taps}"
        parts = [
            f"mix-d{self.head_dim}-h{self.q_heads}x{self.kv_heads}-t{taps}-r{self.rotary}",
            self.norm,
            self.temperature,
            self.rope,
            self.dtype,
        ]
        parts += [] if self.eps is None else [f"eps{self.eps!r}"]
        parts += [f"tables_{self.rope_dtype}"] if self.rope_dtype else []
        parts += ["packed"] if self.packed else []
        parts += ["batched"] if self.batched_rope else []
        parts += [f"factor{self.query_factor!r}"] if self.query_factor != 1 else []
        if self.schedule is not None:
            parts.append(self.schedule.name)
        return "-".join(parts)

    @property
    def entry(self) -> str:
        """Name of the function."""
        return "mix"

    def operands(self, batch=None, seq=None, positions=None) -> list[Tensor]:
        """Operands of the function, in order."""
        batch = 1 if self.packed else batch
        channels = self.heads * self.head_dim
        rows = (batch, seq) if self.batched_rope else (positions if self.packed else seq,)
        tables = (*rows, self.rotary)
        tensors = [
            Tensor("x", (batch, seq, channels), self.dtype),
            *self._depthwise(channels),
            Tensor("taps", (self.taps, channels, self.head_dim), self.dtype),
            Tensor("bias", (channels,), "f32"),
            Tensor("temperature", (self.kv_heads,), "f32"),
            Tensor("cos", tables, self.rope_element),
            Tensor("sin", tables, self.rope_element),
        ]
        return tensors + ([Tensor("cu_seqlens", (None,), "i32")] if self.packed else [])

    def _depthwise(self, channels: int) -> list[Tensor]:
        if self.depthwise is None:
            return []
        return [Tensor("depthwise", (self.depthwise, channels), self.dtype)]

    def results(self, batch=None, seq=None) -> list[Tensor]:
        """Results of the function, in order."""
        batch = 1 if self.packed else batch
        return [
            Tensor("query", (batch, seq, self.q_heads, self.head_dim), self.dtype),
            Tensor("key", (batch, seq, self.kv_heads, self.head_dim), self.dtype),
        ]

    def parameters(self) -> list[Tensor]:
        """The tensors that the compiled function takes: operands, then results."""
        return [*self.operands(), *self.results()]

    def clauses(self, types: dict[str, str], schedule) -> list[str]:
        """Of the op, behind its first operand: types by operand, and how it runs, if said."""
        clauses = []
        if self.depthwise is not None:
            clauses.append(f"depthwise(%depthwise : {types['depthwise']})")
        clauses += [
            f"taps(%taps, %bias : {types['taps']}, {types['bias']})",
            f"normalize {self.norm} eps {self.norm_eps:e}",
            f"temperature {self.temperature}(%temperature : {types['temperature']})",
            f"rope {self.rope}(%cos, %sin : {types['cos']}, {types['sin']})",
        ]
        if self.packed:
            clauses.append(f"packed(%cu_seqlens : {types['cu_seqlens']})")
        if self.query_factor != 1:
            clauses.append(f"query_factor {self.query_factor:e}")
        if schedule is not None:
            clauses.append(f"schedule {schedule}")
        return clauses

    def text(self) -> str:
        """The module, with B and S dynamic."""
        types = {t.name: tensor_type(t) for t in self.parameters()}
        arguments = ",\n    ".join(f"%{t.name}: {types[t.name]}" for t in self.operands())
        out = f"{types['query']}, {types['key']}"
        clauses = self.clauses(types, self.schedule)
        body = "\n      ".join([f"%query, %key = cca.mix %x : {types['x']}", *clauses])
        return (
            f"func.func @mix(\n    {arguments}) -> ({out}) {{\n"
            f"  {body}\n      -> {out}\n"
            f"  return %query, %key : {out}\n}}\n"
        )

    def sample(
        self, batch: int, seq: int, seed: int = 0, seqlens: tuple[int, ...] | None = None
    ) -> dict[str, np.ndarray]:
        """Random operands by name, as fp64 values that their element types hold exactly."""
        random = np.random.default_rng(seed)
        positions = max(seqlens or (0,))
        made = {}
        for tensor in self.operands(batch, seq, positions):
            if tensor.name == "cu_seqlens":
                values = np.cumsum([0, *seqlens]).astype(np.int32)
            elif tensor.name in ("cos", "sin"):
                values = rope_table(self, tensor, batch, positions if self.packed else seq)
            elif tensor.name == "temperature":
                values = random.uniform(0.5, 1.5, tensor.shape)
            else:
                values = random.standard_normal(tensor.shape)
                values *= {
                    "bias": BIAS_SIZE,
                    "x": 1.0,
                    "depthwise": (self.depthwise or 1) ** -0.5,
                    "taps": (self.taps * self.head_dim) ** -0.5,
                }[tensor.name]
            made[tensor.name] = rounded(values, tensor.element)
        return made

    def expected(self, given: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Query and key of operands in fp64."""
        return self._mix(given)

    def in_steps(self, given: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """The same, rounded on the way as kernels round, but for the results."""
        return self._mix(
            given,
            step=lambda x: rounded(x, self.dtype),
            rotates_in_steps=self.rotates_in_steps,
        )

    @property
    def rotates_in_steps(self) -> bool:
        """Whether kernels turn pairs of channels in the element type."""
        return self.rope == "half" and self.rope_element == self.dtype

    def _mix(self, given: dict[str, np.ndarray], **steps) -> tuple[np.ndarray, np.ndarray]:
        modes = (self.norm, self.norm_eps, self.temperature, self.rope, self.query_factor)
        return reference.mix(given, *modes, **steps)
