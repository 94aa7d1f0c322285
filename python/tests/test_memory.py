"""`cca.memory`: what PyTorch is asked for; without a GPU."""

from types import SimpleNamespace

import pytest

pytest.importorskip("torch", reason="torch is not installed")
import torch

from cca import memory


@pytest.mark.parametrize("shape", [(3,), (2, 5, 7), (1, 1), (4, 0, 6)])
def test_strides(shape):
    assert memory.row_major(shape) == torch.empty(shape).stride()


@pytest.mark.parametrize("has_quick", [True, False])
def test_current_device(monkeypatch, has_quick):
    asked = []

    def quick(*layout):
        asked.append((layout, {}))

    def slow(*layout, **options):
        asked.append((layout, options))

    guards = SimpleNamespace(**({"_empty_strided_cuda": quick} if has_quick else {}))
    monkeypatch.setattr(torch, "_C", SimpleNamespace(_dynamo=SimpleNamespace(guards=guards)))
    monkeypatch.setattr(torch, "empty_strided", slow)
    memory.empty.cache_clear()
    try:
        memory.empty()((2, 3), (3, 1), torch.int8)
    finally:
        memory.empty.cache_clear()
    sizes = ((2, 3), (3, 1))
    if has_quick:
        assert asked == [((*sizes, torch.int8), {})]
    else:
        assert asked == [(sizes, {"dtype": torch.int8, "device": "cuda"})]
