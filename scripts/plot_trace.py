#!/usr/bin/env python3
"""Draws a timeline that `cca-run --target=sim --trace=t.json` has written; needs matplotlib.

usage: plot_trace.py t.json -o timeline.svg [--block N] [--from CYCLE] [--to CYCLE] [--title T]
"""

import argparse
import json
import pathlib

# What a slice is counted as: the first that its name begins with.
KINDS = {
    "wait": ("waits", "#e8e8e8"),
    "load": ("copy", "#8c6bb1"),
    "store": ("copy", "#8c6bb1"),
    "math.exp2": ("exponentials", "#e6842a"),
    "consumer 0": ("products of consumer 0", "#2b6ca3"),
    "consumer 1": ("products of consumer 1", "#58a55c"),
    "consumer 2": ("products of consumer 2", "#c05a79"),
    "arith": ("other arithmetic", "#f2c37e"),
    "math": ("other arithmetic", "#f2c37e"),
    "hopper.reduce_rows": ("other arithmetic", "#f2c37e"),
    "hopper.mask_columns": ("other arithmetic", "#f2c37e"),
    "": ("all else", "#9a9a9a"),
}
SHORTEST = 4  # cycles; shorter slices would be no more than an edge
UNITS = ("copies", "tensor cores")


def kind(name: str) -> tuple[str, str]:
    return next(KINDS[begin] for begin in KINDS if name.startswith(begin))


def read(path: pathlib.Path, block: int) -> dict[str, list[dict]]:
    """Slices of a block by track: units last, in the order of their names otherwise."""
    events = json.loads(path.read_text(encoding="utf-8"))["traceEvents"]
    events = [event for event in events if event["pid"] == block]
    names = {e["tid"]: e["args"]["name"] for e in events if e["name"] == "thread_name"}
    if not names:
        raise SystemExit(f"{path} has no block {block}")
    tracks = {name: [] for name in sorted(names.values(), key=lambda n: (n in UNITS, n))}
    for event in events:
        if event["ph"] == "X":
            tracks[names[event["tid"]]].append(event)
    return tracks


def busy(slices: list[dict], begin: float, end: float) -> float:
    """Part of the time in which a unit that serves one after the other is not idle."""
    cycles = sum(max(0, min(s["ts"] + s["dur"], end) - max(s["ts"], begin)) for s in slices)
    return cycles / (end - begin)


def draw(tracks, begin, end, title, output):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.patches import Patch

    figure, axes = pyplot.subplots(figsize=(11, 0.5 * len(tracks) + 1.4))
    used = {}
    for row, slices in enumerate(tracks.values()):
        for piece in slices:
            first, last = max(piece["ts"], begin), min(piece["ts"] + piece["dur"], end)
            if last - first < SHORTEST:
                continue
            label, color = kind(piece["name"])
            used[label] = color
            axes.broken_barh([(first, last - first)], (row - 0.4, 0.8), color=color, linewidth=0)
    axes.set_yticks(range(len(tracks)), tracks)
    axes.invert_yaxis()
    axes.set_xlim(begin, end)
    axes.set_xlabel("cycles of the model")
    share = busy(tracks.get("tensor cores", []), begin, end)
    axes.set_title(f"{title}: tensor cores busy {share:.0%}".lstrip(": "), fontsize=11)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    legend = [Patch(color=color, label=label) for label, color in used.items()]
    axes.legend(
        handles=legend, ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.2), frameon=False
    )
    figure.savefig(output, bbox_inches="tight", dpi=110, metadata={})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trace", type=pathlib.Path)
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, help=".svg or .png")
    parser.add_argument("--block", type=int, default=0)
    parser.add_argument("--from", dest="begin", type=float, default=0, metavar="CYCLE")
    parser.add_argument("--to", dest="end", type=float, metavar="CYCLE")
    parser.add_argument("--title", default="")
    options = parser.parse_args()
    tracks = read(options.trace, options.block)
    last = max(piece["ts"] + piece["dur"] for slices in tracks.values() for piece in slices)
    end = last if options.end is None else min(options.end, last)
    if not options.begin < end:
        raise SystemExit(f"expects a part of [0, {last:.0f}], but got {options.begin} to {end}")
    tracks = {
        name: slices for name, slices in tracks.items() if busy(slices, options.begin, end) > 0
    }
    draw(tracks, options.begin, end, options.title, options.output)


if __name__ == "__main__":
    main()
