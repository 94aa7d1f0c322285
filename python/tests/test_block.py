"""`cca.block`: compile, pack, call; on the driver without a GPU."""

import ctypes
import re
import threading
from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="torch is not installed")
import torch

import cca
from cca.attention_variants import attention_variant
from cca.device import DeviceError, DeviceFunction, Role
from cca.frame import SHAPES
from cca.operands import Tensor, operands, results
from fake_device import OnDevice

CONFIG = attention_variant(128, 8, 2, normalized=True).config


def on_device(*shape, dtype=torch.bfloat16, index=0):
    return OnDevice(torch.zeros(shape, dtype=dtype), index)


def allocate_on_device(like, shape, element, stream):
    dtype = {"bf16": torch.bfloat16, "f32": torch.float32, "i8": torch.int8}[element]
    return OnDevice(torch.empty(shape, dtype=dtype), like.get_device())


@pytest.fixture
def block(libcca):
    block = cca.compile(CONFIG, "flash")
    block.allocate = allocate_on_device
    return block


@pytest.fixture
def packed(block):
    return block.pack({"temperature": on_device(2, dtype=torch.float32)})


def inputs(batch=2, tokens=70):
    return [on_device(batch, tokens, heads, 128) for heads in (8, 2, 2)]


def test_allocates_results(block, packed, driver_log):
    out = block(*inputs(3, 300), packed, stream=0x50)
    assert out.shape == (3, 300, 8, 128)
    assert out.dtype == torch.bfloat16
    log = driver_log()
    assert re.search(r"sizes 64 300 2 8 3", log)
    assert re.search(r"cuLaunchKernelEx .* stream 0x50", log)


def test_known_sizes(libcca, driver_log):
    block = cca.compile(CONFIG, "flash", batch=2, tokens=70)
    block.allocate = allocate_on_device
    packed = block.pack({"temperature": on_device(2, dtype=torch.float32)})
    assert block(*inputs(2, 70), packed, stream=0).shape == (2, 70, 8, 128)
    with pytest.raises(ValueError, match=r"expects query of shape 2x70x8x128, but got 2x71x8x128"):
        block(*inputs(2, 71), packed, stream=0)
    # Tiles of 64 queries, which a block for any length does not have.
    assert re.search(r"box 64 64 2 1 1", driver_log())


def test_sizes_that_are_none(libcca):
    with pytest.raises(
        ValueError, match=r"expects tokens to be None or an int from 0 on, but got -1"
    ):
        cca.compile(CONFIG, "flash", tokens=-1)


def test_several_results(libcca):
    block = cca.compile(CONFIG, "flash", lse=True)
    block.allocate = allocate_on_device
    packed = block.pack({"temperature": on_device(2, dtype=torch.float32)})
    out, lse = block(*inputs(3, 300), packed, stream=0)
    assert lse.shape == (3, 8, 300)
    assert lse.dtype == torch.float32
    assert block(*inputs(3, 300), packed, out=(out, lse), stream=0) == (out, lse)
    with pytest.raises(TypeError, match="@attention expects 2 results in out, but got 1"):
        block(*inputs(3, 300), packed, out=out, stream=0)
    assert block.workspace_size(*inputs(3, 300), packed) == 0


def test_writes_where_it_is_told(block, packed, driver_log):
    out = on_device(2, 70, 8, 128)
    assert block(*inputs(), packed, out=out, stream=0) is out
    assert f"address {out.data_ptr():#x}" in driver_log()


def test_shapes_change_between_calls(block, packed, driver_log):
    for batch, tokens in ((1, 64), (2, 70), (1, 64), (1, 0)):
        assert block(*inputs(batch, tokens), packed, stream=0).shape == (batch, tokens, 8, 128)
    sizes = re.findall(r"sizes 64 (\d+) 2 8 (\d)", driver_log())
    # Of query and result.
    assert sizes[:6:2] == [("64", "1"), ("70", "2"), ("64", "1")]
    # More than are kept.
    for tokens in 2 * [*range(1, SHAPES + 2)]:
        assert block(*inputs(1, tokens), packed, stream=0).shape == (1, tokens, 8, 128)
    assert len(packed.frame()._calls) == SHAPES


def test_strided_inputs(block, packed, driver_log):
    fused = torch.zeros(1, 70, 12, 128, dtype=torch.bfloat16)
    query, key, value = (OnDevice(x) for x in fused.split((8, 2, 2), dim=2))
    block(query, key, value, packed, stream=0)
    assert "strides 3072 128 256" in driver_log()


def test_weights_as_a_mapping(block):
    weights = {"temperature": on_device(2, dtype=torch.bfloat16)}
    assert block(*inputs(), weights, stream=0).shape == (2, 70, 8, 128)


def test_block_without_weights(libcca):
    block = cca.compile(replace(CONFIG, normalized=False), "flash")
    block.allocate = allocate_on_device
    assert block(*inputs(), stream=0).shape == (2, 70, 8, 128)
    assert block(*inputs(), block.pack({}), stream=0).shape == (2, 70, 8, 128)
    with pytest.raises(TypeError, match="expects query, key, value, but got 2 inputs"):
        block(*inputs()[:2], stream=0)


