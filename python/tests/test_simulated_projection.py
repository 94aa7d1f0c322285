"""Projections and latents, from level 0 through the simulator, against fp64.

Run in several orders of what is asynchronous: several schedules, tokens and channels that are
no multiples of a tile, biases. How near is near enough: 1.5 times the error of rounding the
exact result to the element type.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from cca.accuracy import MARGIN, relative_error
from cca.projection_variants import GemmSchedule, LatentsVariant, ProjectionVariant
from cca.runner import call
from cca.storage import decode, encode, rounded
from harness import tool
from simulated_attention import POLICIES

PAIRED = GemmSchedule(128, 128, 64, 3, 1, 2)
# Consumers with tiles of their own, which take turns.
OWN = GemmSchedule(128, 128, 64, 3, 2, cooperative=False)
# Panels of 32 columns.
NARROW = GemmSchedule(128, 96, 64, 4, 2)


@dataclass(frozen=True)
class Case:
    variant: ProjectionVariant | LatentsVariant
    batch: int
    tokens: int
    policy: tuple[str, ...]
    seqlens: tuple[int, ...] | None = None
    padding: int = 0  # elements behind each row of tokens

    @property
    def name(self) -> str:
        parts = [self.variant.name, f"b{self.batch}-s{self.tokens}"]
        parts += ["padded"] if self.padding else []
        return "-".join([*parts, self.policy[0].rpartition("=")[2]])


def _projection(outputs, inputs, schedule, batch, tokens, policy, padding=0, **modes) -> Case:
    variant = ProjectionVariant(outputs, inputs, schedule=schedule, **modes)
    return Case(variant, batch, tokens, POLICIES[policy], padding=padding)


def _latents(heads, head_dim, schedule, tokens, policy, batch=1, seqlens=None, **modes) -> Case:
    variant = LatentsVariant(
        192, heads, head_dim, 72, schedule=schedule, packed=seqlens is not None, **modes
    )
    return Case(variant, batch, tokens, POLICIES[policy], seqlens)


CASES = [
    _projection(128, 64, PAIRED, 1, 1, 0),
    _projection(128, 128, None, 1, 128, 1),
    _projection(200, 200, PAIRED, 2, 150, 2, bias="bf16"),
    _projection(8, 8, GemmSchedule(64, 64, 64, 2, 1, 2), 3, 21, 3, bias="f32"),
    _projection(136, 264, GemmSchedule(64, 192, 64, 3, 1), 1, 130, 0, dtype="f16", bias="f16"),
    _projection(320, 192, GemmSchedule(128, 256, 64, 2, 2), 1, 129, 1, bias="f32"),
    _projection(264, 256, GemmSchedule(256, 64, 128, 2, 2), 2, 260, 2, dtype="f16"),
    _projection(256, 136, GemmSchedule(192, 128, 64, 4, 3), 1, 400, 3, bias="bf16"),
    # So many columns that tiles come in groups of rows, and in them in parts of strips, of
    # which the last have fewer rows and columns.
    _projection(2120, 64, GemmSchedule(256, 128, 64, 3, 2), 1, 2100, 0),
    _projection(2120, 64, GemmSchedule(256, 128, 64, 3, 2), 1, 1500, 2),
    # Rows of two batches that do not follow each other.
    _projection(128, 96, PAIRED, 2, 70, 1, padding=8),
    _projection(64, 64, PAIRED, 2, 0, 0),
    _projection(64, 64, OWN, 2, 0, 0),
    _projection(8, 8, OWN, 1, 1, 1),
    _projection(200, 200, OWN, 2, 300, 2, bias="bf16"),
    _projection(520, 136, GemmSchedule(64, 64, 64, 2, 2, cooperative=False), 2, 260, 3),
    _projection(136, 264, GemmSchedule(64, 192, 64, 3, 2, cooperative=False), 1, 130, 0),
    _projection(200, 136, NARROW, 2, 300, 1, bias="bf16"),
    _latents(2, 64, PAIRED, 130, 0),
    _latents(2, 64, NARROW, 130, 3, batch=2, bias="f32"),
    _latents(2, 128, GemmSchedule(128, 192, 64, 3, 2), 65, 1, batch=2, bias="f32"),
    _latents(1, 64, PAIRED, 129, 2, bias="f16", dtype="f16"),
    _latents(1, 128, PAIRED, 64, 3, batch=2),
    _latents(4, 64, GemmSchedule(64, 64, 64, 2, 1, 2), 70, 0, bias="f32"),
    _latents(3, 128, PAIRED, 40, 1),
    _latents(2, 128, OWN, 400, 2, batch=2, bias="f32"),
    _latents(2, 64, OWN, 200, 0, seqlens=(0, 1, 130, 0, 69, 0)),
    _latents(2, 64, PAIRED, 200, 2, seqlens=(0, 1, 130, 0, 69, 0), bias="f32"),
    _latents(2, 64, GemmSchedule(128, 64, 64, 3, 2), 140, 3, seqlens=(64, 64, 12)),
]


def operands(case: Case) -> dict[str, np.ndarray]:
    """By name, of the variant's function, as fp64 values that the element types have."""
    chance = np.random.default_rng(len(case.name))
    given = {}
    for tensor in case.variant.operands():
        if tensor.name == "cu_seqlens":
            given[tensor.name] = np.cumsum([0, *case.seqlens])
            continue
        shape = (case.batch, case.tokens, *tensor.shape[2:])
        shape = shape if len(tensor.shape) > 2 else tensor.shape
        given[tensor.name] = rounded(chance.standard_normal(shape), tensor.element)
    return given


