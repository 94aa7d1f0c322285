"""The whole block on the GPU against fp64: its error is not above that of HF transformers.

Where HF has no such modes, it is not above that of PyTorch, rounding after every step.
"""

import threading

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")
import torch

import cca
from block_grid import ZAYA, BlockCase, cases
from cca import torch_block
from cca.block_inputs import random_operands
from cca.torch_reference import relative_error
from measure_block import measure_block, problems

# Far above the error of a right kernel and far below that of a wrong one.
LIMIT = 2e-2


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_error(case: BlockCase, libcca, generator, block_records):
    if reason := cca.covered(case.config, case.op):
        pytest.skip(reason)
    block_records[case.name] = found = measure_block(
        case, cca.compile(case.config, case.op), generator
    )
    assert not problems(found), "; ".join(problems(found))


@pytest.mark.parametrize("case", cases()[::2], ids=lambda case: case.name)
def test_fused_prologue(case: BlockCase, libcca, generator):
    if reason := cca.covered(case.config, case.op):
        pytest.skip(reason)
    block = cca.compile(case.config, case.op, prologue="fused")
    found = measure_block(case, block, generator)
    assert not problems(found), "; ".join(problems(found))


@pytest.mark.parametrize(
    ("batch", "tokens"), [(1, 1), (3, 70), (1, 512), (1, 1024), (2, 2048), (1, 4096)]
)
def test_known_sizes(batch: int, tokens: int, libcca, generator):
    """Kernels that are scheduled for their sizes, few tokens in small tiles."""
    case = BlockCase(ZAYA, batch, tokens)
    block = cca.compile(case.config, case.op, batch=batch, tokens=tokens)
    found = measure_block(case, block, generator)
    assert not problems(found), "; ".join(problems(found))


class Prepared:
    """ZAYA1-8B's block on random operands."""

    def __init__(self, generator, tokens=300, batch=1):
        self.operands = random_operands(ZAYA, batch, tokens, generator)
        self.block = cca.compile(ZAYA)
        weights = {tensor.name: self.operands[tensor.name] for tensor in self.block.weights}
        self.weights = self.block.pack(weights)
        self.exact = torch_block.attention(self.operands, ZAYA)

    @property
    def inputs(self) -> tuple:
        return (self.operands["hidden"], self.weights, self.operands["cos"], self.operands["sin"])

    def check(self, out):
        assert relative_error(out, self.exact) < LIMIT


@pytest.fixture
def zaya(libcca):
    if reason := cca.covered(ZAYA):
        pytest.skip(reason)


def test_streams_and_threads(zaya, generator):
    every = [Prepared(generator, tokens) for tokens in (1, 100, 1000, 4097)]
    torch.cuda.synchronize()
    failed = []

    def work(prepared):
        try:
            stream = torch.cuda.Stream()
            with torch.cuda.stream(stream):
                outs = [prepared.block(*prepared.inputs) for _ in range(20)]
            stream.synchronize()
            for out in outs:
                prepared.check(out)
        except BaseException as problem:
            failed.append(problem)

    threads = [threading.Thread(target=work, args=(prepared,)) for prepared in every]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


def test_cuda_graph_follows_its_inputs(zaya, generator):
    prepared = Prepared(generator)
    out = prepared.block(*prepared.inputs)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        prepared.block(*prepared.inputs, out=out)
    fresh = random_operands(ZAYA, 1, 300, generator)["hidden"]
    prepared.operands["hidden"].copy_(fresh)
    prepared.exact = torch_block.attention(prepared.operands, ZAYA)
    out.fill_(float("nan"))
    graph.replay()
    torch.cuda.synchronize()
    prepared.check(out)


@pytest.mark.parametrize(("tokens", "batch"), [(0, 1), (0, 3), (64, 0)])
def test_nothing_to_do(zaya, generator, tokens, batch):
    operands = random_operands(ZAYA, batch, tokens, generator)
    block = cca.compile(ZAYA)
    weights = block.pack({tensor.name: operands[tensor.name] for tensor in block.weights})
    out = block(operands["hidden"], weights, operands["cos"], operands["sin"])
    torch.cuda.synchronize()
    assert out.shape == (batch, tokens, ZAYA.hidden)
