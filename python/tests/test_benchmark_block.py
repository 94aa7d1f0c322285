"""The block benchmark on the CPU: blocks of PyTorch, and a clock that makes times up."""

import json
import math
from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="torch is not installed")
import torch

import block as benchmark
import block_cases
import block_kernels
import block_peers
import block_plots
from block_cases import BLOCKS, Shape
from block_kernels import Inputs, Kernel, UnavailableError
from cca import torch_block, torch_reference
from cca.attention_variants import attention_variant
from cca.config import CCAConfig

# Tensors are tiny: threads would wait for each other.
torch.set_num_threads(1)

SMALL = CCAConfig(hidden=64, q_heads=4, kv_heads=2, head_dim=16, rotary=8)
SHAPES = [Shape("small", 2, 12), Shape("small", 1, 40)]


class FakeClock:
    """Each launch takes two milliseconds, but for ours."""

    def measure(self, launch, count):
        launch()
        return [getattr(launch, "milliseconds", 2.0)] * count


class FakeMachine:
    device = "cpu"

    def __init__(self):
        self.captured = 0

    def plain(self, launch):
        return launch

    def capture(self, launch):
        self.captured += 1
        return launch

    def roof(self, clock):
        return block_plots.Roof("a fake", 1e12, 1e14)

    def release(self):
        pass


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setitem(BLOCKS, "small", SMALL)
    monkeypatch.setitem(block_cases.SETS, "yardstick", lambda: SHAPES)


@pytest.fixture
def inputs():
    return Inputs(SHAPES[0], torch.Generator().manual_seed(0))


def exact(factor=1.0, milliseconds=2.0):
    """A block of PyTorch in fp64."""

    def build(inputs):
        out = inputs.empty(*inputs.tensors["hidden"].shape)

        def launch():
            out.copy_(factor * torch_block.attention(inputs.tensors, inputs.config))

        launch.milliseconds = milliseconds
        return Kernel(launch, lambda: out)

    return build


def unavailable(inputs):
    raise UnavailableError("not today")


def crash(inputs):
    raise RuntimeError("no kernel\nand more")


def unchecked(inputs):
    return Kernel(lambda: None)


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    """Runs the benchmark on two small shapes with the given blocks."""

    def call(catalogue, *flags, parts=None):
        monkeypatch.setattr(block_kernels, "CATALOGUE", catalogue)
        monkeypatch.setattr(block_kernels, "PARTS", parts or {})
        path = tmp_path / "results" / "found.json"
        flags = [f"--json={path}", "--rounds=2", "--seed=1", *flags]
        machine = FakeMachine()
        status = benchmark.main(flags, FakeClock(), machine)
        return status, json.loads(path.read_text()), capsys.readouterr().out, machine

    return call


def test_every_block_can_be_built():
    assert list(block_kernels.CATALOGUE) == list(block_cases.KERNELS)
    assert {part: tuple(x) for part, x in block_kernels.PARTS.items()} == block_cases.PARTS


def test_whole_run(run):
    catalogue = {
        "hf-eager": exact(),
        "hf": crash,
        "mha": unchecked,
        "mla": unavailable,
        "ours": exact(milliseconds=1.0),
    }
    status, found, out, machine = run(catalogue)
    assert status == 0
    assert machine.captured == 6
    assert [r["name"] for r in found["rows"]] == ["small B2 S12", "small B1 S40"]
    for r, shape in zip(found["rows"], SHAPES, strict=True):
        kernels = r["kernels"]
        assert set(kernels) == {"hf-eager", "mha", "ours"}
        assert kernels["ours"]["ms"] == 1.0
        assert math.isclose(kernels["ours"]["tflops"], shape.flops / 1.0 / 1e9)
        assert kernels["mha"]["ours_speedup"] == 2.0
        # It does other operations than those of the row.
        assert "tflops" not in kernels["mha"]
        assert kernels["mha"]["error"] is None
        assert 1e-4 < kernels["ours"]["error"] < 5e-3
        assert r["missing"] == {"mla": "not today"}
        assert r["broken"] == {"hf": "RuntimeError: no kernel"}
    assert "2.0000 ×2.00" in out
    assert "ours: relative error to fp64 up to" in out
    assert "mha: relative" not in out


