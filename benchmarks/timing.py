"""Times kernels side by side: rounds, in each of which every kernel has its turn."""

import statistics
from collections.abc import Callable
from typing import NamedTuple, Protocol

Launch = Callable[[], object]

# More than the L2 cache of the device, cleared before each launch; and so much that the host
# can queue the launch meanwhile (0.3 ms at 3 TB/s, PyTorch's attention takes 0.1 ms to call).
FLUSH_BYTES = 1 << 30

# Launches for a first estimate.
TRIAL = 3
MOST = 100


class Timing(NamedTuple):
    """Milliseconds: the median of the rounds, the quickest round and the slowest."""

    median: float
    low: float
    high: float


class Clock(Protocol):
    """Times single launches."""

    def measure(self, launch: Launch, count: int) -> list[float]:
        """Milliseconds of each of `count` launches."""


class CudaClock:
    """Device events around each launch, the L2 cache cleared before, as Triton's do_bench does.

    While the device clears the cache the host has the time to queue what comes next, so that
    the cost of a launch on the host stays out of the numbers.
    """

    def __init__(self, device="cuda"):
        import torch

        self._torch = torch
        self._flush = torch.empty(FLUSH_BYTES, dtype=torch.int8, device=device)

    def measure(self, launch: Launch, count: int) -> list[float]:
        events = []
        for _ in range(count):
            begin, end = (self._torch.cuda.Event(enable_timing=True) for _ in range(2))
            self._flush.zero_()
            begin.record()
            launch()
            end.record()
            events.append((begin, end))
        self._torch.cuda.synchronize()
        return [begin.elapsed_time(end) for begin, end in events]


def interleaved(
    launches: dict[str, Launch],
    clock: Clock,
    rounds: int = 5,
    budget_ms: float = 50,
    warm_ms: float = 20,
) -> dict[str, Timing]:
    """The timing of each launch, by name.

    In each round each launch runs for about `budget_ms`, after `warm_ms` that do not count:
    the power that the kernel before it drew decides at which clock it begins. Rounds go
    through the launches in turn, forwards and backwards, so that slow changes of the device
    meet all of them.
    """
    estimate = {name: _estimate(launch, clock) for name, launch in launches.items()}
    medians: dict[str, list[float]] = {name: [] for name in launches}
    for number in range(rounds):
        order = list(launches)
        for name in reversed(order) if number % 2 else order:
            clock.measure(launches[name], _count(warm_ms, estimate[name]))
            times = clock.measure(launches[name], _count(budget_ms, estimate[name]))
            medians[name].append(statistics.median(times))
    return {name: Timing(statistics.median(t), min(t), max(t)) for name, t in medians.items()}


def _estimate(launch: Launch, clock: Clock) -> float:
    clock.measure(launch, 1)
    return statistics.median(clock.measure(launch, TRIAL))


def _count(budget_ms: float, estimate_ms: float) -> int:
    return max(1, min(MOST, round(budget_ms / max(estimate_ms, 1e-6))))
