"""`cca.memory`: what PyTorch is asked for; without a GPU."""

import pytest

pytest.importorskip("torch", reason="torch is not installed")
import torch

from cca import memory


@pytest.mark.parametrize("shape", [(3,), (2, 5, 7), (1, 1), (4, 0, 6)])
def test_strides(shape):
    assert memory.row_major(shape) == torch.empty(shape).stride()


def test_current_device(monkeypatch):
    asked = []
    monkeypatch.setattr(torch, "empty_strided", lambda *a, **options: asked.append((a, options)))
    memory.empty.cache_clear()
    try:
        memory.empty()((2, 3), (3, 1), dtype=torch.int8)
    finally:
        memory.empty.cache_clear()
    assert asked == [(((2, 3), (3, 1)), {"dtype": torch.int8, "device": "cuda"})]
