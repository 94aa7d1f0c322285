"""`cca.graph`: calls that come again are recorded and replayed; on the driver without a GPU."""

import ctypes
import re
import threading
from types import SimpleNamespace

import pytest

pytest.importorskip("torch", reason="torch is not installed")
import torch

import cca
from cca import device, frame, library
from cca.attention_variants import attention_variant
from cca.graph import CALLS, CANDIDATES, GRAPHS, Graph, Replays
from fake_device import OnDevice

CONFIG = attention_variant(128, 8, 2, normalized=True).config


def zeros(*shape, dtype=torch.bfloat16):
    return OnDevice(torch.zeros(shape, dtype=dtype))


def inputs(tokens=70):
    return [zeros(1, tokens, heads, 128) for heads in (8, 2, 2)]


@pytest.fixture
def block(libcca):
    return cca.compile(CONFIG, "flash")


@pytest.fixture
def packed(block):
    return block.pack({"temperature": zeros(2, dtype=torch.float32)})


def launches(log: str) -> list[str]:
    """How each call was launched, and on which stream; of recording nothing."""
    found = re.findall(r"(Kernel|Graph)\w* .*?stream (\S+?)[: \n]|(BeginCapture)", log)
    # What follows the beginning of a recording is the recording.
    return [
        f"{kind} {stream}"
        for (kind, stream, _), before in zip(found, [("", "", ""), *found], strict=False)
        if kind and not before[2]
    ]


def test_replays_what_comes_again(block, packed, driver_log):
    given, out = inputs(), zeros(1, 70, 8, 128)
    for stream in range(1, CALLS + 4):
        block(*given, packed, out=out, stream=stream)
    log = driver_log()
    assert launches(log) == [
        *(f"Kernel {stream:#x}" for stream in range(1, CALLS + 1)),
        *(f"Graph {stream:#x}" for stream in range(CALLS + 1, CALLS + 4)),
    ]
    assert log.count("cuGraphInstantiate of 1 kernels") == 1
    assert log.count("cuTensorMapEncodeTiled") == 4 * (CALLS + 1)


def test_other_tensors_are_other_calls(block, packed, driver_log):
    out, first, other = zeros(1, 70, 8, 128), inputs(), inputs()
    for _ in range(CALLS):
        block(*first, packed, out=out, stream=1)
    # A view with other strides has the same address, and a shorter one the same strides.
    query = OnDevice(torch.zeros(1, 70, 16, 128, dtype=torch.bfloat16)[:, :, ::2])
    shorter = [OnDevice(x.tensor[:, :60]) for x in first]
    for tensors in (other, (query, *first[1:])):
        block(*tensors, packed, out=out, stream=2)
    block(*shorter, packed, out=OnDevice(out.tensor[:, :60]), stream=3)
    block(*first, packed, out=out, stream=4)
    assert launches(driver_log())[CALLS:] == ["Kernel 0x2"] * 2 + ["Kernel 0x3", "Graph 0x4"]


def test_into_a_capture_go_kernels(block, packed, driver_log):
    given, out = inputs(), zeros(1, 70, 8, 128)
    for _ in range(CALLS + 1):
        block(*given, packed, out=out, stream=1)
    lib, captured = library.load(), ctypes.c_void_p()
    # A stream that is captured is what the runtime itself records on, too.
    library.check(lib.cca_graph_begin(ctypes.byref(captured)))
    for stream in (captured.value, 5):
        block(*given, packed, out=out, stream=stream)
    library.check(lib.cca_graph_end(captured, None))
    log = driver_log()
    assert f"stream {captured.value:#x}" in log[log.rindex("BeginCapture") :]
    assert launches(log)[-1] == "Graph 0x5"
    assert f"Graph {captured.value:#x}" not in launches(log)


