"""The grid of the GPU tests covers what it must, and finds what is wrong with a kernel.

Kernels here are Python functions on the CPU; the grid itself runs where there is a GPU.
"""

import itertools

import attention_grid
from attention_grid import cases, variants
from cca.attention_variants import LN2

CASES = cases()
CONFIGS = [case.variant.config for case in CASES]


def seen(values) -> set:
    return set(values)


def test_size_of_the_grid():
    assert len(CASES) >= 200
    assert len({case.name for case in CASES}) == len(CASES)
    names = [variant.name for variant in variants()]
    assert len(set(names)) == len(names)
    assert {case.variant for case in CASES} == set(variants())


def test_every_property_occurs():
    assert seen(config.head_dim for config in CONFIGS) == {64, 128, 256}
    heads = {(8, 2), (4, 4), (8, 8), (16, 16), (6, 3), (4, 1)}
    assert seen((config.q_heads, config.kv_heads) for config in CONFIGS) == heads
    masks = set(itertools.product((True, False), (None, *attention_grid.WINDOWS)))
    assert seen((config.causal, config.window) for config in CONFIGS) == masks
    for name in ("packed", "normalized"):
        assert seen(getattr(config, name) for config in CONFIGS) == {True, False}
    assert seen(config.dtype for config in CONFIGS) == {"bf16", "f16"}
    assert seen(config.scale for config in CONFIGS) == {None, LN2}
    assert seen(case.variant.lse for case in CASES) == {True, False}
    assert seen(case.batch for case in CASES) == {1, 2, 3}
    assert seen(case.layout for case in CASES) == set(attention_grid.INPUT_LAYOUTS)
    assert seen(case.out_layout for case in CASES) == set(attention_grid.OUTPUT_LAYOUTS)
    assert seen(case.temperature for case in CASES) == set(attention_grid.TEMPERATURES)


def test_every_length_meets_every_kind_of_kernel():
    for select in (
        lambda c: c.head_dim == 128 and c.normalized,
        lambda c: c.head_dim == 64 and c.causal,
        lambda c: c.packed,
        lambda c: c.window is not None,
        lambda c: c.dtype == "f16",
    ):
        met = seen(case.tokens for case in CASES if select(case.variant.config))
        assert met == set(attention_grid.TOKENS)


def test_each_window_is_shorter_than_a_sequence_of_its_cases():
    for window in attention_grid.WINDOWS:
        longest = max(case.tokens for case in CASES if case.variant.config.window == window)
        assert longest > window


def test_packed_batches():
    packed = [case for case in CASES if case.variant.config.packed]
    lengths = []
    for case in packed:
        bounds = case.cu_seqlens()
        assert bounds == case.cu_seqlens(), "the same whenever it is asked for"
        assert (bounds[0], bounds[-1], case.batch) == (0, case.tokens, 1)
        lengths += [b - a for a, b in itertools.pairwise(bounds)]
    assert min(lengths) == 0
    assert 1 in lengths
    assert max(lengths) > 1000
    assert all(case.cu_seqlens() is None for case in CASES if case not in packed)
