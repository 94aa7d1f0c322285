"""cca.mix on the GPU against fp64 that rounds on the way where kernels do, but the results:
its error is that of rounding these once."""

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")

from cca import torch_mix
from cca.accuracy import F32_LIMIT, MARGIN
from cca.torch_reference import error_of, squares
from measure import Output, bits
from mix_grid import cases

REPEATS = 5


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_error(case, load):
    variant = case.variant
    given = torch_mix.tensors(variant, case.operands(), "cuda")
    outputs = [
        Output(tensor.shape, "contiguous", torch_mix.DTYPES[variant.dtype], "cuda")
        for tensor in variant.results(case.batch, case.tokens)
    ]
    function, first = load(variant), None
    for _ in range(REPEATS):
        for output in outputs:
            output.poison()
        function(*given.values(), *(output.tensor for output in outputs))
        assert not [fault for output in outputs for fault in output.faults()]
        found = [bits(output.tensor).clone() for output in outputs]
        first = first or found
        assert all(bool((a == b).all()) for a, b in zip(first, found, strict=True))
    for output, exact in zip(outputs, torch_mix.mix(variant, given, in_steps=True), strict=True):
        error = error_of(*squares(output.tensor, exact))
        rounding = error_of(*squares(exact.to(output.tensor.dtype), exact))
        assert error <= MARGIN * rounding + F32_LIMIT