def test_on_the_current_stream(block, packed, driver_log, monkeypatch):
    """PyTorch's side of it, which there is no GPU for here."""
    entered, current = [], [0]

    class Guard:
        def __init__(self, index):
            entered.append(index)

        __enter__ = __exit__ = lambda *_: None

    monkeypatch.setattr(torch, "cuda", SimpleNamespace(device=Guard))
    for module in (device, frame):
        monkeypatch.setattr(module, "current_device", lambda: current[0])
        monkeypatch.setattr(module, "current_stream", lambda index: 0x90 + index)
    monkeypatch.setattr(block.function, "_threads", threading.local())
    given, out = inputs(), zeros(1, 70, 8, 128)
    for _ in range(CALLS + 1):
        block(*given, packed, out=out)
    assert launches(driver_log())[-1] == "Graph 0x90"
    assert entered == [0], "the context is made current once"
    current[0] = 1
    block(*given, packed, out=out)
    assert launches(driver_log())[-1] == "Kernel 0x90"
    assert entered == [0, 0], "another device is current"


def test_is_turned_off(block, packed, driver_log, monkeypatch):
    monkeypatch.setattr(block, "replay", False)
    given, out = inputs(), zeros(1, 70, 8, 128)
    for _ in range(2 * CALLS):
        block(*given, packed, out=out, stream=1)
    assert launches(driver_log()) == ["Kernel 0x1"] * 2 * CALLS


@pytest.mark.parametrize(
    "function", ["cuStreamCreate", "cuStreamBeginCapture_v2", "cuGraphInstantiateWithFlags"]
)
def test_goes_on_where_nothing_can_be_recorded(block, packed, driver_log, monkeypatch, function):
    monkeypatch.setenv("CCA_FAKE_DRIVER_FAIL", function)
    given, out = inputs(), zeros(1, 70, 8, 128)
    for _ in range(3 * CALLS):
        block(*given, packed, out=out, stream=1)
    assert set(launches(driver_log())) == {"Kernel 0x1"}


def test_goes_on_where_graphs_are_not_launched(block, packed, driver_log, monkeypatch):
    given, out = inputs(), zeros(1, 70, 8, 128)
    for _ in range(CALLS):
        block(*given, packed, out=out, stream=1)
    monkeypatch.setenv("CCA_FAKE_DRIVER_FAIL", "cuGraphLaunch")
    block(*given, packed, out=out, stream=2)
    assert launches(driver_log())[-1] == "Kernel 0x2"


def test_graphs_go_with_the_thread_and_the_weights(block, driver_log):
    weights = [block.pack({"temperature": zeros(2, dtype=torch.float32)})]
    given, out = inputs(), zeros(1, 70, 8, 128)

    def work():
        block.function.open_device(0)
        for _ in range(CALLS):
            block(*given, *weights, out=out, stream=1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert driver_log().count("cuGraphExecDestroy") == 1
    work()
    assert driver_log().count("cuGraphInstantiate") == 2, "each thread has its own"
    weights.clear()
    assert driver_log().count("cuGraphExecDestroy") == 2, "nothing else keeps the weights"


class Recorder:
    """Replays, and what was recorded for them."""

    def __init__(self, works=True):
        self.made, self.replays, self.works = [], Replays(), works

    def count(self, same):
        self.replays.count(same, self.record)

    def record(self):
        self.made.append(object())
        return self.made[-1] if self.works else None


def test_records_after_some_calls():
    recorder = Recorder()
    for _ in range(CALLS):
        assert recorder.replays.find("a") is None
        recorder.count("a")
    assert [recorder.replays.find("a")] == recorder.made
    recorder.count("a")
    assert len(recorder.made) == 1, "counts no call that has a graph"


def test_keeps_few():
    recorder = Recorder()
    for same in range(GRAPHS + 1):
        for _ in range(CALLS):
            recorder.count(same)
    assert [recorder.replays.find(i) for i in range(1, GRAPHS + 1)] == recorder.made[1:]
    assert recorder.replays.find(0) is None, "the oldest one goes"


def test_calls_that_do_not_come_again():
    """They are forgotten, and nothing is recorded."""
    recorder = Recorder()
    for turn in range(CALLS):
        recorder.count("a")
        for other in range(CANDIDATES):
            recorder.count((turn, other))
    assert recorder.made == []
    assert len(recorder.replays._counts) <= CANDIDATES


def test_what_cannot_be_recorded_is_tried_once():
    recorder = Recorder(works=False)
    for same in range(3):
        for _ in range(2 * CALLS):
            recorder.count(same)
    assert len(recorder.made) == 1


def test_drops_a_recording_that_failed(libcca, driver_log):
    assert Graph.record(lambda stream: 3) is None
    assert "cuGraphInstantiate" not in driver_log()
