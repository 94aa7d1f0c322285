#!/usr/bin/env python3
"""Assembles kernels for sm_90a and checks what ptxas says of them.

usage: check_ptxas.py --cca-compile PROGRAM --ptxas PROGRAM [--list] | --self-test

A kernel fails if it spills, has a stack frame, is given a C75xx warning (products that
ptxas serialises, register counts that it ignores), or has other registers than its
block can share out between its roles. The exit status is 1 if one fails.
"""

import argparse
import concurrent.futures
import pathlib
import re
import subprocess
import sys
import tempfile

from cca.attention_variants import LN2, attention_variant
from cca.config import Schedule
from cca.fused_variants import FusedSchedule, FusedVariant
from cca.mix_variants import MixSchedule, MixVariant
from cca.projection_variants import GemmSchedule, LatentsVariant, ProjectionVariant

REGISTERS = 65536  # of a multiprocessor


def variants():
    """Each mode and each kind of schedule at least once."""
    normalized = {"normalized": True}
    auto, together = {"softmax": "auto"}, {"ping_pong": False}
    modes = [
        (128, {"causal": True, "scale": LN2} | normalized),
        (128, {"causal": False} | normalized),
        (128, {"causal": True}),
        (128, {"causal": True, "window": 1000, "dtype": "f16"}),
        (128, {"causal": True, "packed": True, "lse": True} | normalized),
        (64, {"causal": True} | normalized),
        (64, {"causal": False, "lse": True, "dtype": "f16"}),
        (64, {"causal": True, "packed": True, "window": 100}),
        (256, {"causal": True} | normalized),
        (256, {"causal": False, "dtype": "f16", "lse": True}),
        (256, {"causal": True, "window": 100, "packed": True}),
        (128, {"schedule": Schedule(128, 128, 2, 2, **auto, overlap=False)} | normalized),
        (128, {"schedule": Schedule(128, 128, 2, 2, **auto, **together)} | normalized),
        (128, {"schedule": Schedule(128, 80, 2, 2, "bounded")} | normalized),
        (128, {"schedule": Schedule(64, 128, 2, 1, **auto, **together)} | normalized),
        (64, {"schedule": Schedule(192, 96, 2, 3, **auto, **together)} | normalized),
    ]
    attention = [attention_variant(head_dim, 8, 2, **mode) for head_dim, mode in modes]
    return attention + products() + mixes() + prologues()


def mixes():
    """Latents to queries and keys: each mode, taps that stay and taps that do not."""
    return [
        MixVariant(128, 8, 2, 2, depthwise=2),
        MixVariant(128, 8, 2, 2, depthwise=2, packed=True, query_factor=0.1275),
        MixVariant(128, 8, 2, 4, depthwise=2, dtype="f16"),
        MixVariant(128, 8, 2),
        MixVariant(128, 8, 2, packed=True, query_factor=0.1275),
        MixVariant(128, 4, 4, norm="rsqrt", temperature="exp", dtype="f16"),
        MixVariant(128, 8, 2, rope="interleaved", batched_rope=True),
        MixVariant(128, 8, 2, rotary=128, rope_dtype="f32"),
        MixVariant(128, 8, 2, taps=7, packed=True),
        MixVariant(128, 8, 2, schedule=MixSchedule(128, 1, 2)),
        MixVariant(128, 8, 2, schedule=MixSchedule(64, 2, 1)),
        MixVariant(128, 8, 2, schedule=MixSchedule(192, 1, 3)),
        MixVariant(128, 8, 2, schedule=MixSchedule(64, 1, 2, cooperative=False, staging=2)),
        MixVariant(64, 8, 8),
        MixVariant(64, 8, 2, rotary=32, taps=7, packed=True, rope_dtype="f32"),
    ]


def prologues():
    """Prologues of one kernel: models, each mode, three consumers."""
    return [
        FusedVariant(MixVariant(128, 8, 2, query_factor=0.1275), 2048),
        FusedVariant(MixVariant(128, 4, 4), 2048),
        FusedVariant(MixVariant(128, 8, 2, packed=True), 2048, bias="bf16"),
        FusedVariant(MixVariant(128, 8, 2, rope="interleaved", batched_rope=True), 2048),
        FusedVariant(MixVariant(128, 8, 2, rotary=128, rope_dtype="f32"), 2048, bias="f32"),
        FusedVariant(
            MixVariant(128, 8, 1, taps=7, norm="rsqrt", temperature="exp", dtype="f16"), 2048
        ),
        FusedVariant(MixVariant(64, 8, 8, rotary=32), 2048),
        FusedVariant(
            MixVariant(64, 8, 8, rotary=32), 2048, schedule=FusedSchedule(3, 3, consumers=3)
        ),
    ]


