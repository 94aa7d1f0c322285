"""Calls that come again with the same addresses, replayed as graphs of the driver.

PyTorch's allocator gives a loop the same few addresses again and again. Kernels that it
launches with those are recorded then, and launched as one graph, see `cca-c/Graph.h`.
"""

import ctypes
from collections.abc import Callable
from functools import partial

from cca import library

# Calls with the same addresses after which they are recorded. Recording, the first launch and
# the end of a graph take about as long as so many of its launches save: where addresses come
# no more often than that, calls hardly take longer than without graphs, at worst twice as long.
CALLS = 4
# Graphs that are kept, of about 100 KiB of device memory each, and calls that are counted.
GRAPHS = 16
CANDIDATES = 64


class Graph:
    """What a call launched, recorded. It keeps no memory alive that kernels use."""

    def __init__(self, handle: int):
        """Takes over the handle of a graph."""
        lib = library.load()
        self._handle, self._destroy = handle, lib.cca_graph_destroy
        # Launches on a stream; returns a status, which is not 0 if the stream is captured.
        self.launch: Callable[[int], int] = partial(lib.cca_graph_launch, handle)

    def __del__(self):
        self._destroy(self._handle)

    @classmethod
    def record(cls, call: Callable[[int], int]) -> "Graph | None":
        """What `call` launches on a stream; None if it cannot be recorded."""
        lib = library.load()
        recorder, handle = ctypes.c_void_p(), ctypes.c_void_p()
        if lib.cca_graph_begin(ctypes.byref(recorder)):
            return None
        failed = call(recorder.value)
        lib.cca_graph_end(recorder, None if failed else ctypes.byref(handle))
        return cls(handle.value) if handle else None


class Replays:
    """The graphs of one thread's calls, by what makes two calls the same."""

    def __init__(self):
        """None yet."""
        self._graphs: dict[object, Graph] = {}
        self._counts: dict[object, int] = {}
        self._works = True
        # The graph of a call, or None.
        self.find = self._graphs.get

    def count(self, same: object, record: Callable[[], Graph | None]) -> None:
        """After a call that launched kernels: records it if it has come often enough."""
        if not self._works or same in self._graphs:
            return
        counts = self._counts
        count = counts.get(same, 0) + 1
        if count < CALLS:
            if count == 1 and len(counts) == CANDIDATES:
                counts.clear()
            counts[same] = count
            return
        del counts[same]
        graph = record()
        if graph is None:
            # Nor will the next one be.
            self._works = False
            return
        if len(self._graphs) == GRAPHS:
            del self._graphs[next(iter(self._graphs))]
        self._graphs[same] = graph
