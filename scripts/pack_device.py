#!/usr/bin/env python3
"""Compiles the kernels of the GPU tests and benchmarks into a folder, .device/ by default.

With it and the source tree a machine with a Hopper GPU, Python and PyTorch has all that
the tests and benchmarks need: no compiler, no LLVM. For each kernel the folder holds the
module (.mlir) and the shared library (.so), and beside them libcca_runtime. What is there
already, of the same module and newer than the compiler, is kept.

Exit status 0 if every kernel compiled, 1 otherwise; those that did are there anyway.
"""

import argparse
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "python"))
sys.path.insert(1, str(ROOT / "python" / "tests"))
sys.path.insert(2, str(ROOT / "test" / "Integration" / "sm90"))
sys.path.insert(3, str(ROOT / "benchmarks"))

import attention_cases
import attention_grid
import gemm_cases
import mix
import mix_grid
from cca.attention_variants import AttentionVariant
from cca.cli import ArgumentParser
from cca.mix_variants import MixVariant
from cca.projection_variants import ProjectionVariant

PEER = "peer"

Variant = AttentionVariant | MixVariant | ProjectionVariant


@dataclass(frozen=True)
class Packer:
    """Where things are."""

    build: Path
    out: Path
    cc: str

    @property
    def compiler(self) -> Path:
        return self.build / "bin" / "cca-compile"

    def runtime(self) -> list[Path]:
        """libcca_runtime.so and its names with versions."""
        found = sorted((self.build / "lib").rglob("libcca_runtime.so*"))
        if not found:
            raise FileNotFoundError(f"no libcca_runtime.so in {self.build}: build it first")
        return found

    def prepare(self) -> None:
        """The runtime in the folder; no links, which need not survive the journey."""
        if not self.compiler.is_file():
            raise FileNotFoundError(f"{self.compiler} is missing: build it first")
        self.out.mkdir(parents=True, exist_ok=True)
        for library in self.runtime():
            _copy(library, self.out)

    def copy_library(self, library: Path) -> None:
        """The compiler as a library, with which the block is compiled where it runs."""
        _copy(library.resolve(), self.out, "libcca.so")

    def copy_peer(self, folder: Path) -> None:
        """The files of an external peer."""
        for path in folder.iterdir():
            if path.is_file():
                _copy(path, self.out / PEER)

    def pack(self, variant: Variant) -> str | None:
        """Compiles one kernel; returns what went wrong, if anything did."""
        module = self.out / f"{variant.name}.mlir"
        library, made = module.with_suffix(".so"), module.with_suffix(".o")
        text = variant.text()
        if module.is_file() and module.read_text(encoding="utf-8") == text and self._new(library):
            return None
        library.unlink(missing_ok=True)
        module.write_text(text, encoding="utf-8")
        compile_ = [self.compiler, module, "--emit=obj", "-o", made]
        # The library finds the runtime beside itself, wherever both are.
        link = [self.cc, "-shared", made, "-o", library, f"-L{self.out}", "-lcca_runtime"]
        for command in (compile_, [*link, "-Wl,-rpath,$ORIGIN"]):
            done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
            if done.returncode != 0:
                library.unlink(missing_ok=True)
                return (done.stderr or done.stdout).strip() or f"status {done.returncode}"
        made.unlink()
        return None

    def _new(self, library: Path) -> bool:
        return library.is_file() and library.stat().st_mtime_ns > self.compiler.stat().st_mtime_ns


SETS = {
    "test": lambda: [*attention_grid.variants(), *mix_grid.variants()],
    "benchmark": lambda: attention_cases.variants(["yardstick", "d64"]),
    "sweep": lambda: attention_cases.variants(["sweep"]),
    "gemm": gemm_cases.variants,
    "mix": mix.variants,
}


def _copy(file: Path, folder: Path, name: str | None = None) -> None:
    """A new file, also where there was one: a program may have the old one mapped."""
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / (name or file.name)
    copy.unlink(missing_ok=True)
    shutil.copyfile(file, copy)


def parse(argv: list[str] | None) -> argparse.Namespace:
    summary, _, details = __doc__.partition("\n\n")
    cli = ArgumentParser(
        description=summary,
        epilog=details,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    cli.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(SETS)}; default: all")
    cli.add_argument("--build", type=Path, default=ROOT / "build", help="default: build")
    cli.add_argument("--out", type=Path, default=ROOT / ".device", help="default: .device")
    cli.add_argument("--head-dims", metavar="D,D", help="only these, e.g. 64,128")
    cli.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="default: cores")
    cli.add_argument("--cc", default="cc", help="links the libraries; default: cc")
    cli.add_argument("--peer", type=Path, metavar="DIR", help=f"to copy, as .device/{PEER}")
    cli.add_argument(
        "--library", type=Path, metavar="FILE", help="libcca.so of the release preset, to copy"
    )
    cli.add_argument("--list", action="store_true", help="only print the names of the kernels")
    arguments = cli.parse_args(argv)
    for name in arguments.sets:
        if name not in SETS:
            cli.error(f"expects sets of {', '.join(SETS)}, but got {name}")
    if arguments.head_dims is not None:
        sizes = arguments.head_dims.split(",")
        if not all(size.isdecimal() for size in sizes):
            cli.error(f"expects --head-dims as 64,128, but got {arguments.head_dims}")
        arguments.head_dims = set(map(int, sizes))
    if arguments.jobs < 1:
        cli.error(f"expects --jobs to be at least 1, but got {arguments.jobs}")
    return arguments


def chosen(sets: list[str], head_dims: set[int] | None) -> list[Variant]:
    """The kernels of some sets, each once; with `head_dims`, those of attention with them."""
    every = [variant for name in sets or SETS for variant in SETS[name]()]
    return [
        variant
        for variant in dict.fromkeys(every)
        if head_dims is None or _head_dim(variant) in head_dims
    ]


def _head_dim(variant: Variant) -> int | None:
    return variant.config.head_dim if isinstance(variant, AttentionVariant) else None


def main(argv: list[str] | None = None) -> int:
    arguments = parse(argv)
    variants = chosen(arguments.sets, arguments.head_dims)
    if arguments.list:
        print("\n".join(variant.name for variant in variants))
        return 0

    packer = Packer(arguments.build.resolve(), arguments.out.resolve(), arguments.cc)
    try:
        packer.prepare()
        if arguments.peer:
            packer.copy_peer(arguments.peer)
        if arguments.library:
            packer.copy_library(arguments.library)
        failed = pack_all(packer, variants, arguments.jobs)
    except OSError as error:
        print(f"pack_device.py: error: {error}", file=sys.stderr)
        return 1
    size = sum(path.stat().st_size for path in packer.out.rglob("*") if path.is_file())
    print(
        f"{len(variants) - failed} of {len(variants)} kernels in {packer.out}, "
        f"{size / 2**20:.1f} MiB in all"
    )
    return 1 if failed else 0


def pack_all(packer: Packer, variants: list[Variant], jobs: int) -> int:
    """Compiles `variants` side by side; returns how many failed."""
    failed = 0
    with ThreadPoolExecutor(jobs) as pool:
        results = zip(variants, pool.map(packer.pack, variants), strict=True)
        for count, (variant, problem) in enumerate(results, start=1):
            if problem:
                failed += 1
                print(f"FAILED: {variant.name}\n{problem}", file=sys.stderr)
            elif sys.stdout.isatty():
                print(f"\r\x1b[K{count}/{len(variants)} {variant.name}", end="", flush=True)
    if sys.stdout.isatty():
        print("\r\x1b[K", end="")
    return failed


if __name__ == "__main__":
    sys.exit(main())