def products():
    """Projections: each kind of schedule, biases, sections of columns."""
    schedules = [
        GemmSchedule(128, 128, 64, 3, 1, 2),
        GemmSchedule(64, 128, 64, 4, 1, 2),
        GemmSchedule(128, 128, 128, 3, 2),
        GemmSchedule(256, 128, 64, 4, 2),
        GemmSchedule(256, 192, 64, 3, 2),
        GemmSchedule(128, 256, 64, 4, 2),
        GemmSchedule(64, 192, 64, 6, 1),
        GemmSchedule(64, 128, 64, 8, 1),
        GemmSchedule(128, 192, 64, 5, 2),
        GemmSchedule(192, 128, 64, 4, 3),
        GemmSchedule(128, 128, 64, 3, 2, cooperative=False),
    ]
    paired, cooperative = schedules[0], schedules[4]
    return [
        *(ProjectionVariant(1536, 2048, schedule=schedule) for schedule in schedules),
        ProjectionVariant(1000, 72, "f16", "f16", paired),
        ProjectionVariant(1000, 72, "bf16", "f32", cooperative),
        LatentsVariant(1280, 2, 128, 2048, schedule=paired),
        LatentsVariant(1280, 2, 128, 2048, bias="f32", packed=True, schedule=paired),
        LatentsVariant(640, 1, 128, 2048, bias="bf16", schedule=cooperative),
    ]


def complaints(ptx, report):
    """What is wrong with the kernel of `ptx`, about which ptxas wrote `report`."""
    found = re.findall(r".*\bC75\d\d\b.*", report)
    sizes = re.search(r"(\d+) bytes stack frame, (\d+) bytes spill st.*, (\d+) bytes sp", report)
    used = re.search(r"Used (\d+) registers", report)
    threads = re.search(r"\.maxntid (\d+)", ptx)
    roles = re.findall(r"setmaxnreg\.(?:dec|inc)\.sync\.aligned\.u32\s+(\d+)", ptx)
    if not sizes or not used or not threads or len(roles) != 2:
        return [*found, "expects a kernel with two roles and a report on it"]
    if any(int(size) for size in sizes.groups()):
        found.append(sizes[0])
    producer, consumer = sorted(map(int, roles))
    warpgroups = int(threads[1]) // 128
    blocks = re.search(r"\.minnctapersm (\d+)", ptx)
    registers = REGISTERS // int(blocks[1] if blocks else 1)
    # An equal share, in units of 8 for each thread; no role can use more than the largest has.
    share = min(registers // int(threads[1]) // 8 * 8, consumer)
    if int(used[1]) != share:
        found.append(f"expects {share} registers, but got {used[1]}")
    taken = producer + (warpgroups - 1) * consumer
    if taken * 128 > registers:
        found.append(f"expects roles to share {registers} registers, but got {taken * 128}")
    return found


def assemble(variant, cca_compile, ptxas):
    """The complaints about a variant; how it was assembled."""
    with tempfile.TemporaryDirectory() as directory:
        source, ptx = (pathlib.Path(directory) / name for name in ("kernel.mlir", "kernel.ptx"))
        source.write_text(variant.text())
        cubin = pathlib.Path(directory) / "kernel.cubin"
        for command in (
            [cca_compile, source, "-o", ptx],
            [ptxas, "-arch=sm_90a", "-v", ptx, "-o", cubin],
        ):
            result = subprocess.run(command, check=False, capture_output=True, text=True)
            if result.returncode:
                return [result.stderr.strip()]
        return complaints(ptx.read_text(), result.stdout + result.stderr)


def self_test():
    """The check must be able to fail."""
    ptx = ".maxntid 384, 1, 1\nsetmaxnreg.dec.sync.aligned.u32 24;\n"
    ptx += "setmaxnreg.inc.sync.aligned.u32 240;\n"
    good = "0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads\nUsed 168 registers\n"
    assert complaints(ptx, good) == []
    for bad in (
        (ptx, good.replace("0 bytes stack", "8 bytes stack")),
        (ptx, good.replace("0 bytes spill loads", "4 bytes spill loads")),
        (ptx, good + "ptxas info : (C7510) Potential Performance Loss\n"),
        (ptx, good.replace("168", "128")),
        (ptx.replace("240", "248"), good),
        (ptx.replace("setmaxnreg.inc", "nothing"), good),
        (ptx + ".minnctapersm 2\n", good.replace("168", "80")),
        (ptx, ""),
    ):
        assert len(complaints(*bad)) == 1, bad
    print("self-test passed")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cca-compile")
    parser.add_argument("--ptxas")
    parser.add_argument("--list", action="store_true", help="print each variant")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    if not options.cca_compile or not options.ptxas:
        parser.error("expects --cca-compile and --ptxas")

    chosen = variants()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        results = pool.map(lambda v: assemble(v, options.cca_compile, options.ptxas), chosen)
        failed = 0
        for variant, found in zip(chosen, results, strict=True):
            failed += bool(found)
            if options.list or found:
                print(f"{variant.name}: {'; '.join(found) or 'good'}")
    print(f"assembled {len(chosen)} kernels, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
