"""Writes an MLIR module for a CCA configuration: `python3 -m cca.emit --help`.

Needs nothing beyond the standard library. Exits with status 0, or with 1 and a message
on standard error.
"""

import argparse
import sys
from dataclasses import fields, replace

from cca.cli import ArgumentParser
from cca.config import CONFIGS, CCAConfig, ConfigError
from cca.mlir import module_text
from cca.operands import ENTRY

DESCRIPTION = """\
Write an MLIR module with one entry function: @block (--op attention), @prefill (the block,
and its keys and values), @prologue, @attention (--op flash) or @projection. The flags
describe the block; an op takes those that concern it.
Flags beside --config override it. B and S are dynamic unless --batch and --seq say more.
"""

EXAMPLES = """\
examples:
  python3 -m cca.emit --config zaya1-8b
  python3 -m cca.emit --config zaya1-8b --op prologue --packed --dtype bf16
  python3 -m cca.emit --hidden 1024 --q-heads 8 --kv-heads 2 --head-dim 64 --window 4096
"""


def _taps(text: str) -> tuple[int, int]:
    try:
        taps0, taps1 = map(int, text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"expects two numbers T0,T1 such as 2,2, but got {text!r}"
        ) from None
    return taps0, taps1


def parser() -> argparse.ArgumentParser:
    """The command line. A flag that was not given leaves no attribute behind."""
    cli = ArgumentParser(
        prog="cca.emit",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    cli.add_argument("--config", choices=CONFIGS, help="a named configuration")
    cli.add_argument("--op", choices=ENTRY, default="attention", help="default: attention")
    cli.add_argument("--batch", type=int, metavar="N", default=None, help="static B")
    cli.add_argument("--seq", type=int, metavar="N", default=None, help="static S")
    cli.add_argument(
        "--lse", action="store_true", default=False, help="flash: log-sum-exp as second result"
    )
    cli.add_argument("-o", dest="output", metavar="FILE", default="-", help="default: stdout")

    sizes = cli.add_argument_group("sizes")
    sizes.add_argument("--hidden", type=int, metavar="N", help="hidden size E")
    sizes.add_argument("--q-heads", type=int, metavar="N", help="query heads")
    sizes.add_argument("--kv-heads", type=int, metavar="N", help="key/value heads")
    sizes.add_argument("--head-dim", type=int, metavar="N", help="head dimension D")
    sizes.add_argument("--rotary", type=int, metavar="N", help="rotary channels; default: D")
    sizes.add_argument("--taps", type=_taps, metavar="T0,T1", help="convolution taps; default: 2,2")

    modes = cli.add_argument_group("modes")
    on_off = argparse.BooleanOptionalAction
    modes.add_argument("--causal", action=on_off, help="default: causal")
    modes.add_argument("--window", type=int, metavar="N", help="sliding window, in tokens")
    modes.add_argument("--dtype", choices=("f32", "bf16", "f16"), help="default: bf16")
    modes.add_argument("--rope-dtype", choices=("f32", "bf16", "f16"), help="of cos and sin")
    modes.add_argument("--batched-rope", action=on_off, help="cos and sin are B x S x R")
    modes.add_argument("--bias", action=on_off, help="projections have biases")
    modes.add_argument("--packed", action=on_off, help="sequences packed by cu_seqlens, B = 1")
    modes.add_argument("--norm", choices=("clamp", "rsqrt"), help="default: clamp")
    modes.add_argument(
        "--eps", type=float, metavar="X", help="default: machine epsilon (clamp), 1e-12 (rsqrt)"
    )
    modes.add_argument("--temperature", choices=("linear", "exp"), help="default: linear")
    modes.add_argument("--rope", choices=("half", "interleaved"), help="default: half")
    modes.add_argument("--per-stage-padding", action=on_off, help="pad each convolution")
    modes.add_argument("--output-projection", action=on_off, help="default: with w_o")
    modes.add_argument(
        "--normalized", action=on_off, help="flash: a temperature that bounds the scores"
    )
    modes.add_argument("--scale", type=float, metavar="X", help="softmax scale; default: D^-1/2")
    return cli


def config_from(arguments: argparse.Namespace) -> CCAConfig:
    """The configuration that the flags describe; raises `ConfigError`."""
    known = {field.name for field in fields(CCAConfig)}
    given = {name: value for name, value in vars(arguments).items() if name in known}
    if "config" in arguments:
        return replace(CONFIGS[arguments.config], **given)

    if arguments.op == "flash":
        given.setdefault("hidden", None)
    missing = [
        f"--{name.replace('_', '-')}"
        for name in ("hidden", "q_heads", "kv_heads", "head_dim")
        if name not in given
    ]
    if missing:
        raise ConfigError(f"expects --config or {', '.join(missing)}")
    given.setdefault("rotary", given["head_dim"])
    return CCAConfig(**given)


def main(argv: list[str] | None = None) -> int:
    """Parses the flags and writes the module; returns the exit status."""
    cli = parser()
    arguments = cli.parse_args(argv)
    for name in ("batch", "seq"):
        size = getattr(arguments, name)
        if size is not None and size < 0:
            cli.error(f"expects --{name} to be at least 0, but got {size}")
    try:
        config = config_from(arguments)
    except ConfigError as error:
        cli.error(str(error))
    if config.packed and arguments.batch not in (None, 1):
        cli.error(f"expects --batch to be 1 with --packed, but got {arguments.batch}")
    if arguments.lse and arguments.op != "flash":
        cli.error(f"expects --op flash with --lse, but got --op {arguments.op}")

    text = module_text(config, arguments.op, arguments.batch, arguments.seq, arguments.lse)
    try:
        if arguments.output == "-":
            sys.stdout.write(text)
            sys.stdout.flush()
        else:
            with open(arguments.output, "w", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        name = "standard output" if arguments.output == "-" else arguments.output
        print(f"cca.emit: error: cannot write {name}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
