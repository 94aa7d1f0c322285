"""What the plot of a simulator's timeline says, without drawing it."""

import json

import pytest
from plot_trace import busy, kind, read


def slice_of(track, name, begin, cycles, block=0):
    return {"ph": "X", "name": name, "pid": block, "tid": track, "ts": begin, "dur": cycles}


def name_of(track, name, block=0):
    event = {"ph": "M", "name": "thread_name", "pid": block, "tid": track}
    return event | {"args": {"name": name}}


@pytest.fixture
def trace(tmp_path):
    events = [name_of(0, "tensor cores"), name_of(1, "consumer 0"), name_of(2, "consumer 0", 1)]
    events += [slice_of(0, "consumer 0", 0, 10), slice_of(0, "consumer 0", 20, 20)]
    events += [slice_of(1, "math.exp2", 0, 5), slice_of(2, "math.exp2", 0, 7, block=1)]
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"traceEvents": events}), encoding="utf-8")
    return path


def test_tracks_are_those_of_the_block_and_units_come_last(trace):
    tracks = read(trace, 0)
    assert list(tracks) == ["consumer 0", "tensor cores"]
    assert [piece["dur"] for piece in tracks["consumer 0"]] == [5]


def test_a_block_that_is_not_there(trace):
    with pytest.raises(SystemExit, match="has no block 2"):
        read(trace, 2)


def test_busy_counts_what_is_inside(trace):
    assert busy(read(trace, 0)["tensor cores"], 5, 45) == 25 / 40


def test_kinds():
    labels = [kind(name)[0] for name in ("math.exp2", "math.fma", "wait: its products", "hopper.x")]
    assert labels == ["exponentials", "other arithmetic", "waits", "all else"]
