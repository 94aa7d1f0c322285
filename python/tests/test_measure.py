"""What the GPU tests measure, on kernels that are Python functions on the CPU."""

import json

import pytest

from attention_grid import Case
from cca.attention_variants import LN2, attention_variant

pytest.importorskip("torch", reason="torch is not installed")
import torch

import measure
import summary
from cca import torch_reference
from measure import Measurement

# Tensors are tiny: threads would wait for each other.
torch.set_num_threads(1)

PLAIN = Case(attention_variant(64, 4, 2), 40, 2, 1.0, "contiguous", "contiguous")
CASES = [
    PLAIN,
    Case(attention_variant(64, 4, 2, lse=True, normalized=True), 33, 1, 6.0, "fused", "padded"),
    Case(
        attention_variant(64, 4, 1, normalized=True, scale=LN2, dtype="f16"),
        *(20, 3, "mixed", "heads_first", "every_second"),
    ),
    Case(
        attention_variant(64, 6, 3, causal=False, packed=True, lse=True, window=7),
        *(65, 1, None, "padded", "heads_first"),
    ),
    Case(attention_variant(64, 4, 4), 1, 1, -2.0, "every_second", "contiguous"),
]


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


@pytest.fixture(autouse=True)
def without_cudnn(monkeypatch):
    monkeypatch.setattr(measure, "cudnn", lambda inputs, config: None)


def right(case: Case):
    """A kernel that rounds no more than it must."""
    variant = case.variant

    def function(query, key, value, *others):
        others = list(others)
        if variant.config.normalized:
            bound = variant.config.head_dim * others.pop(0).abs()
            group = variant.config.q_heads // variant.config.kv_heads
            keys = key.double().repeat_interleave(group, dim=2)
            largest = torch.einsum("bshd,bthd->bhst", query.double(), keys).abs().amax((0, 2, 3))
            assert (largest <= 1.01 * bound.repeat_interleave(group)).all(), "the promise holds"
        boundaries = others.pop(0).tolist() if variant.config.packed else None
        found = torch_reference.attention(query, key, value, variant.config, boundaries)
        others.pop(0).copy_(found.rounded)
        if variant.lse:
            others.pop(0).copy_(found.lse)
        assert not others

    return function


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_right_kernel(case, generator):
    found = measure.measure(case, right(case), generator)
    assert found.problems() == []
    assert found.error == found.rounding
    assert found.rows >= min(measure.ROWS / 2, measure.MOST_DRAWS * 4)
    assert (found.lse is not None) == case.variant.lse


def problems(change, generator, case=PLAIN) -> str:
    """What is found if `change` spoils the results of a right kernel."""
    kernel = right(case)

    def function(*tensors):
        kernel(*tensors)
        change(tensors)

    return "; ".join(measure.measure(case, function, generator).problems())


def test_inexact_kernel(generator):
    def change(tensors):
        tensors[-1].mul_(1.01)

    assert "relative error" in problems(change, generator)


def test_unwritten_element(generator):
    def change(tensors):
        tensors[-1][0, -1, 0, 0] = float("nan")

    found = problems(change, generator)
    assert "1 of 20480 elements are NaN or unwritten" in found
    assert "relative error inf" in found


@pytest.mark.parametrize("layout", ["contiguous", "padded", "every_second"])
def test_stray_write(generator, layout):
    """One element before the first of the output, whatever lies there."""

    def change(tensors):
        out = tensors[-1]
        out.as_strided((1,), (1,), out.storage_offset() - 1).fill_(0)

    case = Case(PLAIN.variant, 40, 2, 1.0, "contiguous", layout)
    assert "1 elements outside of the output were written" in problems(change, generator, case)


def test_result_that_moves(generator):
    calls = []

    def change(tensors):
        calls.append(1)
        if len(calls) == 7:
            tensors[-1][0, 3, 0, :2] += 1

    found = problems(change, generator)
    assert found.startswith("2 elements differ in 19 repeats")


def test_wrong_log_sum_exp(generator):
    def change(tensors):
        tensors[-1].mul_(1.0001)

    found = problems(change, generator, CASES[1])
    assert found.startswith("log-sum-exp: relative error")


def test_wrong_on_some_tokens_of_a_later_draw(generator):
    """Short cases are drawn several times, and all draws count."""
    calls = []

    def change(tensors):
        calls.append(1)
        if len(calls) > measure.REPEATS:
            tensors[-1].mul_(1.02)

    assert "relative error" in problems(change, generator)


def test_cudnn_sets_the_limit_where_there_is_one(generator, monkeypatch):
    def exact(inputs, config):
        return torch_reference.attention(inputs.query, inputs.key, inputs.value, config).out

    monkeypatch.setattr(measure, "cudnn", exact)
    found = measure.measure(PLAIN, right(PLAIN), generator)
    assert (found.cudnn, found.ratio) == (0.0, float("inf"))
    assert "cuDNN: 0.000e+00" in found.problems()[0]


def measured(error, peer, rows=100000, **more):
    values = {"rounding": peer, "cudnn": peer, "lse": None, "faults": []}
    return Measurement(rows=rows, error=error, **(values | more))


def test_limit_allows_for_chance_only():
    assert measured(1.01e-3, 1e-3).problems() == []
    assert measured(1.02e-3, 1e-3).problems() != []
    assert measured(1.02e-3, 1e-3, rows=4096).problems() == []
    assert measured(float("nan"), 1e-3).problems() != []
    assert measured(0.0, 0.0).problems() == []
    assert measured(1e-6, 0.0).problems() != []


def test_summary_counts_and_names_the_worst():
    records = {
        "a": measured(1.0e-3, 1e-3, lse=1e-7),
        "b": measured(1.2e-3, 1e-3, rows=16),
        "c": measured(2.0e-3, 1e-3, faults=["stray"]),
        "d": measured(0.9e-3, 1e-3, cudnn=None, normalized=True),
        "e": measured(float("inf"), 1e-3, cudnn=None, rows=16),
    }
    found = json.loads(json.dumps(summary.summary(records, seed=5), allow_nan=False))
    assert (found["combinations"], found["failed"], found["seed"]) == (5, 2, 5)
    assert set(found["failures"]) == {"c", "e"}
    assert "stray" in found["failures"]["c"]
    assert found["against_cudnn"]["combinations"] == 3
    assert found["against_cudnn"]["worst"] == {"case": "c", "ratio": 2.0}
    assert found["against_rounding"]["worst"] == {"case": "e", "ratio": "inf"}
    assert found["against_rounding"]["worst_of_65536_rows"]["case"] == "d"
    assert found["against_rounding"]["worst_normalized"]["case"] == "d"
    assert found["against_rounding"]["worst_online"] is None
    assert found["worst_lse_error"] == 1e-7
    assert found["cases"]["d"]["cudnn"] is None
    assert summary.summary({}, seed=0)["against_cudnn"]["worst"] is None
