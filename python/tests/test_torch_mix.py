"""The fp64 reference of `cca.mix` on a GPU, which is PyTorch, against that of NumPy."""

import pytest

pytest.importorskip("torch", reason="torch is not installed")
import torch

from cca import torch_mix
from cca.accuracy import relative_error
from simulated_mix import cases

CASES = cases()

# fp64 adds in any order: hardly ever a sum is so close to halfway between two 16-bit numbers
# that it is rounded to the other one.
LIMITS = {"exact": 1e-13, "in_steps": 1e-5}


@pytest.mark.parametrize("mode", LIMITS)
@pytest.mark.parametrize("case", CASES[::2], ids=lambda case: case.name)
def test_agrees_with_numpy(case, mode):
    variant, given = case.variant, case.operands()
    in_steps = mode == "in_steps"
    expected = variant.in_steps(given) if in_steps else variant.expected(given)
    tensors = torch_mix.tensors(variant, given, "cpu")
    for result, wanted in zip(torch_mix.mix(variant, tensors, in_steps), expected, strict=True):
        assert result.shape == wanted.shape
        assert relative_error(result.numpy(), wanted) <= LIMITS[mode]


def test_steps_are_rounded():
    case = next(case for case in CASES if case.tokens and case.variant.rotates_in_steps)
    tensors = torch_mix.tensors(case.variant, case.operands(), "cpu")
    exact, rounded = (torch_mix.mix(case.variant, tensors, steps)[0] for steps in (False, True))
    assert not torch.equal(exact, rounded)
