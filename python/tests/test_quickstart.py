"""`python3 -m cca.quickstart`: passes on a right result, fails on a wrong one."""

import stat
import sys

import pytest

from cca import quickstart
from harness import BIN_DIR, tool


def fake_cca_run(folder, body: str):
    """A `cca-run` in Python that is handed the paths of its outputs."""
    path = folder / "cca-run"
    path.write_text(
        f"#!{sys.executable}\n"
        "import sys, numpy as np\n"
        "outputs = [flag[9:] for flag in sys.argv if flag.startswith('--output=')]\n" + body
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize("dtype", ["bf16", "f32"])
def test_right_result(capsys, dtype):
    tool("cca-run")
    assert quickstart.main(["--bin", str(BIN_DIR), "--seq", "5", "--dtype", dtype]) == 0
    assert "The result is right." in capsys.readouterr().out


def test_kernels_in_the_simulator(capsys):
    tool("cca-run")
    assert quickstart.main(["--bin", str(BIN_DIR), "--seq", "2", "--target", "sim"]) == 0
    out = capsys.readouterr().out
    assert "compiled and run in the simulator" in out
    assert "The result is right." in out


def test_wrong_result(capsys, tmp_path):
    fake_cca_run(tmp_path, "np.save(outputs[0], np.ones((1, 3, 2048), np.uint16))\n")
    assert quickstart.main(["--bin", str(tmp_path), "--seq", "3"]) == 1
    assert "The result is WRONG." in capsys.readouterr().out


def test_target(capsys, tmp_path):
    body = "print(*[flag for flag in sys.argv if flag.startswith('--target')])\n"
    fake_cca_run(tmp_path, body + "np.save(outputs[0], np.ones((1, 3, 2048), np.uint16))\n")
    assert quickstart.main(["--bin", str(tmp_path), "--seq", "3", "--target", "gpu"]) == 1
    out = capsys.readouterr().out
    assert "compiled and run on the GPU" in out
    assert "cca-run: --target=gpu\n" in out


def test_failure_of_cca_run(capsys, tmp_path):
    fake_cca_run(tmp_path, "sys.exit('module.mlir:1:1: error: no')\n")
    assert quickstart.main(["--bin", str(tmp_path), "--seq", "3"]) == 1
    assert "module.mlir:1:1: error: no" in capsys.readouterr().err


def test_missing_cca_run(capsys, tmp_path):
    assert quickstart.main(["--bin", str(tmp_path / "nowhere"), "--seq", "3"]) == 1
    assert "nowhere/cca-run" in capsys.readouterr().err


def test_keeps_files_where_told(capsys, tmp_path):
    fake_cca_run(tmp_path, "np.save(outputs[0], np.ones((1, 3, 2048), np.uint16))\n")
    quickstart.main(["--bin", str(tmp_path), "--seq", "3", "--keep", str(tmp_path / "kept")])
    assert f"files in {tmp_path / 'kept'}" in capsys.readouterr().out
    assert "cca.attention" in (tmp_path / "kept" / "module.mlir").read_text()
    assert (tmp_path / "kept" / "w_q.npy").is_file()