def test_packed_batches(libcca, driver_log):
    block = cca.compile(replace(CONFIG, packed=True), "flash")
    block.allocate = allocate_on_device
    packed = block.pack({"temperature": on_device(2, dtype=torch.float32)})
    cu_seqlens = on_device(4, dtype=torch.int32)
    out = block(*inputs(1, 100), packed, cu_seqlens, stream=0)
    assert out.shape == (1, 100, 8, 128)


def test_threads_share_weights(block, packed):
    def call(tokens):
        for _ in range(50):
            assert block(*inputs(1, tokens), packed, stream=0).shape[1] == tokens

    # Each thread needs a context.
    failed = []

    def run(tokens):
        try:
            block.function.open_device(0)
            call(tokens)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(64 * i,)) for i in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


@pytest.mark.parametrize(
    ("index", "tensor", "kind", "message"),
    [
        (0, torch.zeros(2, 70, 8, 128), ValueError, "query on device cuda:0, but got cpu"),
        (1, on_device(2, 70, 2, 128, dtype=torch.float32), TypeError, "key of bf16, but got torc"),
        (2, on_device(2, 70, 3, 128), ValueError, r"value of shape \?x\?x2x128, but got 2x70x3x1"),
        (2, on_device(2, 70, 2, 128, index=1), ValueError, "value on device cuda:0, but got"),
    ],
)
def test_inputs_that_are_not_as_declared(block, packed, index, tensor, kind, message):
    block(*inputs(), packed, stream=0)
    given = inputs()
    given[index] = tensor
    with pytest.raises(kind, match=f"@attention expects {message}"):
        block(*given, packed, stream=0)
    assert block(*inputs(), packed, stream=0).shape == (2, 70, 8, 128), "goes on after an error"


def test_weights_that_are_not_as_declared(block, packed):
    with pytest.raises(TypeError, match="expects weights temperature, but got none for temperat"):
        block.pack({})
    with pytest.raises(TypeError, match="expects weights temperature, but got 'w_q'"):
        block.pack({"temperature": on_device(2, dtype=torch.float32), "w_q": None})
    with pytest.raises(ValueError, match=r"expects temperature of shape 2, but got 3"):
        block.pack({"temperature": on_device(3, dtype=torch.float32)})
    with pytest.raises(ValueError, match="expects temperature on a CUDA device, but got cpu"):
        block.pack({"temperature": torch.ones(2)})
    other = cca.compile(replace(CONFIG, causal=False), "flash")
    with pytest.raises(TypeError, match="expects weights that it packed itself"):
        other(*inputs(), packed, stream=0)
    with pytest.raises(TypeError, match="expects query, key, value, weights, but got 3 inputs"):
        block(*inputs(), stream=0)


def test_driver_that_refuses(block, packed, monkeypatch):
    monkeypatch.setenv("CCA_FAKE_DRIVER_FAIL", "cuLaunchKernelEx")
    with pytest.raises(DeviceError, match="cannot launch kernel"):
        block(*inputs(), packed, stream=0)


def test_compiled_once(block):
    assert cca.compile(CONFIG, "flash") is block


def test_structure_of_the_prologue(block):
    assert cca.compile(CONFIG, "flash", prologue="fused") is not block
    with pytest.raises(ValueError, match="expects prologue of split, fused, but got three"):
        cca.compile(CONFIG, "flash", prologue="three")


def test_covered(libcca):
    assert cca.covered(CONFIG, "flash") is None
    assert "expects a head dimension of" in cca.covered(replace(CONFIG, head_dim=96), "flash")
    assert cca.covered(CONFIG, "attention") == (
        "expects a configuration with a hidden size for attention, but got none"
    )
    assert cca.covered(CONFIG, "mystery").startswith("expects op to be one of attention, ")
    with pytest.raises(cca.UncoveredError, match="expects a head dimension of"):
        cca.compile(replace(CONFIG, head_dim=96), "flash")
    with pytest.raises(TypeError, match="expects a CCAConfig or a ZayaConfig, but got int"):
        cca.covered(3)


def test_covered_devices(libcca, monkeypatch):
    assert cca.covered(CONFIG, "flash", "cpu") == "expects a CUDA device, but got cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert cca.covered(CONFIG, "flash", 0) == "expects a CUDA device, but PyTorch has none"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    for capability, reason in (
        ((9, 0), None),
        ((8, 6), "expects a GPU of compute capability 9.0, but got 8.6"),
    ):
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _, found=capability: found)
        assert cca.covered(CONFIG, "flash", "cuda:0") == reason


def test_without_the_library(monkeypatch):
    from cca import library

    def load():
        raise library.LibraryError("expects libcca.so")

    monkeypatch.setattr(library, "load", load)
    config = replace(CONFIG, window=12345)
    assert cca.covered(config, "flash") == "expects libcca.so"


