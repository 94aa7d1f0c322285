"""How compiled functions are called: streams, threads, CUDA graphs, sizes, refused tensors."""

import threading

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")
import torch

from attention_grid import Case
from cca import torch_reference
from cca.attention_variants import attention_variant
from cca.device import DeviceError
from cca.torch_reference import relative_error
from measure import draw, outputs

VARIANT = attention_variant(128, 8, 2, causal=True)

# Far above the error of a right kernel and far below that of a wrong one.
LIMIT = 1e-2


def case(tokens: int, batch: int = 1, layout: str = "contiguous") -> Case:
    return Case(VARIANT, tokens, batch, 1.0, layout, "contiguous")


def prepared(load, generator, tokens=300, batch=1, layout="contiguous"):
    """The function, its inputs and an output."""
    this = case(tokens, batch, layout)
    return load(VARIANT), draw(this, generator), outputs(this, generator.device)[0]


def check(inputs, output):
    exact = torch_reference.attention(inputs.query, inputs.key, inputs.value, VARIANT.config)
    assert relative_error(output.tensor, exact.out) < LIMIT


def test_a_stream_of_the_caller(load, generator):
    function, inputs, output = prepared(load, generator)
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        function(*inputs.operands, output.tensor)
    stream.synchronize()
    check(inputs, output)

    output.poison()
    stream.wait_stream(torch.cuda.current_stream())
    function(*inputs.operands, output.tensor, stream=stream.cuda_stream)
    stream.synchronize()
    check(inputs, output)


def test_a_thread_that_has_not_called_cuda(load, generator):
    function, inputs, output = prepared(load, generator)
    torch.cuda.synchronize()
    problems = []

    def work():
        try:
            function(*inputs.operands, output.tensor)
        except Exception as problem:
            problems.append(problem)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert problems == []
    check(inputs, output)


def test_cuda_graph_follows_its_inputs(load, generator):
    function, inputs, output = prepared(load, generator)
    launch = function.bind(*inputs.operands, output.tensor)
    launch()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        launch()
    fresh = draw(case(300), generator)
    for old, new in zip(inputs.operands, fresh.operands, strict=True):
        old.copy_(new)
    output.poison()
    graph.replay()
    torch.cuda.synchronize()
    check(fresh, output)


def test_one_function_serves_all_sizes(load, generator):
    for tokens, batch in ((1, 1), (200, 3), (65, 2), (3000, 1), (128, 4)):
        function, inputs, output = prepared(load, generator, tokens, batch)
        function(*inputs.operands, output.tensor)
        check(inputs, output)


@pytest.mark.parametrize(("tokens", "batch"), [(0, 1), (0, 3), (64, 0)])
def test_nothing_to_do(load, generator, tokens, batch):
    function, inputs, output = prepared(load, generator, tokens, batch)
    function(*inputs.operands, output.tensor)
    torch.cuda.synchronize()


def test_address_that_no_tensor_map_takes(load, generator):
    function, inputs, output = prepared(load, generator)
    moved = torch.empty(inputs.query.numel() + 1, dtype=inputs.query.dtype, device="cuda")
    inputs.query = moved[1:].view(inputs.query.shape).copy_(inputs.query)
    with pytest.raises(DeviceError, match="multiple of 16"):
        function(*inputs.operands, output.tensor)


def test_channels_that_are_not_neighbours(load, generator):
    function, inputs, output = prepared(load, generator)
    inputs.key = inputs.key.repeat_interleave(2, dim=3)[..., ::2]
    with pytest.raises(DeviceError, match="stride"):
        function(*inputs.operands, output.tensor)


def test_an_error_leaves_the_next_call_alone(load, generator):
    function, inputs, output = prepared(load, generator)
    query = inputs.query
    inputs.query = query.repeat_interleave(2, dim=3)[..., ::2]
    with pytest.raises(DeviceError):
        function(*inputs.operands, output.tensor)
    inputs.query = query
    function(*inputs.operands, output.tensor)
    check(inputs, output)
