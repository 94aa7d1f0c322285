"""The blocks and the parts that the block benchmark compares, ready to launch."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import torch
from torch.nn.functional import linear

import block_peers
import cca
from block_cases import FUSED, OURS, OURS_ANY, Shape
from cca import torch_block, torch_peers, torch_reference, zaya
from cca.attention_inputs import DTYPES
from cca.attention_variants import LN2, attention_variant
from cca.block_inputs import random_operands, rope_tables

# Queries whose result is compared with fp64, beside the first and the last.
ROWS = 62


class UnavailableError(RuntimeError):
    """Why something cannot take part."""


@dataclass
class Kernel:
    """A launch, and its result; None where nothing says what it should be."""

    launch: Callable[[], object]
    result: Callable[[], torch.Tensor] | None = None


@dataclass
class Inputs:
    """Operands of one shape: random, of the size that trained weights have."""

    shape: Shape
    generator: torch.Generator

    @cached_property
    def config(self) -> cca.CCAConfig:
        return self.shape.config

    @property
    def known(self) -> dict[str, int]:
        """The sizes that a block is compiled for, as torch.compile is told to."""
        return {"batch": self.shape.batch, "tokens": self.shape.tokens}

    @property
    def device(self) -> torch.device:
        return self.generator.device

    @cached_property
    def tensors(self) -> dict[str, torch.Tensor]:
        """By operand of the block."""
        return random_operands(self.config, self.shape.batch, self.shape.tokens, self.generator)

    def empty(self, *shape: int) -> torch.Tensor:
        """NaN everywhere: what is not written is seen."""
        dtype = DTYPES[self.config.dtype]
        return torch.full(shape, math.nan, dtype=dtype, device=self.device)

    @cached_property
    def exact(self) -> tuple[list[int], torch.Tensor]:
        """Some positions, and what the block is there in fp64."""
        tokens = self.shape.tokens
        some = torch.randint(0, tokens, (ROWS,), generator=self.generator, device=self.device)
        rows = sorted({0, tokens - 1, *some.tolist()})
        query, key, value = torch_block.prologue(self.tensors, self.config)
        scale = self.config.softmax_scale
        out = torch_reference.attention_rows(query, key, value, self.config, rows, scale)
        return rows, linear(out.flatten(2), self.tensors["w_o"].double())

    def error(self, kernel: Kernel) -> float | None:
        """Relative error to fp64; inf if anything at all is not finite; None if not known."""
        kernel.launch()
        if kernel.result is None:
            return None
        out = kernel.result()
        if not bool(torch.isfinite(out).all()):
            return math.inf
        rows, exact = self.exact
        return torch_reference.relative_error(out[:, rows], exact)


# ------------------------------------------------------------------------------
# Whole blocks
# ------------------------------------------------------------------------------


def ours(any_shape: bool = False, prologue: str = "split") -> Callable[[Inputs], Kernel]:
    """This project's, compiled in this process."""

    def build(inputs: Inputs) -> Kernel:
        config = inputs.config
        if reason := cca.covered(config, device=inputs.device):
            raise UnavailableError(reason)
        known = {} if any_shape else inputs.known
        block = cca.compile(config, prologue=prologue, **known)
        weights = block.pack({tensor.name: inputs.tensors[tensor.name] for tensor in block.weights})
        hidden, cos, sin = (inputs.tensors[name] for name in ("hidden", "cos", "sin"))
        out = inputs.empty(*hidden.shape)
        return Kernel(lambda: block(hidden, weights, cos, sin, out=out), lambda: out)

    return build


def hf(compiled: bool) -> Callable[[Inputs], Kernel]:
    """`ZayaAttention` of HF transformers, as it is or through torch.compile."""

    def build(inputs: Inputs) -> Kernel:
        config = inputs.config
        if not config.causal or not zaya.supports(config):
            raise UnavailableError("HF's ZAYA does not have these modes")
        try:
            module = zaya.module_of(config, inputs.tensors, DTYPES[config.dtype])
        except ImportError as error:
            raise UnavailableError(str(error)) from error
        forward = torch.compile(module, dynamic=False) if compiled else module
        hidden = inputs.tensors["hidden"]
        rope = tuple(inputs.tensors[name][None] for name in ("cos", "sin"))

        def compute() -> torch.Tensor:
            with torch.no_grad():
                return forward(hidden, attention_mask={}, position_embeddings=rope)[0]

        return Kernel(compute, compute)

    return build


def peer(name: str) -> Callable[[Inputs], Kernel]:
    """Another attention of the same hidden size, through torch.compile."""

    def build(inputs: Inputs) -> Kernel:
        torch.manual_seed(0)
        module = block_peers.peer(name, inputs.config.hidden, inputs.config.causal)
        module = module.to(inputs.device, DTYPES[inputs.config.dtype])
        forward = torch.compile(module, dynamic=False)
        hidden = inputs.tensors["hidden"]
        sizes = (inputs.shape.batch, inputs.shape.tokens)
        rope = rope_tables(inputs.config, *sizes, inputs.device, block_peers.HEAD_DIM)

        def compute() -> torch.Tensor:
            with torch.no_grad():
                return forward(hidden, *rope)

        return Kernel(compute)

    return build


