"""Variants of `cca.flash_attention`: a name, a module, and the operands of its function.

What is static in a kernel makes a variant; B, S and the numbers are given at run time.
"""

import math
from dataclasses import dataclass

from cca.config import CCAConfig, Schedule
from cca.mlir import module_text
from cca.operands import ENTRY, Tensor, operands, results

# With this softmax scale a kernel multiplies nothing: softmax(ln 2 * x) is a power of two.
# The query then holds scale * log2(e) already, see `query_factor`.
LN2 = math.log(2)


@dataclass(frozen=True)
class AttentionVariant:
    """One kernel: a configuration of the attention core, with or without log-sum-exp."""

    config: CCAConfig
    lse: bool = False

    @property
    def name(self) -> str:
        """File name without ending, e.g. `d128-h8x2-causal-bf16-normalized`."""
        config = self.config
        parts = [f"d{config.head_dim}", f"h{config.q_heads}x{config.kv_heads}"]
        parts.append("causal" if config.causal else "full")
        parts += [f"w{config.window}"] if config.window is not None else []
        parts += ["packed"] if config.packed else []
        parts.append(config.dtype)
        parts += ["normalized"] if config.normalized else []
        parts += ["lse"] if self.lse else []
        if config.scale is not None:
            parts.append("ln2" if config.scale == LN2 else f"scale{config.scale!r}")
        parts += [schedule_name(config.schedule)] if config.schedule is not None else []
        return "-".join(parts)

    @property
    def entry(self) -> str:
        """Name of the function."""
        return ENTRY["flash"]

    @property
    def query_factor(self) -> float:
        """What queries hold beyond length sqrt(D), so that all variants weigh alike.

        1, or D^-1/2 * log2(e) where the kernel does not multiply. A bound on the scores,
        the operand of `normalized`, shrinks with it.
        """
        return self.config.head_dim**-0.5 / LN2 if self.config.scale == LN2 else 1.0

    def text(self) -> str:
        """The module, with B and S dynamic."""
        return module_text(self.config, "flash", lse=self.lse)

    def parameters(self) -> list[Tensor]:
        """The tensors that the compiled function takes: operands, then results."""
        return [*operands(self.config, "flash"), *results(self.config, "flash", lse=self.lse)]


def attention_variant(
    head_dim: int, q_heads: int, kv_heads: int, lse: bool = False, **modes
) -> AttentionVariant:
    """A variant by its sizes; `modes` are fields of `CCAConfig`, causal unless they say more."""
    config = CCAConfig(None, q_heads, kv_heads, head_dim, rotary=0, **modes)
    return AttentionVariant(config, lse)


def schedule_name(schedule: Schedule) -> str:
    """Tiles and order in a file name, e.g. `q128k128s2c2auto`."""
    return (
        f"q{schedule.block_q}k{schedule.block_kv}s{schedule.stages}c{schedule.consumers}"
        f"{schedule.softmax}"
        + ("" if schedule.overlap else "-simple")
        + ("" if schedule.ping_pong else "-together")
    )
