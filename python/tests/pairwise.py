"""All-pairs selection: a few cases in which any two values of two axes meet."""

import itertools
import random

CANDIDATES = 50


def pairwise(axes: dict[str, list], seed: int = 0) -> list[dict]:
    """Cases, one value per axis, in which every pair of values of two axes occurs.

    Greedy: of some random cases around a pair not yet seen, the one that brings most other
    such pairs is taken. A few dozen cases take the place of the product of the axes.
    """
    chance = random.Random(seed)
    missing = {
        ((a, x), (b, y))
        for a, b in itertools.combinations(axes, 2)
        for x in axes[a]
        for y in axes[b]
    }
    chosen = []
    while missing:
        wanted = dict(min(missing, key=repr))
        candidates = [
            {name: chance.choice(values) for name, values in axes.items()} | wanted
            for _ in range(CANDIDATES)
        ]
        best = max(candidates, key=lambda case: len(_pairs(case) & missing))
        missing -= _pairs(best)
        chosen.append(best)
    return chosen


def _pairs(case: dict) -> set:
    return set(itertools.combinations(case.items(), 2))