def test_launches_one_by_one(run):
    _, found, _, machine = run({"ours": exact()}, "--mode=eager")
    assert machine.captured == 0
    assert found["settings"]["mode"] == "eager"


def test_parts(run):
    parts = {"prologue": {"cublas": unchecked, "ours": unavailable}}
    status, found, out, _ = run({"ours": exact()}, "--parts", parts=parts)
    assert status == 0
    names = [r["name"] for r in found["rows"]]
    assert names[:2] == ["small B2 S12", "small B2 S12 prologue"]
    row = found["rows"][1]
    assert row["flops"] == SHAPES[0].part_flops("prologue")
    assert set(row["kernels"]) == {"cublas"}
    assert "prologue, ms ×ours" in out


def test_fused_on_demand(run):
    blocks = {"ours": exact(), "ours-fused": exact(milliseconds=4.0)}
    _, found, _, _ = run(blocks)
    assert set(found["rows"][0]["kernels"]) == {"ours"}
    _, found, _, _ = run(blocks, "--fused")
    assert found["rows"][0]["kernels"]["ours-fused"]["ours_speedup"] == 2.0


@pytest.mark.parametrize("factor", [1.1, float("nan")])
def test_wrong_block_is_not_timed(run, factor):
    status, found, out, _ = run({"hf": exact(), "ours": exact(factor)})
    assert status == 1
    assert "WRONG" in out
    assert "ms" not in found["rows"][0]["kernels"]["ours"]


def test_without_ours(run, capsys):
    status, *_ = run({"hf": exact(), "ours": unavailable})
    assert status == 1
    status, *_ = run({"hf": exact(), "ours": exact()}, "--without=ours")
    assert status == 1


def test_bad_usage(capsys):
    for flags in (["--rounds=0"], ["--budget-ms=0"], ["--without=x"], ["--shapes=absent"]):
        with pytest.raises(SystemExit) as ended:
            benchmark.main(flags)
        assert ended.value.code == 1
    assert "expects --shapes to be in a name such as 'small B2 S12'" in capsys.readouterr().err


def test_plots(run, tmp_path):
    pytest.importorskip("matplotlib")
    files = [tmp_path / "latency.png", tmp_path / "roofline.png"]
    run({"hf": exact(), "ours": exact()}, f"--plot={files[0]}", f"--roofline={files[1]}")
    assert all(file.stat().st_size > 1000 for file in files)
    block_plots.roofline(tmp_path / "empty.svg", [], FakeMachine().roof(FakeClock()))


def test_costs():
    """Of ZAYA1-8B at 16384 tokens, as figured by hand."""
    shape = Shape("ccgqa-8/2", 1, 16384)
    assert shape.sizes == {"prologue": (1536, 2048), "projection": (2048, 1024)}
    assert shape.part_flops("projection") == 2 * 16384 * 2048 * 1024
    assert shape.part_flops("attention") == 2 * 8 * 16384**2 * 128
    conv = 2 * 16384 * 1280 * (2 + 128 * 2)
    assert shape.part_flops("prologue") == 2 * 16384 * 1536 * 2048 + conv
    assert replace(shape, causal=False).part_flops("attention") == 4 * 8 * 16384**2 * 128
    assert 1.3e8 < shape.bytes < 1.6e8
    for name in block_cases.SETS:
        assert all(s.config.hidden for s in block_cases.shapes(name))


def test_hf_block(inputs):
    pytest.importorskip("transformers")
    kernel = block_kernels.hf(compiled=False)(inputs)
    assert 1e-4 < inputs.error(kernel) < 0.01
    full = Inputs(replace(inputs.shape, causal=False), inputs.generator)
    with pytest.raises(UnavailableError, match="HF's ZAYA does not have"):
        block_kernels.hf(compiled=False)(full)


