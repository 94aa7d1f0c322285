"""The case selection really covers all pairs."""

import itertools

from pairwise import pairwise


def test_every_pair_occurs():
    axes = {"a": [None, 1, 2], "b": ["x", "y"], "c": [1, 2, 3, 4], "d": [False, True]}
    cases = pairwise(axes)
    assert len(cases) <= 16
    for first, second in itertools.combinations(axes, 2):
        seen = {(case[first], case[second]) for case in cases}
        assert seen == set(itertools.product(axes[first], axes[second]))
