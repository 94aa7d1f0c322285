"""The GEMM benchmark on the CPU: PyTorch for cuBLAS, and a clock that makes times up."""

import json

import pytest

import gemm as benchmark
import gemm_cases
from gemm_cases import Shape

pytest.importorskip("torch", reason="torch is not installed")


class FakeClock:
    def measure(self, launch, count):
        launch()
        return [1.0] * count


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setattr(gemm_cases, "SHAPES", [Shape(40, 24, 16), Shape(8, 8, 8, "small")])

    def call(*flags):
        path = tmp_path / "gemm.json"
        arguments = [f"--kernels={tmp_path}", f"--json={path}", "--rounds=1", *flags]
        status = benchmark.main(arguments, clock=FakeClock(), device="cpu")
        return status, json.loads(path.read_text(encoding="utf-8"))

    return call


def test_without_our_kernels_it_fails(run, capsys):
    status, found = run()
    assert status == 1
    output = capsys.readouterr()
    assert "no kernel of this project ran" in output.err
    assert [row["name"] for row in found["rows"]] == ["M40 N24 K16", "M8 N8 K8"]
    cublas = found["rows"][0]["kernels"]["cublas"]
    assert cublas["error"] <= 2.0**-8
    assert cublas["tflops"] == pytest.approx(2 * 40 * 24 * 16 / 1e9)
    missing = found["rows"][0]["missing"]
    assert "projection-m40n24k16-bf16.so is not packed" in missing["ours"]
    assert "projection-n24k16-bf16.so is not packed" in missing["ours-any-m"]


def test_schedules_can_be_chosen(run):
    _, found = run("--shapes=M40", "--schedules=x2")
    assert set(found["rows"][0]["missing"]) == {"ours", "ours-any-m", "m128n128k64s3c1x2"}


def test_every_kernel_has_a_name_of_its_own():
    names = [variant.name for variant in gemm_cases.variants()]
    assert len(names) == len(set(names)) > 15


@pytest.mark.parametrize(
    ("flag", "message"),
    [
        ("--rounds=0", "expects --rounds to be at least 1, but got 0"),
        ("--budget-ms=0", "expects --budget-ms to be above 0, but got 0"),
        ("--shapes=M7", "expects --shapes to be in a name such as 'M16384 N1536 K2048'"),
    ],
)
def test_usage_error(flag, message, capsys):
    with pytest.raises(SystemExit) as exit_:
        benchmark.main([flag])
    assert exit_.value.code == 1
    assert message in capsys.readouterr().err
