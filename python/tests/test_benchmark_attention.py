"""The attention benchmark on the CPU: kernels of PyTorch, and a clock that makes times up."""

import json
import math

import pytest

import attention as benchmark
import attention_cases
from attention_cases import FORMS, Shape

pytest.importorskip("torch", reason="torch is not installed")
import torch

import attention_kernels
from attention_kernels import Inputs, Kernel, Places, UnavailableError
from cca import torch_reference
from cca.attention_variants import LN2

# Tensors are tiny: threads would wait for each other.
torch.set_num_threads(1)

SHAPES = [Shape(1, 4, 2, 48, causal, 64) for causal in (False, True)]


class FakeClock:
    """Each launch takes two milliseconds."""

    def measure(self, launch, count):
        launch()
        return [2.0] * count


@pytest.fixture
def inputs():
    return Inputs(SHAPES[1], torch.Generator().manual_seed(0))


def exact(form="auto-scale", factor=1.0):
    """A kernel of PyTorch in fp64."""

    def build(inputs, places):
        variant = inputs.shape.variant(form)
        query = inputs.scaled_query if variant.config.scale == LN2 else inputs.query
        out = inputs.poisoned()

        def launch():
            found = torch_reference.attention(query, inputs.key, inputs.value, variant.config)
            out.copy_(factor * found.rounded)

        return Kernel(launch, lambda: out, query, variant.config.softmax_scale)

    return build


def unavailable(inputs, places):
    raise UnavailableError("not today")


def crash(inputs, places):
    raise RuntimeError("no kernel\nand more")


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    """Runs the benchmark on two small shapes with the given kernels."""

    def call(catalogue, *flags):
        monkeypatch.setattr(attention_kernels, "CATALOGUE", catalogue)
        monkeypatch.setitem(attention_cases.SETS, "yardstick", lambda: SHAPES)
        path = tmp_path / "results" / "found.json"
        flags = [f"--json={path}", "--rounds=2", "--seed=1", *flags]
        status = benchmark.main(flags, FakeClock(), "cpu")
        return status, json.loads(path.read_text()), capsys.readouterr().out

    return call


def test_every_kernel_can_be_built():
    assert list(attention_kernels.CATALOGUE) == list(attention_cases.KERNELS)


def test_whole_run(run):
    catalogue = {
        "cudnn": exact(),
        "fa2": crash,
        "triton": unavailable,
        "bounded": exact("bounded"),
        "online": exact("online"),
    }
    status, found, out = run(catalogue)
    assert status == 0
    assert [r["name"] for r in found["rows"]] == [shape.name for shape in SHAPES]
    for r, shape in zip(found["rows"], SHAPES, strict=True):
        assert set(r["kernels"]) == {"cudnn", "bounded", "online"}
        for kernel in r["kernels"].values():
            assert kernel["ms"] == 2.0
            assert math.isclose(kernel["tflops"], shape.flops / 2.0 / 1e9)
            assert 1e-4 < kernel["error"] < 3e-3
        assert r["missing"] == {"triton": "not today"}
        assert r["broken"] == {"fa2": "RuntimeError: no kernel"}
    assert found["counts"] == {"shapes": 2, "measurements": 6, "wrong": 0}
    assert found["settings"]["seed"] == 1
    assert found["environment"]["torch"] == torch.__version__
    assert "fa2: left out of 2 of 2 shapes: RuntimeError: no kernel" in out


@pytest.mark.parametrize("factor", [1.01, float("nan")])
def test_wrong_kernel_is_not_timed(run, factor):
    status, found, out = run({"bounded": exact("bounded"), "online": exact("online", factor)})
    assert status == 1
    assert "WRONG" in out
    assert found["counts"] == {"shapes": 2, "measurements": 2, "wrong": 2}
    if factor != factor:
        assert found["rows"][0]["kernels"]["online"]["error"] == "inf"


def test_forms_and_kernels_can_be_left_out(run):
    catalogue = {"cudnn": exact(), "bounded": exact("bounded"), "online": exact("online")}
    _, found, _ = run(catalogue, "--forms=online", "--without=cudnn")
    assert set(found["rows"][0]["kernels"]) == {"online"}


