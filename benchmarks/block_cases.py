"""What the block benchmark runs: blocks, shapes, and what they cost at least."""

from dataclasses import dataclass, replace

from cca.config import CONFIGS, CCAConfig
from cca.cost import flops

# Blocks by name: those of the ZAYA1 models and of the paper, of one hidden size.
BLOCKS = {
    "ccgqa-8/2": CONFIGS["zaya1-8b"],
    "cca-4/4": replace(CONFIGS["zaya1-8b"], q_heads=4, kv_heads=4),
    "cca-8/8-d64": replace(CONFIGS["zaya1-8b"], kv_heads=8, head_dim=64, rotary=32),
    "paper-4x": CONFIGS["paper-cca-4x"],
}

# Whole blocks of the table: HF transformers' own, other attention of the same hidden size
# in PyTorch, then ours.
PEERS = ("hf-eager", "hf", "mha", "gqa", "mla")
# Compiled for the shape, as peers are, and for any.
OURS, OURS_ANY = "ours", "ours-any"
# Ours with a prologue of one kernel.
FUSED = "ours-fused"
KERNELS = (*PEERS, OURS_ANY, OURS, FUSED)

# Parts: bare cuBLAS products and cuDNN's attention beside our kernels. `cudnn-mha` is what
# attention costs without compression: multi-head, as wide as the hidden states.
PARTS = {
    "prologue": ("cublas", OURS, FUSED),
    "attention": ("cudnn-mha", "cudnn", OURS),
    "projection": ("cublas", OURS),
}

# Those that do more or other operations than ours, whose rates are not comparable.
OTHER_WORK = ("mha", "gqa", "mla", "cudnn-mha", "cublas")

# Kernels of each part.
PART_KERNELS = {
    "prologue": ("latents", "mix"),
    "attention": ("flash_attention",),
    "projection": ("projection",),
}

MODES = ("graph", "eager")

ELEMENT_BYTES = 2


@dataclass(frozen=True)
class Shape:
    """One row of the table."""

    block: str
    batch: int
    tokens: int
    causal: bool = True

    @property
    def name(self) -> str:
        return f"{self.block} B{self.batch} S{self.tokens}{'' if self.causal else ' full'}"

    @property
    def config(self) -> CCAConfig:
        return replace(BLOCKS[self.block], causal=self.causal)

    @property
    def rows(self) -> int:
        """Tokens of the batch: rows of the products."""
        return self.batch * self.tokens

    @property
    def sizes(self) -> dict[str, tuple[int, int]]:
        """Outputs and inputs of the two products, by part."""
        c = self.config
        latent = c.channels + c.kv_heads * c.head_dim
        return {
            "prologue": (latent, c.hidden),
            "projection": (c.hidden, c.q_heads * c.head_dim),
        }

    def part_flops(self, part: str) -> float:
        """Operations of a part."""
        work = flops(self.config, self.batch, self.tokens)
        return sum(work[kernel] for kernel in PART_KERNELS[part])

    @property
    def flops(self) -> float:
        """Operations of the block."""
        return sum(self.part_flops(part) for part in PARTS)

    @property
    def bytes(self) -> float:
        """What a block reads and writes at least: hidden states, out, and weights once."""
        c = self.config
        weights = sum(a * b for a, b in self.sizes.values())
        weights += c.channels * (c.taps[0] + c.head_dim * c.taps[1] + 2)
        return float(ELEMENT_BYTES * (2 * self.rows * c.hidden + weights))


def _yardstick() -> list[Shape]:
    lengths = (1024, 4096, 16384, 65536)
    return [Shape("ccgqa-8/2", 1, s) for s in lengths] + [
        Shape(block, 1, s) for block in ("cca-4/4", "cca-8/8-d64") for s in lengths[:3]
    ]


def _single() -> list[Shape]:
    """One sequence, longer and longer."""
    return [Shape("ccgqa-8/2", 1, 2**power) for power in range(9, 17)]


def _constant() -> list[Shape]:
    """As many tokens in shorter and fewer sequences."""
    return [Shape("ccgqa-8/2", 2 ** (16 - power), 2**power) for power in range(9, 17)]


def _paper() -> list[Shape]:
    """As figure 5 of arXiv 2510.04476, compressed by 4: not causal, then causal."""
    return [
        Shape("paper-4x", 1, 2**power, causal)
        for causal in (False, True)
        for power in range(10, 17)
    ]


SETS = {"yardstick": _yardstick, "single": _single, "constant": _constant, "paper": _paper}


def shapes(name: str) -> list[Shape]:
    return SETS[name]()
