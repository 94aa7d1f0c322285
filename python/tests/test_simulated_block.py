"""Whole blocks and prologues, from one op through all of their kernels in the simulator.

Down-projections, mixing, attention and output projection are kernels of one host function,
with buffers between them in a workspace. The limit is that of the CPU path: what independent
roundings after each step of the definition would add up to.
"""

from dataclasses import dataclass, field

import numpy as np
import pytest

from cca import reference
from cca.accuracy import limits, relative_error
from cca.config import CCAConfig
from cca.mlir import module_text
from cca.operands import operands, results
from cca.runner import call
from cca.sample import sample_operands
from cca.storage import decode, encode
from harness import tool
from simulated_attention import POLICIES

# Level 0 as a prologue of one kernel has it; without passes it is two kernels.
STRUCTURES = {
    "split": (),
    "fused": ("--cca-decompose=into=kernels", "--cse", "--cca-lower-prologue=structure=fused"),
}
SMALL = {"hidden": 192, "q_heads": 4, "kv_heads": 2, "head_dim": 64, "rotary": 32}


@dataclass(frozen=True)
class Case:
    """A configuration that differs from `SMALL` by `modes`, and its input."""

    modes: dict = field(default_factory=dict)
    batch: int = 1
    tokens: int = 140
    seqlens: tuple[int, ...] | None = None
    policy: int = 0
    op: str = "attention"
    known: bool = False  # B and S when it is compiled

    @property
    def name(self) -> str:
        modes = [f"{name}={value}" for name, value in self.modes.items()]
        modes += ["known"] if self.known else []
        return "-".join([self.op, *modes, f"b{self.batch}", f"s{self.tokens}"])

    @property
    def text(self) -> str:
        """At level 0."""
        sizes = (self.batch, self.tokens) if self.known else ()
        return module_text(self.config, self.op, *sizes)

    @property
    def config(self) -> CCAConfig:
        return CCAConfig(**(SMALL | self.modes | {"packed": self.seqlens is not None}))


CASES = [
    Case(tokens=0),
    Case(batch=0, tokens=5),
    Case(tokens=1, policy=1),
    Case(batch=2, tokens=130, policy=2),
    Case({"kv_heads": 1}, policy=3),
    Case({"kv_heads": 4}, batch=3, tokens=65, policy=1),
    Case({"head_dim": 128, "q_heads": 2, "kv_heads": 1, "rotary": 128}, policy=2),
    Case({"taps": (1, 1)}, policy=3),
    Case({"taps": (3, 4), "bias": True}, policy=1),
    Case({"taps": (4, 4), "head_dim": 128, "q_heads": 1, "kv_heads": 1}, tokens=70),
    Case({"norm": "rsqrt", "temperature": "exp", "rope": "interleaved"}, policy=2),
    Case({"dtype": "f16", "causal": False}, policy=3),
    Case({"window": 100, "rope_dtype": "f32"}, tokens=300, policy=1),
    Case({"batched_rope": True, "rope": "interleaved"}, batch=2, tokens=70, policy=2),
    Case({"output_projection": False}, policy=1),
    Case(seqlens=(0, 70, 0, 1, 79, 0), tokens=150, policy=2),
    Case({"bias": True, "kv_heads": 1, "taps": (2, 4)}, seqlens=(1, 1, 138), policy=3),
    Case(known=True, policy=2),
    Case(known=True, batch=3, tokens=65, policy=1),
    Case(known=True, tokens=0),
    Case(known=True, seqlens=(0, 70, 0, 1, 79, 0), tokens=150, policy=3),
    Case(op="prologue", batch=2, tokens=70, policy=3),
    Case({"bias": True, "temperature": "exp"}, op="prologue", seqlens=(0, 64, 76, 0), policy=1),
]


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_error(case, structure, tmp_path):
    config = case.config
    given = sample_operands(config, case.op, case.batch, case.tokens, seqlens=case.seqlens)
    source, module = tmp_path / "source.mlir", tmp_path / "module.mlir"
    source.write_text(case.text, encoding="utf-8")
    call([tool("cca-opt"), str(source), *STRUCTURES[structure], "-o", str(module)])
    command = [tool("cca-run"), str(module), "--target=sim"]
    command += POLICIES[case.policy]
    for tensor in operands(config, case.op):
        np.save(tmp_path / f"{tensor.name}.npy", encode(given[tensor.name], tensor.element))
        command.append(f"--input={tmp_path / tensor.name}.npy")
    found = results(config, case.op)
    call([*command, *(f"--output={tmp_path / tensor.name}.npy" for tensor in found)])

    expected = getattr(reference, case.op)(given, config)
    expected = expected if isinstance(expected, tuple) else (expected,)
    bounds = limits(case.op, given, config)
    for tensor, wanted, limit in zip(found, expected, bounds, strict=True):
        out = decode(np.load(tmp_path / f"{tensor.name}.npy"), tensor.element)
        assert out.shape == wanted.shape
        error = relative_error(out, wanted)
        assert error <= limit, f"{tensor.name}: relative error {error:.2e}, limit {limit:.2e}"