def test_rows_stay_if_a_later_one_is_cut_off(run, tmp_path):
    def cut_off(inputs, places):
        if inputs.shape == SHAPES[1]:
            raise KeyboardInterrupt
        return exact()(inputs, places)

    with pytest.raises(KeyboardInterrupt):
        run({"bounded": cut_off})
    rows = json.loads((tmp_path / "results" / "found.json").read_text())["rows"]
    assert [row["name"] for row in rows] == [SHAPES[0].name]


def test_without_kernels_of_ours_it_fails(run):
    assert run({"cudnn": exact(), "bounded": unavailable})[0] == 1
    assert run({"cudnn": exact(), "bounded": exact("bounded"), "online": crash})[0] == 1


def test_without_a_device(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert benchmark.main([]) == 1
    assert "expects a CUDA device, but got none" in capsys.readouterr().err


def test_inputs_of_both_conventions_agree(inputs):
    scaled, plain = inputs.scaled_query.double() * LN2, inputs.query.double() * inputs.scale
    assert torch_reference.relative_error(scaled, plain) < 4e-3
    assert inputs.query.isfinite().all()
    assert inputs.poisoned().isnan().all()


@pytest.mark.parametrize("form", list(FORMS))
def test_what_our_kernels_are_given(form, inputs, tmp_path, monkeypatch):
    bound = []

    class Fake:
        def __init__(self, path, name, parameters):
            assert path.is_file()
            self.count = len(parameters)

        def bind(self, *tensors):
            assert len(tensors) == self.count
            bound[:] = tensors
            return lambda: None

    monkeypatch.setattr(attention_kernels, "CompiledFunction", Fake)
    with pytest.raises(UnavailableError, match="is not packed"):
        attention_kernels.ours(form)(inputs, Places(tmp_path))
    (tmp_path / f"{inputs.shape.variant(form).name}.so").touch()
    kernel = attention_kernels.ours(form)(inputs, Places(tmp_path))
    query, key, _, *temperature, out = bound
    assert kernel.query is query
    assert kernel.result() is out
    assert out.isnan().all()
    # What the bound promises holds.
    assert len(temperature) == (form != "online")
    if temperature:
        keys = key.double().repeat_interleave(2, dim=2)
        scores = torch.einsum("bshd,bthd->bhst", query.double(), keys)
        limit = inputs.shape.head_dim * temperature[0].max().item()
        assert 0.3 * limit < scores.abs().max().item() < 1.01 * limit


def test_external_peer(inputs, tmp_path):
    build = attention_kernels.peer("online")
    with pytest.raises(UnavailableError, match="no --peer"):
        build(inputs, Places(tmp_path))
    with pytest.raises(UnavailableError, match="D = 128 in bf16 only"):
        build(inputs, Places(tmp_path, tmp_path))
    (tmp_path / "attention_yardstick.py").write_text(
        "class Yardstick:\n"
        "    def __init__(self, softmax, causal):\n"
        "        self.what = (softmax, causal)\n"
        "    def prepare(self, q, k, v, o):\n"
        "        return lambda: o.fill_(q.shape[1] if self.what == ('online', True) else 0)\n"
    )
    wide = Inputs(Shape(1, 4, 2, 8, True), torch.Generator().manual_seed(0))
    kernel = build(wide, Places(tmp_path, tmp_path))
    kernel.launch()
    assert kernel.query is wide.scaled_query
    assert (kernel.result() == 4).all(), "views have heads before tokens"


def test_pytorch_peer(inputs):
    """On the CPU PyTorch has only its own kernel: the call is what is tested here."""
    from torch.nn.attention import SDPBackend

    kernel = attention_kernels.sdpa(SDPBackend.MATH)(inputs, Places(None))
    wanted = torch_reference.attention(
        inputs.query, inputs.key, inputs.value, inputs.shape.variant("auto-scale").config
    )
    assert torch_reference.relative_error(kernel.result(), wanted.out) < 1e-2