def exact(case: Case, given: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The results in fp64."""
    tokens, weight = given.get("x", given.get("hidden")), given["w"]
    bias = given.get("bias", 0)
    product = tokens @ weight.T
    if isinstance(case.variant, ProjectionVariant):
        return [product + bias]
    variant = case.variant
    half = variant.heads * variant.head_dim // 2
    delayed = np.zeros_like(product[..., -half:])
    delayed[:, 1:] = product[:, :-1, -half:]
    for begin in given.get("cu_seqlens", [0])[:-1]:
        if begin < case.tokens:
            delayed[:, begin] = 0
    product[..., -half:] = delayed
    product += bias
    value = product[..., variant.channels :]
    shape = (*value.shape[:2], variant.heads, variant.head_dim)
    return [product[..., : variant.channels], value.reshape(shape)]


def simulate(case: Case, given: dict[str, np.ndarray], folder: Path) -> list[np.ndarray]:
    """Runs a case; its results as fp64 values."""
    variant = case.variant
    text = variant.text()
    elements = {tensor.name: tensor.element for tensor in variant.operands()}
    if case.padding:
        # What lies between is not to be read: NaN would show.
        width = variant.inputs + case.padding
        padding = ((0, 0), (0, 0), (0, case.padding))
        given = given | {"x": np.pad(given["x"], padding, constant_values=np.nan)}
        type_ = f"tensor<?x?x{variant.inputs}x{variant.dtype}>"
        wide = f"tensor<?x?x{width}x{variant.dtype}>"
        text = text.replace(f"%x: {type_}", f"%wide: {wide}")
        lines = [
            "  %zero = arith.constant 0 : index",
            "  %one = arith.constant 1 : index",
            f"  %batch = tensor.dim %wide, %zero : {wide}",
            f"  %tokens = tensor.dim %wide, %one : {wide}",
            f"  %x = tensor.extract_slice %wide[0, 0, 0] [%batch, %tokens, {variant.inputs}] "
            f"[1, 1, 1] : {wide} to {type_}",
        ]
        begin, brace, body = text.partition(" {\n")
        text = begin + brace + "\n".join(lines) + "\n" + body
    (folder / "module.mlir").write_text(text, encoding="utf-8")
    command = [tool("cca-run"), str(folder / "module.mlir"), "--target=sim", *case.policy]
    for name, values in given.items():
        np.save(folder / f"{name}.npy", encode(values, elements[name]))
        command.append(f"--input={folder / name}.npy")
    outputs = variant.results()
    command += [f"--output={folder / tensor.name}.out.npy" for tensor in outputs]
    call(command)
    return [decode(np.load(folder / f"{t.name}.out.npy"), t.element) for t in outputs]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_error(case, tmp_path):
    given = operands(case)
    expected = exact(case, given)
    found = simulate(case, given, tmp_path)
    for result, values in zip(found, expected, strict=True):
        assert result.shape == values.shape
        limit = MARGIN * relative_error(rounded(values, case.variant.dtype), values)
        error = relative_error(result, values)
        assert error <= limit, f"relative error {error:.2e}, limit {limit:.2e}"