# Name in the table -> how to build it.
CATALOGUE: dict[str, Callable[[Inputs], Kernel]] = {
    "hf-eager": hf(compiled=False),
    "hf": hf(compiled=True),
    "mha": peer("mha"),
    "gqa": peer("gqa"),
    "mla": peer("mla"),
    OURS_ANY: ours(any_shape=True),
    OURS: ours(),
    FUSED: ours(prologue="fused"),
}

# ------------------------------------------------------------------------------
# Parts
# ------------------------------------------------------------------------------


def product(part: str) -> Callable[[Inputs], Kernel]:
    """cuBLAS: the product of a part, and nothing else of it."""

    def build(inputs: Inputs) -> Kernel:
        outputs, width = inputs.shape.sizes[part]
        dtype = DTYPES[inputs.config.dtype]

        def random(*shape):
            x = torch.randn(shape, generator=inputs.generator, device=inputs.device)
            return x.to(dtype)

        x, weight = random(inputs.shape.rows, width), random(outputs, width) / width**0.5
        out = inputs.empty(inputs.shape.rows, outputs)
        return Kernel(lambda: torch.mm(x, weight.T, out=out))

    return build


def prologue(inputs: Inputs, structure: str = "split") -> Kernel:
    """Ours by itself: query, key and value as any attention takes them."""
    if reason := cca.covered(inputs.config, "prologue", inputs.device):
        raise UnavailableError(reason)
    block = cca.compile(inputs.config, "prologue", prologue=structure, **inputs.known)
    weights = block.pack({tensor.name: inputs.tensors[tensor.name] for tensor in block.weights})
    hidden, cos, sin = (inputs.tensors[name] for name in ("hidden", "cos", "sin"))
    out = tuple(inputs.empty(*hidden.shape[:2], *tensor.shape[2:]) for tensor in block.results)
    return Kernel(lambda: block(hidden, weights, cos, sin, out=out))


def _core(inputs: Inputs) -> list[torch.Tensor]:
    """Query, key and value of the block, in the type of the model."""
    made = torch_block.prologue(inputs.tensors, inputs.config, torch.float32)
    return [x.to(DTYPES[inputs.config.dtype]) for x in made]


def flash(inputs: Inputs) -> Kernel:
    """Ours by itself, as the block runs it: queries with the scale, scores bounded."""
    c = inputs.config
    variant = attention_variant(
        *(c.head_dim, c.q_heads, c.kv_heads),
        **{"causal": c.causal, "dtype": c.dtype, "normalized": True, "scale": LN2},
    )
    if reason := cca.covered(variant.config, "flash", inputs.device):
        raise UnavailableError(reason)
    block = cca.compile(variant.config, "flash", **inputs.known)
    query, key, value = _core(inputs)
    query = query * variant.query_factor
    bound = torch.full((c.kv_heads,), variant.query_factor, device=inputs.device)
    weights = block.pack({"temperature": bound})
    out = inputs.empty(*query.shape)
    return Kernel(lambda: block(query, key, value, weights, out=out))


def _wide_core(inputs: Inputs) -> list[torch.Tensor]:
    """Query, key and value of multi-head attention as wide as the hidden states."""
    shape = (*inputs.tensors["hidden"].shape[:2], block_peers.HEADS, block_peers.HEAD_DIM)
    dtype = DTYPES[inputs.config.dtype]
    return [
        torch.randn(shape, generator=inputs.generator, device=inputs.device).to(dtype)
        for _ in range(3)
    ]


def cudnn(core: Callable[[Inputs], list[torch.Tensor]]) -> Callable[[Inputs], Kernel]:
    """cuDNN through PyTorch, on such a query, key and value."""

    def build(inputs: Inputs) -> Kernel:
        query, key, value = core(inputs)
        causal, scale = inputs.config.causal, inputs.config.softmax_scale

        def compute() -> torch.Tensor:
            return torch_peers.sdpa(torch_peers.CUDNN, query, key, value, causal, scale)

        return Kernel(compute)

    return build


def projection(inputs: Inputs) -> Kernel:
    """Ours by itself."""
    c = inputs.config
    if reason := cca.covered(c, "projection", inputs.device):
        raise UnavailableError(reason)
    block = cca.compile(c, "projection", **inputs.known)
    weights = block.pack({"w_o": inputs.tensors["w_o"]})
    hidden = inputs.tensors["hidden"]
    x = torch.randn(
        (*hidden.shape[:2], c.q_heads * c.head_dim),
        generator=inputs.generator,
        device=inputs.device,
    ).to(hidden.dtype)
    out = inputs.empty(*hidden.shape)
    return Kernel(lambda: block(x, weights, out=out))


# Part -> name -> how to build it.
PARTS: dict[str, dict[str, Callable[[Inputs], Kernel]]] = {
    "prologue": {
        "cublas": product("prologue"),
        OURS: prologue,
        FUSED: partial(prologue, structure="fused"),
    },
    "attention": {"cudnn-mha": cudnn(_wide_core), "cudnn": cudnn(_core), OURS: flash},
    "projection": {"cublas": product("projection"), OURS: projection},
}
