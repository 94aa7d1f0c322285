"""`cca.device`: descriptors, checks and errors, with a library that runs on the CPU."""

import ctypes
import threading
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed")
import torch

from cca import device, reference, torch_reference
from cca.attention_inputs import LAYOUTS, arrange, extent, place, values
from cca.attention_variants import attention_variant
from cca.device import CompiledFunction, DeviceError, descriptor
from cca.device_array import STREAM, Device
from cca.operands import operands, results
from cca.sample import sample_operands
from fake_device import OnDevice, build

# Tensors are tiny: threads would wait for each other.
torch.set_num_threads(1)

VARIANT = attention_variant(16, 4, 2)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Path of a fake of VARIANT, with its module beside it."""
    path = build(tmp_path_factory.mktemp("fake") / "attention.so")
    path.with_suffix(".mlir").write_text(VARIANT.text())
    return path


@pytest.fixture
def function(library):
    return CompiledFunction(library, "attention")


def tensors(batch=2, tokens=5, layout="contiguous", out_layout="contiguous"):
    """Query, key, value and an output of VARIANT."""
    generator = torch.Generator().manual_seed(batch + tokens)
    made = values(VARIANT, batch, tokens, torch.ones(2), generator)
    inputs = place(*made, layout, torch.bfloat16)
    shape = inputs[0].shape
    memory = torch.full((extent(shape, out_layout),), float("nan"), dtype=torch.bfloat16)
    return [*inputs, arrange(memory, shape, out_layout)]


def on_device(*every, index=0):
    return [OnDevice(tensor, index) for tensor in every]


def global_of(path, name):
    return ctypes.c_int64.in_dll(ctypes.CDLL(str(path)), name).value


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("out_layout", [name for name in LAYOUTS if name != "fused"])
def test_descriptors_carry_any_layout(function, layout, out_layout):
    query, key, value, out = tensors(layout=layout, out_layout=out_layout)
    function(*on_device(query, key, value, out), stream=0)
    exact = torch_reference.attention(query, key, value, VARIANT.config).out
    assert torch_reference.relative_error(out, exact) < 4e-3


def test_descriptor_fields():
    tensor = torch.zeros(3, 4, 5)[1:, :, ::2]
    address = tensor.data_ptr()
    assert list(descriptor(tensor)) == [address, address, 0, 2, 4, 3, 20, 5, 2]
    assert list(descriptor(torch.zeros(())))[2:] == [0]


def test_bound_launch_sees_new_contents_and_any_stream(library, function):
    query, key, value, out = tensors()
    launch = function.bind(*on_device(query, key, value, out))
    launch(0)
    first = out.clone()
    value.neg_()
    launch(1234)
    assert torch.equal(out, -first)
    assert global_of(library, "fake_stream") == 1234


def test_current_stream_of_the_device_of_the_tensors(library, function, monkeypatch):
    """PyTorch's side of it, which there is no GPU for here."""
    entered, current = [], [0]

    class Guard:
        def __init__(self, index):
            entered.append(index)

        __enter__ = __exit__ = lambda *_: None

    monkeypatch.setattr(torch, "cuda", SimpleNamespace(device=Guard))
    monkeypatch.setattr(device, "current_device", lambda: current[0])
    monkeypatch.setattr(device, "current_stream", lambda index: 100 + index)
    launch = function.bind(*on_device(*tensors(), index=2))
    launch()
    assert (global_of(library, "fake_stream"), global_of(library, "fake_opened")) == (102, 2)
    assert entered == [2]
    current[0] = 2
    launch()
    assert entered == [2], "needs no guard where the device is current and open"
    thread = threading.Thread(target=launch)
    thread.start()
    thread.join()
    assert entered == [2, 2], "opens the device in each thread"

    with pytest.raises(DeviceError, match="@attention: cannot find the device"):
        function.bind(*on_device(*tensors(), index=7))()


