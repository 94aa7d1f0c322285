"""Plots of the block benchmark: latency over sequence length, and the roofline."""

from pathlib import Path
from typing import NamedTuple


class Roof(NamedTuple):
    """What a device can do, as measured: copies of device memory, and cuBLAS products in bf16."""

    device: str
    bytes_per_second: float
    flops_per_second: float


def latency(path: Path, rows: list[dict]) -> None:
    """Milliseconds over S, both logarithmic: a panel for each block, a line for each kernel."""
    panels: dict[str, list[dict]] = {}
    for row in rows:
        mask = "causal" if row["causal"] else "full"
        panels.setdefault(f"{row['block']} {mask}", []).append(row)
    figure, axes = _figure(len(panels))
    names = list(dict.fromkeys(name for row in rows for name in row["kernels"]))
    for axis, (title, group) in zip(axes, panels.items(), strict=True):
        for index, name in enumerate(names):
            points = [
                (row["tokens"], row["kernels"][name]["ms"])
                for row in group
                if "ms" in row["kernels"].get(name, {})
            ]
            if points:
                axis.plot(*zip(*points, strict=True), marker="o", label=name, color=f"C{index}")
        axis.set(title=title, xlabel="tokens of a sequence", ylabel="ms")
        axis.set_xscale("log", base=2)
        axis.set_yscale("log")
        axis.legend(fontsize="small")
    _save(figure, path)


def roofline(path: Path, rows: list[dict], roof: Roof) -> None:
    """TFLOP/s over operations per byte that a block must move, below what the device can do.

    Only blocks that compute the same: peers of another shape have other operations.
    """
    figure, (axis,) = _figure(1)
    for index, name in enumerate(("hf-eager", "hf", "ours")):
        points = [
            (row["flops"] / row["bytes"], row["kernels"][name]["tflops"])
            for row in rows
            if "ms" in row["kernels"].get(name, {})
        ]
        if points:
            axis.plot(*zip(*sorted(points), strict=True), "o", label=name, color=f"C{index}")
    intensities = [row["flops"] / row["bytes"] for row in rows]
    ridge = roof.flops_per_second / roof.bytes_per_second
    ends = [min([*intensities, ridge / 2]), ridge, max([*intensities, ridge * 2])]
    heights = [min(x * roof.bytes_per_second, roof.flops_per_second) / 1e12 for x in ends]
    axis.plot(ends, heights, color="black", label=f"copies and cuBLAS on {roof.device}")
    axis.set(xlabel="operations per byte", ylabel="TFLOP/s", xscale="log", yscale="log")
    axis.legend(fontsize="small")
    _save(figure, path)


def _figure(panels: int):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    columns = min(2, panels)
    lines = -(-panels // columns)
    figure, axes = pyplot.subplots(lines, columns, figsize=(6 * columns, 4 * lines), squeeze=False)
    for axis in axes.flat[panels:]:
        axis.set_visible(False)
    return figure, axes.flat[:panels]


def _save(figure, path: Path) -> None:
    from matplotlib import pyplot

    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=60)
    pyplot.close(figure)
