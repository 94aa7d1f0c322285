"""The kernels of `cca.mix` and the inputs that the GPU tests run them on."""

import itertools
from dataclasses import replace

from cca.mix_variants import MixSchedule, MixVariant
from simulated_mix import Case
from simulated_mix import cases as simulated

TOKENS = (1, 5, 191, 193, 700, 4096)


def cases() -> list[Case]:
    """Those of the simulator with more tokens, then ZAYA1's sizes and every schedule."""
    lengths = itertools.cycle(TOKENS)
    modes = [
        replace(case, tokens=next(lengths) if case.tokens > 5 else case.tokens)
        for case in simulated()
    ]
    zaya = [
        Case(MixVariant(128, 8, 2, taps, depthwise, packed=packed, schedule=schedule), 1, tokens)
        for taps, depthwise in ((3, None), (2, 2))
        for schedule in (
            None,
            MixSchedule(192, 1, 3),
            MixSchedule(128, 1, 2),
            MixSchedule(64, 2, 1),
            MixSchedule(64, 1, 2, cooperative=False, staging=2),
            MixSchedule(64, 1, 3, cooperative=False),
        )
        for packed, tokens in ((False, 16384), (False, 1000), (True, 4000))
        if depthwise is None or schedule is None or schedule.consumers < 3
    ]
    return list(dict.fromkeys([*modes, *zaya]))


def variants() -> list[MixVariant]:
    """Each kernel once."""
    return list(dict.fromkeys(case.variant for case in cases()))