def test_ours_says_why_not(inputs):
    ours = [block_kernels.CATALOGUE[name] for name in ("ours", "ours-any")]
    for build in (*ours, *(x["ours"] for x in block_kernels.PARTS.values())):
        with pytest.raises(UnavailableError):
            build(inputs)


def test_attention_as_wide_as_hidden_states(monkeypatch, inputs):
    """What cuDNN is given: the block's own heads, and those of attention without compression."""
    given = []
    monkeypatch.setattr(
        block_kernels.torch_peers, "sdpa", lambda _, *qkv, **modes: given.append(qkv)
    )
    for name in ("cudnn", "cudnn-mha"):
        block_kernels.PARTS["attention"][name](inputs).launch()
    shapes = [[tuple(x.shape) for x in qkv[:3]] for qkv in given]
    assert shapes == [[(2, 12, 4, 16), (2, 12, 2, 16), (2, 12, 2, 16)], [(2, 12, 16, 128)] * 3]
    assert all(x.dtype == torch.bfloat16 for qkv in given for x in qkv[:3])
    hidden = block_cases.BLOCKS["paper-4x"].hidden
    assert hidden == block_peers.HEADS * block_peers.HEAD_DIM


def test_sets():
    """Lengths and masks of each."""
    found = {
        name: [(s.batch, s.tokens, s.causal) for s in block_cases.shapes(name)]
        for name in ("single", "constant", "paper")
    }
    lengths = [2**power for power in range(9, 17)]
    assert found["single"] == [(1, s, True) for s in lengths]
    assert found["constant"] == [(65536 // s, s, True) for s in lengths]
    assert found["paper"] == [(1, s, causal) for causal in (False, True) for s in lengths[1:]]


def test_products(inputs):
    for part in ("prologue", "projection"):
        block_kernels.product(part)(inputs).launch()


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("name", ["mha", "gqa"])
def test_grouped_attention(name, causal):
    """In fp64, against the reference of attention."""
    torch.manual_seed(0)
    module = block_peers.peer(name, 64, causal).double()
    hidden = torch.randn(2, 9, 64).double()
    cos, sin = _rope(9, 128)
    out = module(hidden, cos, sin)
    kv_heads = 16 if name == "mha" else 4
    q, k, v = module.qkv(hidden).unflatten(-1, (-1, 128)).split((16, kv_heads, kv_heads), dim=2)
    q, k = (block_peers.rotate(x.transpose(1, 2), cos, sin).transpose(1, 2) for x in (q, k))
    config = attention_variant(128, 16, kv_heads, causal=causal).config
    wanted = module.out(torch_reference.attention(q, k, v, config).out.flatten(2))
    torch.testing.assert_close(out, wanted)


def test_latent_attention():
    """Against the same with keys of all heads written out."""
    torch.manual_seed(0)
    module = block_peers.peer("mla", 64, True).double()
    hidden = torch.randn(2, 9, 64).double()
    cos, sin = _rope(9, 128)
    out = module(hidden, cos, sin)
    query = module.q(hidden).unflatten(-1, (16, 192))
    down = module.down(hidden)
    latent = down[..., :512]
    latent = latent * latent.square().mean(-1, keepdim=True).add(2.0**-52).rsqrt()
    up = module.up(latent).unflatten(-1, (16, 256))
    half = (cos[:, None, :64], sin[:, None, :64])
    rope = block_peers.rotate(down[..., None, 512:], *half).expand(-1, -1, 16, -1)
    key = torch.cat((up[..., :128], rope), dim=-1)
    query = torch.cat((query[..., :128], block_peers.rotate(query[..., 128:], *half)), dim=-1)
    config = attention_variant(192, 16, 16).config
    # The reference has as many value channels as key channels.
    value = torch.nn.functional.pad(up[..., 128:], (0, 64))
    attended = torch_reference.attention(query, key, value, config).out[..., :128]
    torch.testing.assert_close(out, module.out(attended.flatten(2)))


def _rope(tokens, channels):
    angle = torch.arange(tokens)[:, None] * 0.7 ** torch.arange(channels // 2)
    angle = torch.cat((angle, angle), dim=-1).double()
    return angle.cos(), angle.sin()
