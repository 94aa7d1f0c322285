"""The kernels of a model's attention block: `python3 -m cca.kernels`.

Compiles the block from one `cca.attention` op to PTX with `cca-compile` and shows what each
of its kernels takes of a multiprocessor, and computes. Registers are those that NVIDIA's
ptxas gives them, where it is installed, else the most that there can be.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from cca.cli import ArgumentParser
from cca.config import CONFIGS, CCAConfig
from cca.cost import flops
from cca.mlir import module_text
from cca.runner import RunError, call


def parse(argv: list[str] | None) -> argparse.Namespace:
    """The command line."""
    cli = ArgumentParser(prog="cca.kernels", description=__doc__.splitlines()[0])
    cli.add_argument("--config", choices=CONFIGS, default="zaya1-8b", help="default: zaya1-8b")
    cli.add_argument("--bin", type=Path, default=Path("build/bin"), help="folder of cca-compile")
    cli.add_argument("--seq", type=int, default=4096, metavar="N", help="tokens; default: 4096")
    cli.add_argument("-o", type=Path, metavar="FILE", dest="ptx", help="leave the PTX there")
    return cli.parse_args(argv)


def compile_block(bin_dir: Path, folder: Path, config: CCAConfig) -> tuple[str, list[list[str]]]:
    """The PTX of a block, and the rows of the compiler's table, the first its columns."""
    module, ptx = folder / "module.mlir", folder / "block.ptx"
    module.write_text(module_text(config, "attention"), encoding="utf-8")
    command = [str(bin_dir / "cca-compile"), str(module), "--print-kernels", "-o", str(ptx)]
    rows = [line.split() for line in call(command).splitlines()]
    return ptx.read_text(encoding="utf-8"), rows


def table(rows: list[list[str]], work: dict[str, float]) -> str:
    """One line for each kernel that runs on tokens, with its operations.

    `rows` have a name, threads, registers, those of roles, bytes of shared memory and of
    spills; `work` is `cca.cost.flops`.
    """
    found = {row[0]: row[1:] for row in rows}
    lines = [
        f"  {'kernel':<16}{'threads':>8}{'registers':>11}{'of roles':>10}"
        f"{'shared memory':>15}{'spills':>8}{'GFLOP':>9}"
    ]
    for name, operations in work.items():
        threads, registers, roles, shared, spilled = found[name]
        lines.append(
            f"  {name:<16}{threads:>8}{registers:>11}{roles:>10}"
            f"{int(shared) / 1024:>11.1f} KiB{spilled:>8}{operations / 1e9:>9.2f}"
        )
    packing = sum(name.startswith("block_pack_kernel") for name in found)
    lines.append(f"  and {packing} small ones that pack weights, once")
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Compiles and prints; returns the exit status."""
    arguments = parse(argv)
    config = CONFIGS[arguments.config]
    with tempfile.TemporaryDirectory() as scratch:
        try:
            ptx, rows = compile_block(arguments.bin, Path(scratch), config)
            if arguments.ptx:
                arguments.ptx.write_text(ptx, encoding="utf-8")
        except (RunError, OSError) as error:
            print(f"cca.kernels: error: {error}", file=sys.stderr)
            return 1
    print(f"{arguments.config}, {len(ptx.splitlines())} lines of PTX; with {arguments.seq} tokens:")
    print(table(rows, flops(config, 1, arguments.seq)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
