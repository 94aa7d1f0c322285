"""The attention benchmark without kernels: shapes, command line, rounds, tables, plots."""

import math
import types

import pytest

import attention as benchmark
import attention_cases
import report
from attention_cases import Shape
from timing import Timing, interleaved


class FakeClock:
    """Each launch takes what `cost` says, then more in each measurement."""

    def __init__(self, cost):
        self.cost, self.log = cost, []

    def measure(self, launch, count):
        launch()
        self.log.append((launch, count))
        return [self.cost(launch)] * count


def test_rounds_take_turns_and_last_as_long_as_they_may():
    ran = []
    launches = {"slow": lambda: ran.append("slow"), "quick": lambda: ran.append("quick")}
    clock = FakeClock(lambda launch: 30.0 if launch is launches["slow"] else 1.0)
    found = interleaved(launches, clock, rounds=3, budget_ms=60, warm_ms=20)
    assert found == {"slow": Timing(30, 30, 30), "quick": Timing(1, 1, 1)}
    measured = clock.log[4:]  # after the estimates
    names = ["slow" if launch is launches["slow"] else "quick" for launch, _ in measured]
    assert names[::2] == ["slow", "quick", "quick", "slow", "slow", "quick"]
    assert {count for launch, count in measured if launch is launches["slow"]} == {1, 2}
    assert {count for launch, count in measured if launch is launches["quick"]} == {20, 60}


def test_timing_is_the_median_of_rounds():
    times = iter([5.0, 5.0, 1.0, 9.0, 1.0, 2.0, 1.0, 4.0])
    clock = types.SimpleNamespace(measure=lambda launch, count: [next(times)])
    assert interleaved({"k": lambda: None}, clock, rounds=3) == {"k": Timing(4.0, 2.0, 9.0)}


def test_nothing_to_time():
    assert interleaved({}, FakeClock(lambda launch: 1.0)) == {}


def test_sets():
    sizes = [
        (s.batch, s.q_heads, s.kv_heads, s.tokens) for s in attention_cases.shapes("yardstick")
    ]
    assert list(dict.fromkeys(sizes)) == [
        (1, 8, 2, 4096),
        (1, 8, 2, 16384),
        (1, 16, 16, 16384),
        (1, 4, 4, 16384),
        (1, 8, 2, 65536),
    ]
    assert len(sizes) == 10
    assert {s.head_dim for s in attention_cases.shapes("d64")} == {64}
    sweep = attention_cases.shapes("sweep")
    assert {s.tokens for s in sweep} == {2**power for power in range(9, 17)}
    assert {(s.head_dim, s.dtype, s.causal) for s in sweep} == {
        (d, t, c) for d in (64, 128) for t in ("bf16", "f16") for c in (True, False)
    }


def test_flops_and_names():
    full, causal = (Shape(2, 8, 2, 100, c) for c in (False, True))
    assert full.flops == 2 * causal.flops == 4 * 2 * 8 * 100 * 100 * 128
    assert causal.name == "B2 8/2 S100 D128 bf16 causal"
    assert causal.variant("auto").name == "d128-h8x2-causal-bf16-normalized-ln2"
    assert causal.variant("bounded").name.endswith("-normalized-ln2-q128k128s2c2bounded")
    assert causal.variant("online").name == "d128-h8x2-causal-bf16-ln2"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--forms=bounded,x"], "expects --forms of bounded, auto, online, auto-scale, but got x"),
        (["--rounds=0"], "expects --rounds to be at least 1, but got 0"),
        (["--budget-ms=0"], "expects --budget-ms to be above 0, but got 0"),
        (["--peer=/nowhere"], "expects attention_yardstick.py in /nowhere, but there is none"),
        (["--shapes=S3"], "expects --shapes to be in a name such as 'B1 8/2 S4096 D128 bf16 full'"),
        (["--without=cuda"], "expects --without of cudnn, fa2, triton, "),
        (["--set=small"], "invalid choice: 'small'"),
    ],
)
def test_usage_error(arguments, message, capsys):
    with pytest.raises(SystemExit) as exit_:
        benchmark.parse(arguments)
    assert exit_.value.code == 1
    assert message in capsys.readouterr().err


