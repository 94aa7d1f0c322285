"""What the attention benchmark runs: shapes, and this project's kernels for them."""

from dataclasses import dataclass

from cca.attention_variants import LN2, AttentionVariant, attention_variant
from cca.config import Schedule

# Our kernels: the bounded softmax; with a bound on the scores and the schedule that the
# compiler selects; without a bound; and as the second, but multiplying by the scale themselves.
# The others expect queries that hold scale * log2(e) already, as the prologue of the block
# leaves them.
FORMS = {
    "bounded": {
        "normalized": True,
        "scale": LN2,
        "schedule": Schedule(128, 128, 2, 2, "bounded"),
    },
    "auto": {"normalized": True, "scale": LN2},
    "online": {"scale": LN2},
    "auto-scale": {"normalized": True},
}
DEFAULT_FORMS = ("bounded", "auto", "online")

# Columns of the table: cuDNN and FlashAttention-2 through PyTorch, a Triton kernel, an
# external peer, then ours.
KERNELS = ("cudnn", "fa2", "triton", "peer-bounded", "peer-online", *FORMS)


@dataclass(frozen=True)
class Shape:
    """One row of the table."""

    batch: int
    q_heads: int
    kv_heads: int
    tokens: int
    causal: bool
    head_dim: int = 128
    dtype: str = "bf16"

    @property
    def name(self) -> str:
        mask = "causal" if self.causal else "full"
        heads = f"{self.q_heads}/{self.kv_heads}"
        return f"B{self.batch} {heads} S{self.tokens} D{self.head_dim} {self.dtype} {mask}"

    @property
    def flops(self) -> float:
        """4 B Hq S² D; half of it counts under a causal mask."""
        every = 4 * self.batch * self.q_heads * self.tokens**2 * self.head_dim
        return every / 2 if self.causal else every

    def variant(self, form: str) -> AttentionVariant:
        """This project's kernel for the shape."""
        return attention_variant(
            self.head_dim,
            self.q_heads,
            self.kv_heads,
            causal=self.causal,
            dtype=self.dtype,
            **FORMS[form],
        )


def _masks(*sizes, **modes) -> list[Shape]:
    return [Shape(*sizes, causal, **modes) for causal in (False, True)]


def _yardstick() -> list[Shape]:
    """The latent sizes of ZAYA1-8B (8/2) and relatives."""
    sizes = ((8, 2, 4096), (8, 2, 16384), (16, 16, 16384), (4, 4, 16384), (8, 2, 65536))
    return [shape for size in sizes for shape in _masks(1, *size)]


def _d64() -> list[Shape]:
    return [shape for s in (4096, 16384) for shape in _masks(1, 8, 8, s, head_dim=64)]


def _sweep() -> list[Shape]:
    return [
        shape
        for head_dim in (64, 128)
        for dtype in ("bf16", "f16")
        for power in range(9, 17)
        for shape in _masks(1, 8, 2, 2**power, head_dim=head_dim, dtype=dtype)
    ]


SETS = {"yardstick": _yardstick, "d64": _d64, "sweep": _sweep}


def shapes(name: str) -> list[Shape]:
    return SETS[name]()


def variants(names: list[str]) -> list[AttentionVariant]:
    """Every kernel of this project that the sets may run, each once."""
    return list(
        dict.fromkeys(
            shape.variant(form) for name in names for shape in shapes(name) for form in FORMS
        )
    )
