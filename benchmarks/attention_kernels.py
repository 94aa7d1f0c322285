"""The kernels that the attention benchmark compares, ready to launch on one set of inputs."""

import importlib
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch

from attention_cases import Shape
from cca import torch_peers
from cca.attention_inputs import DTYPES, place, values
from cca.attention_variants import LN2
from cca.device import CompiledFunction

# The external peer's file; see benchmarks/README.md.
PEER_MODULE = "attention_yardstick"


class UnavailableError(RuntimeError):
    """Why a kernel cannot take part."""


@dataclass
class Inputs:
    """Queries and keys of length sqrt(D), as the prologue of the block makes them."""

    shape: Shape
    generator: torch.Generator

    @cached_property
    def _tensors(self) -> list[torch.Tensor]:
        """query, key, value; then the query with scale * log2(e)."""
        variant, dtype = self.shape.variant("online"), DTYPES[self.shape.dtype]
        one = torch.ones(self.shape.kv_heads, device=self.generator.device)
        scaled, key, value = values(
            variant, self.shape.batch, self.shape.tokens, one, self.generator
        )
        query = scaled / variant.query_factor
        plain = place(query, key, value, "contiguous", dtype)
        return [*plain, scaled.to(dtype)]

    @property
    def query(self) -> torch.Tensor:
        return self._tensors[0]

    @property
    def key(self) -> torch.Tensor:
        return self._tensors[1]

    @property
    def value(self) -> torch.Tensor:
        return self._tensors[2]

    @property
    def scaled_query(self) -> torch.Tensor:
        return self._tensors[3]

    @property
    def scale(self) -> float:
        return self.shape.head_dim**-0.5

    def poisoned(self) -> torch.Tensor:
        """An output of which every element shows whether it was written."""
        return torch.full_like(self.query, math.nan)


@dataclass
class Kernel:
    """A launch, its result B x S x Hq x D, and what it computed: softmax(scale q kᵀ) v."""

    launch: Callable[[], object]
    result: Callable[[], torch.Tensor]
    query: torch.Tensor
    scale: float


@dataclass(frozen=True)
class Places:
    """Where kernels come from."""

    kernels: Path
    peer: Path | None = None


def ours(form: str) -> Callable[[Inputs, Places], Kernel]:
    """This project's kernel, compiled by `cca-compile`."""

    def build(inputs: Inputs, places: Places) -> Kernel:
        variant = inputs.shape.variant(form)
        if form == "bounded" and inputs.shape.dtype == "f16" and inputs.shape.head_dim > 64:
            raise UnavailableError("exponentials within the bound overflow f16")
        path = places.kernels / f"{variant.name}.so"
        if not path.is_file():
            raise UnavailableError(f"{path} is not packed")
        function = CompiledFunction(path, variant.entry, variant.parameters())
        scaled = variant.config.scale == LN2
        query = inputs.scaled_query if scaled else inputs.query
        bound = []
        if variant.config.normalized:
            heads = (inputs.shape.kv_heads,)
            bound = [torch.full(heads, variant.query_factor, device=query.device)]
        out = inputs.poisoned()
        launch = function.bind(query, inputs.key, inputs.value, *bound, out)
        return Kernel(launch, lambda: out, query, variant.config.softmax_scale)

    return build


def sdpa(backend) -> Callable[[Inputs, Places], Kernel]:
    """A backend of PyTorch's scaled_dot_product_attention, which allocates its result."""

    def build(inputs: Inputs, places: Places) -> Kernel:
        def compute() -> torch.Tensor:
            return torch_peers.sdpa(
                backend,
                inputs.query,
                inputs.key,
                inputs.value,
                inputs.shape.causal,
                inputs.scale,
            )

        return Kernel(compute, compute, inputs.query, inputs.scale)

    return build


def triton(inputs: Inputs, places: Places) -> Kernel:
    """The Triton kernel beside this file."""
    try:
        import triton_attention
    except ImportError as error:
        raise UnavailableError(str(error)) from error
    if inputs.shape.head_dim not in triton_attention.TILES:
        raise UnavailableError(f"no tiles for D = {inputs.shape.head_dim}")
    out = inputs.poisoned()

    def launch() -> None:
        triton_attention.attention(
            inputs.query, inputs.key, inputs.value, out, inputs.shape.causal, inputs.scale
        )

    return Kernel(launch, lambda: out, inputs.query, inputs.scale)


def peer(softmax: str) -> Callable[[Inputs, Places], Kernel]:
    """The external peer: D = 128, bf16, queries with scale * log2(e), B x heads x S x D views."""

    def build(inputs: Inputs, places: Places) -> Kernel:
        if places.peer is None:
            raise UnavailableError("no --peer")
        if (inputs.shape.head_dim, inputs.shape.dtype) != (128, "bf16"):
            raise UnavailableError("D = 128 in bf16 only")
        if str(places.peer) not in sys.path:
            sys.path.insert(0, str(places.peer))
        module = importlib.import_module(PEER_MODULE)
        out = inputs.poisoned()
        tensors = (inputs.scaled_query, inputs.key, inputs.value, out)
        launch = module.Yardstick(softmax, inputs.shape.causal).prepare(
            *(x.transpose(1, 2) for x in tensors)
        )
        return Kernel(launch, lambda: out, inputs.scaled_query, LN2)

    return build


# Name in the table -> how to build it.
CATALOGUE: dict[str, Callable[[Inputs, Places], Kernel]] = {
    "cudnn": sdpa(torch_peers.CUDNN),
    "fa2": sdpa(torch_peers.FLASH_ATTENTION_2),
    "triton": triton,
    "peer-bounded": peer("bounded"),
    "peer-online": peer("online"),
    "bounded": ours("bounded"),
    "auto": ours("auto"),
    "online": ours("online"),
    "auto-scale": ours("auto-scale"),
}
