"""Calls that are replayed as graphs compute what calls that launch kernels do, bit for bit."""

import threading

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")
import torch

import cca
from block_grid import ZAYA
from cca.block_inputs import random_operands
from cca.graph import CALLS, GRAPHS, Graph


class Case:
    """Weights, and inputs of a length with what kernel by kernel comes of them."""

    def __init__(self, block, generator, tokens: int, batch: int = 1, weights=None):
        operands = random_operands(ZAYA, batch, tokens, generator)
        self.block = block
        self.weights = weights or block.pack({x.name: operands[x.name] for x in block.weights})
        self.hidden, self.cos, self.sin = (operands[name] for name in ("hidden", "cos", "sin"))
        self.expected = self.kernel_by_kernel()

    def __call__(self, hidden=None, **options):
        hidden = self.hidden if hidden is None else hidden
        return self.block(hidden, self.weights, self.cos, self.sin, **options)

    def kernel_by_kernel(self):
        self.block.replay = False
        try:
            return self()
        finally:
            self.block.replay = True

    def redraw(self, generator):
        """Other inputs at the same addresses."""
        self.hidden.copy_(torch.randn(self.hidden.shape, generator=generator, device="cuda"))
        self.expected = self.kernel_by_kernel()


@pytest.fixture
def block(libcca):
    if reason := cca.covered(ZAYA):
        pytest.skip(reason)
    return cca.compile(ZAYA)


@pytest.fixture
def recorded(monkeypatch):
    """The graphs that are recorded."""
    made, record = [], Graph.record

    def recording(call):
        made.append(record(call))
        return made[-1]

    monkeypatch.setattr(Graph, "record", recording)
    return made


@pytest.mark.parametrize("tokens", [1, 70, 1024])
def test_the_same_addresses(block, generator, recorded, tokens):
    case = Case(block, generator, tokens)
    for _ in range(4):
        for _ in range(CALLS):
            assert torch.equal(case(), case.expected)
        case.redraw(generator)
    assert recorded
    assert None not in recorded


def test_changing_addresses_shapes_and_streams(block, generator, recorded):
    first = Case(block, generator, 300)
    cases = [first, *(Case(block, generator, x, y, first.weights) for x, y in ((1, 3), (129, 2)))]
    streams = [torch.cuda.Stream(), torch.cuda.Stream(), torch.cuda.default_stream()]
    torch.cuda.synchronize()
    kept = []
    for number in range(30 * len(cases)):
        case, stream = cases[number % 3], streams[number // 3 % 3]
        with torch.cuda.stream(stream):
            hidden = case.hidden.clone() if number % 5 == 0 else None
            kept.append((case(hidden), case.expected))
        if number % 7 == 0:
            # From now on memory comes again.
            torch.cuda.synchronize()
            for out, expected in kept:
                assert torch.equal(out, expected)
            kept.clear()
    assert recorded


def test_more_addresses_than_graphs(block, generator, recorded):
    case = Case(block, generator, 64)
    every = [case.hidden.clone() for _ in range(GRAPHS + 4)]
    for _ in range(2 * CALLS):
        for hidden in every:
            out = case(hidden)
            # Graphs that are destroyed may still run.
            assert torch.equal(out, case.expected)
    assert len(recorded) > GRAPHS


def test_back_to_back_and_destroyed_while_it_runs(block, generator):
    case = Case(block, generator, 4096)
    outs = [torch.empty_like(case.hidden) for _ in range(4)]
    for out in outs:
        for _ in range(CALLS + 1):
            out.fill_(float("nan"))
            case(out=out)
    case.weights._threads = None
    torch.cuda.synchronize()
    for out in outs:
        assert torch.equal(out, case.expected)


def test_stream_by_address(block, generator, recorded):
    case, stream = Case(block, generator, 200), torch.cuda.Stream()
    torch.cuda.synchronize()
    for _ in range(2 * CALLS):
        out = case(stream=stream.cuda_stream)
        stream.synchronize()
        assert torch.equal(out, case.expected)
    assert recorded


def test_capture_after_replays(block, generator):
    """What PyTorch captures has the kernels in it, and follows its inputs."""
    case = Case(block, generator, 300)
    out = torch.empty_like(case.hidden)
    for _ in range(2 * CALLS):
        case(out=out)
    graph, other = torch.cuda.CUDAGraph(), torch.empty_like(out)
    with torch.cuda.graph(graph):
        case(out=out)
        inside = case()
        # Recorded meanwhile.
        for _ in range(2 * CALLS):
            case(out=other)
    case.redraw(generator)
    graph.replay()
    torch.cuda.synchronize()
    for found in (out, inside, other):
        assert torch.equal(found, case.expected)
    assert torch.equal(case(out=out), case.expected)


def test_recording_beside_a_capture(block, generator, recorded):
    """Another thread's calls are recorded and replayed while this one captures."""
    case = Case(block, generator, 300)
    out, captured = torch.empty_like(case.hidden), torch.empty_like(case.hidden)
    size = block.workspace_size(case.hidden, case.weights, case.cos, case.sin)
    memory = [torch.empty(size, dtype=torch.int8, device="cuda") for _ in range(2)]
    stream = torch.cuda.Stream()

    def work():
        with torch.cuda.stream(stream):
            for _ in range(2 * CALLS):
                case(out=out, workspace=memory[0])

    torch.cuda.synchronize()
    thread, graph = threading.Thread(target=work), torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        case(out=captured, workspace=memory[1])
        thread.start()
        thread.join()
    torch.cuda.synchronize()
    assert torch.equal(out, case.expected)
    graph.replay()
    torch.cuda.synchronize()
    assert torch.equal(captured, case.expected)
    assert len(recorded) == 1
    assert recorded[0] is not None


def test_threads_on_one_stream(block, generator, recorded):
    """Each has graphs of its own, also of the same weights; memory is the allocator's."""
    cases = [Case(block, generator, 500)]
    cases += [Case(block, generator, 500, 1, cases[0].weights) for _ in range(3)]
    torch.cuda.synchronize()
    failed = []

    def work(case):
        try:
            for _ in range(10 * CALLS):
                assert torch.equal(case(), case.expected)
        except BaseException as problem:
            failed.append(problem)

    threads = [threading.Thread(target=work, args=(case,)) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert recorded