def test_defaults():
    arguments = benchmark.parse([])
    assert arguments.set == "yardstick"
    assert arguments.forms == ["bounded", "auto", "online"]
    assert len(arguments.chosen) == 10
    assert benchmark.parse([]).seed != arguments.seed, "inputs are fresh"
    assert [s.tokens for s in benchmark.parse(["--shapes=S65536"]).chosen] == [65536, 65536]
    assert arguments.json.name == "attention-yardstick.json"


def row(name="shape", tokens=4096, causal=False, missing=None, broken=None, **times):
    kernels = {
        kernel.replace("_", "-"): {"error": 1e-3, "ms": ms, "tflops": 100 / ms}
        for kernel, ms in times.items()
    }
    report.ratios(kernels)
    shape = {"tokens": tokens, "causal": causal, "q_heads": 8, "kv_heads": 2}
    more = {"head_dim": 128, "dtype": "bf16", "missing": missing or {}, "broken": broken or {}}
    return {"name": name, "kernels": kernels, **shape, **more}


ROWS = [
    row("first", cudnn=1.0, peer_bounded=0.8, peer_online=0.9, bounded=0.8, online=0.75),
    row("second", tokens=8192, bounded=0.5, missing={"cudnn": "none", "fa2": "none"}),
]


def test_ratios():
    kernels = ROWS[0]["kernels"]
    assert "vs_cudnn" not in kernels["cudnn"]
    assert math.isclose(kernels["bounded"]["vs_cudnn"], 1.25)
    assert math.isclose(kernels["bounded"]["vs_peer"], 1.0)
    assert math.isclose(kernels["online"]["vs_peer"], 1.2)
    assert math.isclose(kernels["peer-online"]["vs_cudnn"], 1 / 0.9)
    assert set(ROWS[1]["kernels"]["bounded"]) == {"error", "ms", "tflops"}


def test_table(capsys):
    wrong = row("third", cudnn=1.0)
    wrong["kernels"]["bounded"] = {"error": 0.25}
    report.print_table([*ROWS, wrong], "title")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "title"
    assert lines[1].split() == [
        "shape",
        "cudnn",
        "peer-bounded",
        "peer-online",
        "bounded",
        "online",
    ]
    assert lines[2].split() == [
        *("first", "100", "125", "×1.25", "111", "×1.11"),
        *("125", "×1.25", "×1.00", "133", "×1.33", "×1.20"),
    ]
    assert lines[3].split() == ["second", "-", "-", "-", "200", "-"]
    assert lines[4].split() == ["third", "100", "-", "-", "WRONG", "2.5e-01", "-"]
    assert len({len(line) for line in lines[1:3]}) == 1


def test_notes(capsys):
    report.print_notes(ROWS)
    out = capsys.readouterr().out
    assert "cudnn: relative error to fp64 up to 1.00e-03" in out
    assert "fa2: left out of 1 of 2 shapes: none" in out


def test_status():
    assert benchmark.status(ROWS) == 0
    assert benchmark.status([row(cudnn=1.0)]) == 1
    assert benchmark.status([*ROWS, row(bounded=1.0, broken={"online": "DeviceError"})]) == 1
    assert benchmark.status([*ROWS, row(bounded=1.0, broken={"fa2": "RuntimeError"})]) == 0
    wrong = row(bounded=1.0)
    wrong["kernels"]["cudnn"] = {"error": 0.25}
    assert benchmark.status([wrong]) == 1


def test_plot(tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    rows = [*ROWS, row("causal", causal=True, bounded=1.0)]
    report.plot(tmp_path / "new" / "plot.png", rows)
    assert (tmp_path / "new" / "plot.png").read_bytes().startswith(b"\x89PNG")