@pytest.mark.parametrize("has_raw", [True, False])
def test_address_of_the_current_stream(monkeypatch, has_raw):
    stream = SimpleNamespace(cuda_stream=7)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda index: stream)
    raw = {"_cuda_getCurrentRawStream": lambda index: 40 + index} if has_raw else {}
    monkeypatch.setattr(torch, "_C", SimpleNamespace(**raw))
    device._raw_stream.cache_clear()
    try:
        assert device.current_stream(2) == (42 if has_raw else 7)
    finally:
        device._raw_stream.cache_clear()


@pytest.mark.parametrize("has_raw", [True, False])
def test_current_device(monkeypatch, has_raw):
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 1)
    raw = {"_cuda_getDevice": lambda: 2} if has_raw else {}
    monkeypatch.setattr(torch, "_C", SimpleNamespace(**raw))
    device._raw_device.cache_clear()
    try:
        assert device.current_device() == (2 if has_raw else 1)
    finally:
        device._raw_device.cache_clear()


def test_error_of_the_function_is_raised(function):
    query, key, value, out = tensors()
    moved = torch.zeros(query.numel() + 1, dtype=torch.bfloat16)[1:].view(query.shape)
    with pytest.raises(DeviceError, match=r"@attention: argument #1 .* multiple of 16"):
        function(*on_device(moved, key, value, out), stream=0)


def refused(function, index, tensor):
    every = on_device(*tensors())
    every[index] = tensor
    return lambda: function(*every, stream=0)


@pytest.mark.parametrize(
    ("index", "tensor", "kind", "message"),
    [
        (0, torch.zeros(2, 5, 4, 16), ValueError, "expects query on a CUDA device, but got cpu"),
        (
            1,
            OnDevice(torch.zeros(2, 5, 2, 16)),
            TypeError,
            "expects key of bf16, but got torch.float32",
        ),
        (
            2,
            OnDevice(torch.zeros(2, 5, 4, 16, dtype=torch.bfloat16)),
            ValueError,
            r"expects value of shape \?x\?x2x16, but got 2x5x4x16",
        ),
        (
            3,
            OnDevice(torch.zeros(5, 4, 16, dtype=torch.bfloat16)),
            ValueError,
            r"expects result of shape \?x\?x4x16, but got 5x4x16",
        ),
        (
            1,
            OnDevice(torch.zeros(2, 5, 2, 16, dtype=torch.bfloat16), 3),
            ValueError,
            "expects key on .*index=0.*, but got .*index=3",
        ),
    ],
)
def test_tensor_that_is_not_as_declared(function, index, tensor, kind, message):
    with pytest.raises(kind, match=f"@attention {message}"):
        refused(function, index, tensor)()


def test_wrong_number_of_tensors(function):
    with pytest.raises(
        TypeError, match=r"expects 4 tensors .query, key, value, result., but got 3"
    ):
        function(*on_device(*tensors()[:3]), stream=0)


def test_what_cannot_be_loaded(library, tmp_path):
    with pytest.raises(DeviceError, match="has no function 'absent'"):
        CompiledFunction(library, "absent", VARIANT.parameters())
    with pytest.raises(FileNotFoundError, match=r"absent.mlir"):
        CompiledFunction(tmp_path / "absent.so", "attention")
    with pytest.raises(OSError, match=r"absent.so"):
        CompiledFunction(tmp_path / "absent.so", "attention", VARIANT.parameters())


def test_without_pytorch(library, function):
    """Arrays in device memory, as the program for compute-sanitizer uses them."""
    device = Device(library)
    given = sample_operands(VARIANT.config, "flash", 2, 5)
    arrays = [device.array(given[t.name], t.element) for t in operands(VARIANT.config, "flash")]
    (shape,) = (t.shape for t in results(VARIANT.config, "flash", 2, 5))
    out = device.poisoned(shape, "bf16")
    assert np.isnan(device.read(out)).all()
    function(*arrays, out, stream=STREAM)
    wanted, _ = reference.flash_attention(*given.values(), VARIANT.config)
    np.testing.assert_allclose(device.read(out), wanted, rtol=0.01)
    device.free(*arrays, out)

    with pytest.raises(DeviceError, match="cannot find the device"):
        Device(library, 7)
