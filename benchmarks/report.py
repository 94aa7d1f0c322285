"""Tables, JSON and plots of a benchmark."""

import argparse
import datetime
import json
import math
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

BASELINE = "cudnn"

# Our kernel -> the external peer of the same softmax.
PEER_OF = {"bounded": "peer-bounded", "auto": "peer-bounded", "online": "peer-online"}


# What a table says of a kernel, or of one that did not run.
Cell = Callable[[dict | None], str]


def ratios(kernels: dict[str, dict], baseline: str = BASELINE) -> None:
    """Adds to each kernel how many times as fast as `baseline` it is, and ours as the peer."""
    for name, kernel in kernels.items():
        for key, other in ((f"vs_{baseline}", baseline), ("vs_peer", PEER_OF.get(name))):
            if other in kernels and other != name and "ms" in kernel and "ms" in kernels[other]:
                kernel[key] = kernels[other]["ms"] / kernel["ms"]


def cell(kernel: dict | None) -> str:
    """TFLOP/s, then the ratios: `771 ×1.23 ×1.00`."""
    if kernel is None:
        return "-"
    if "ms" not in kernel:
        return f"WRONG {kernel['error']:.1e}"
    factors = [f" ×{factor:.2f}" for key, factor in kernel.items() if key.startswith("vs_")]
    return f"{kernel['tflops']:.0f}" + "".join(factors)


def table(rows: list[dict], cell: Cell = cell) -> tuple[list[str], list[list[str]]]:
    """Head and cells; a column for each kernel that ran at all."""
    names = list(dict.fromkeys(name for row in rows for name in row["kernels"]))
    cells = [[row["name"], *(cell(row["kernels"].get(name)) for name in names)] for row in rows]
    return ["shape", *names], cells


def print_table(rows: list[dict], title: str, cell: Cell = cell) -> None:
    """With rich where it is installed and the output is a terminal, plain otherwise."""
    head, cells = table(rows, cell)
    try:
        from rich.console import Console
        from rich.table import Table
    except ImportError:
        Console = None  # noqa: N806
    if Console is not None and sys.stdout.isatty():
        made = Table(title=title)
        for index, name in enumerate(head):
            made.add_column(name, justify="right" if index else "left", no_wrap=True)
        for row in cells:
            made.add_row(*row)
        Console().print(made)
        return
    widths = [max(len(row[i]) for row in [head, *cells]) for i in range(len(head))]
    print(title)
    for row in [head, *cells]:
        first, *others = (text.ljust(w) if i == 0 else text.rjust(w)
                          for i, (text, w) in enumerate(zip(row, widths, strict=True)))  # fmt: skip
        print("  ".join([first, *others]).rstrip())


def print_notes(rows: list[dict]) -> None:
    """Largest error of each kernel, and why some did not run."""
    names = list(dict.fromkeys(name for row in rows for name in row["kernels"]))
    for name in names:
        errors = [row["kernels"][name].get("error") for row in rows if name in row["kernels"]]
        errors = [error for error in errors if error is not None]
        if errors:
            print(f"{name}: relative error to fp64 up to {max(errors):.2e}")
    missing: dict[tuple[str, str], int] = {}
    for row in rows:
        for reason in (row["missing"] | row["broken"]).items():
            missing[reason] = missing.get(reason, 0) + 1
    for (name, reason), count in missing.items():
        print(f"{name}: left out of {count} of {len(rows)} shapes: {reason}")


def environment() -> dict:
    """Device, driver and versions, to say what the numbers hold for."""
    import torch

    found = {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version() if torch.backends.cudnn.is_available() else None,
        "commit": _output("git", "-C", os.path.dirname(__file__), "rev-parse", "HEAD"),
    }
    try:
        import triton

        found["triton"] = triton.__version__
    except ImportError:
        found["triton"] = None
    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(torch.cuda.current_device())
        found["device"] = properties.name
        found["multiprocessors"] = properties.multi_processor_count
        asked = "driver_version,power.limit,clocks.max.sm"
        found["driver"] = _output("nvidia-smi", f"--query-gpu={asked}", "--format=csv,noheader")
    return found


def write_json(path: Path, rows: list[dict], arguments: argparse.Namespace) -> None:
    """Everything that was measured, with what it was measured on.

    Called after each row: what there is stays if a later one takes too long.
    """
    # Folders are nobody else's, and what was chosen are the rows.
    settings = {
        name: value
        for name, value in vars(arguments).items()
        if name != "chosen" and not isinstance(value, Path)
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    counts = {
        "shapes": len(rows),
        "measurements": sum("ms" in k for row in rows for k in row["kernels"].values()),
        "wrong": sum("ms" not in k for row in rows for k in row["kernels"].values()),
    }
    content = {"environment": environment(), "settings": settings, "counts": counts, "rows": rows}
    path.write_text(json.dumps(_finite(content), indent=1) + "\n", encoding="utf-8")


def plot(path: Path, rows: list[dict]) -> None:
    """TFLOP/s over S: a panel for each kind of shape, a line for each kernel."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    panels: dict[str, list[dict]] = {}
    for row in rows:
        mask = "causal" if row["causal"] else "full"
        key = f"{row['q_heads']}/{row['kv_heads']} D{row['head_dim']} {row['dtype']} {mask}"
        panels.setdefault(key, []).append(row)
    columns = min(2, len(panels))
    lines = -(-len(panels) // columns)
    figure, axes = pyplot.subplots(
        lines, columns, figsize=(6 * columns, 4 * lines), squeeze=False, sharey=True
    )
    names = list(dict.fromkeys(name for row in rows for name in row["kernels"]))
    for axis, (title, group) in zip(axes.flat, panels.items(), strict=False):
        for index, name in enumerate(names):
            points = [
                (row["tokens"], row["kernels"][name]["tflops"])
                for row in group
                if "ms" in row["kernels"].get(name, {})
            ]
            if points:
                axis.plot(*zip(*points, strict=True), marker="o", label=name, color=f"C{index}")
        axis.set(title=title, xlabel="tokens", ylabel="TFLOP/s")
        axis.set_xscale("log", base=2)
        axis.legend(fontsize="small")
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    # All panels share one scale, known when all lines are there.
    axes.flat[0].set_ylim(bottom=0)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=60)
    pyplot.close(figure)


def _finite(content):
    """The same without infinities, which JSON does not have: as text."""
    if isinstance(content, dict):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_finite(value) for value in content]
    if isinstance(content, float) and not math.isfinite(content):
        return str(content)
    return content


def _output(*command: str) -> str | None:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
