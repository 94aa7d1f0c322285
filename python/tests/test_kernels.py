"""`python3 -m cca.kernels`: what the compiler says of kernels, beside their operations."""

import re

import pytest

from cca import kernels
from cca.config import CONFIGS, CCAConfig
from cca.cost import flops
from harness import BIN_DIR, tool


@pytest.mark.parametrize("name", CONFIGS)
def test_every_kernel_is_there(capsys, tmp_path, name):
    tool("cca-compile")
    flags = ["--bin", str(BIN_DIR), "--config", name, "--seq", "1024"]
    assert kernels.main([*flags, "-o", str(tmp_path / "block.ptx")]) == 0
    title, columns, *rows, packing = capsys.readouterr().out.splitlines()
    assert title.startswith(f"{name}, ")
    assert columns.split()[:2] == ["kernel", "threads"]
    work = flops(CONFIGS[name], 1, 1024)
    assert [row.split()[0] for row in rows] == list(work)
    for row, operations in zip(rows, work.values(), strict=True):
        assert float(row.split()[-1]) == round(operations / 1e9, 2)
        assert 100 < float(re.search(r"([\d.]+) KiB", row)[1]) < 227
    assert re.fullmatch(r"  and \d+ small ones that pack weights, once", packing)
    assert ".entry flash_attention(" in (tmp_path / "block.ptx").read_text()


def test_failure(capsys, tmp_path):
    assert kernels.main(["--bin", str(tmp_path)]) == 1
    assert "cca.kernels: error:" in capsys.readouterr().err


def test_operations():
    """Of a small block, counted by hand: 3 heads of 4 channels, 2 + 4 taps."""
    config = CCAConfig(hidden=10, q_heads=2, kv_heads=1, head_dim=4, rotary=4, taps=(2, 4))
    assert flops(config, 2, 6) == {
        "latents": 2 * 12 * 10 * (12 + 4),
        "mix": 2 * 12 * 12 * (2 + 4 * 4),
        "flash_attention": 2 * (2 * 2 * 6 * 3) * (2 * 4),
        "projection": 2 * 12 * 8 * 10,
    }
