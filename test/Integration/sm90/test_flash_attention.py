"""cca.flash_attention on the GPU against fp64: its error is not above that of cuDNN.

Where cuDNN has no such kernel (windows, packed batches), it is not above that of rounding
the softmax weights and the result, exactly evaluated.
"""

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")

from attention_grid import cases
from measure import measure


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_error(case, load, generator, records):
    records[case.name] = measured = measure(case, load(case.variant), generator)
    problems = measured.problems()
    assert not problems, "; ".join(problems)