class WithWorkspace(DeviceFunction):
    """Needs two bytes of workspace for each token; keeps what it was called with."""

    def __init__(self):
        declared = [*operands(CONFIG, "flash"), *results(CONFIG, "flash")]
        super().__init__("attention", [*declared, Tensor("workspace", (None,), "i8")])
        self.roles = [Role("operand")] * 4 + [Role("result"), Role("workspace")]
        self.asked, self.called = 0, []

    def workspace_size(self, addresses):
        self.asked += 1
        batch, tokens = (ctypes.c_int64 * 5).from_address(addresses[0])[3:5]
        assert [*(ctypes.c_int64 * 5).from_address(addresses[-2])[3:5]] == [batch, tokens]
        return 2 * batch * tokens

    def prepare(self, addresses):
        def call(stream):
            address, _, _, size, _ = (ctypes.c_int64 * 5).from_address(addresses[-1])
            self.called.append((address, size, stream))
            return 0

        return call


def test_workspace():
    function = WithWorkspace()
    block = cca.Block(CONFIG, "flash", False, function)
    allocated = []

    def allocate(like, shape, element, stream):
        allocated.append((shape, element, stream))
        return allocate_on_device(like, shape, element, stream)

    block.allocate = allocate
    packed = block.pack({"temperature": on_device(2, dtype=torch.float32)})
    assert block.workspace_size(*inputs(2, 50), packed) == 200
    for _ in range(3):
        block(*inputs(2, 70), packed, stream=7)
    assert function.asked == 2, "asks only where sizes change"
    assert allocated[:2] == [((2, 70, 8, 128), "bf16", 7), ((280,), "i8", 7)]
    assert [call[1:] for call in function.called] == [(280, 7)] * 3
    block(*inputs(1, 3), packed, stream=7)
    assert function.called[-1][1] == 6

    given, out = on_device(1000, dtype=torch.uint8), on_device(1, 3, 8, 128)
    count = len(allocated)
    block(*inputs(1, 3), packed, out=out, workspace=given, stream=7)
    assert function.called[-1] == (given.data_ptr(), 1000, 7)
    assert len(allocated) == count
    block(*inputs(1, 3), packed, stream=7)
    assert function.called[-1][1] == 6, "its own again, not as large as the given one"
    wrong = on_device(1000, dtype=torch.float32)
    with pytest.raises(TypeError, match=r"expects workspace of i8, but got torch\.float32"):
        block(*inputs(1, 3), packed, workspace=wrong, stream=7)


class Recorded(DeviceFunction):
    """Keeps the addresses of the tensors that it was called with."""

    def __init__(self, name, parameters, roles):
        super().__init__(name, parameters)
        self.roles = [Role(*role) for role in roles]
        self.called = []

    def workspace_size(self, addresses):
        return 12

    def prepare(self, addresses):
        def call(stream):
            self.called.append([(ctypes.c_int64 * 1).from_address(x)[0] for x in addresses])
            return 0

        return call

    def run(self, call, index, stream=None):
        call(stream)


def test_weights_are_packed_once():
    """As `cca-outline-packing` makes functions: packed weights are operands after all others."""
    config = replace(cca.CONFIGS["zaya1-8b"], hidden=64, q_heads=2, kv_heads=2, head_dim=64)
    declared = {tensor.name: tensor for tensor in operands(config, "attention")}
    folded, joined = Tensor("result", (7,), "bf16"), Tensor("result", (3, 2), "bf16")
    workspace = Tensor("workspace", (None,), "i8")
    pack = Recorded(
        "block_pack",
        [declared["w_q"], declared["depthwise_bias"], folded, joined, workspace],
        [("operand",), ("operand",), ("result",), ("result",), ("workspace",)],
    )
    function = Recorded(
        "block",
        [
            *(declared[name] for name in ("hidden", "cos", "sin", "w_o")),
            *(Tensor("packed", shape, "bf16") for shape in ((3, 2), (7,))),
            *results(config, "attention"),
        ],
        [*[("operand",)] * 4, ("packed", 1), ("packed", 0), ("result",)],
    )
    block = cca.Block(config, "attention", False, function, pack)
    block.allocate = allocate_on_device
    given = {
        tensor.name: on_device(
            *tensor.shape, dtype={"f32": torch.float32, "bf16": torch.bfloat16}[tensor.element]
        )
        for tensor in block.weights
    }
    packed = block.pack(given)
    ((w_q, bias, first, second, memory),) = pack.called
    assert (w_q, bias) == (given["w_q"].data_ptr(), given["depthwise_bias"].data_ptr())
    assert memory
    hidden, cos = on_device(1, 5, 64), on_device(5, 64)
    out = block(hidden, packed, cos, cos, stream=3)
    block(hidden, packed, cos, cos, stream=3)
    assert len(pack.called) == 1
    assert function.called[0] == [
        *(x.data_ptr() for x in (hidden, cos, cos, given["w_o"])),
        *(second, first, out.data_ptr()),
    ]
    # Only what calls read is kept.
    assert [x.data_ptr() for x in packed.tensors] == [first, second, given["w_o"].data_ptr()]
