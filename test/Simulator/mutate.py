#!/usr/bin/env python3
"""Breaks a kernel in every small way, and checks that this is noticed.

usage: mutate.py KERNEL.mlir --bin DIRECTORY --vectors DIRECTORY --survivors FILE [--list]

Of each op of the kernel that synchronises, one at a time: removes it; moves it behind the next
op (of those that are more than scalar arithmetic); waits with one group less. A mutant is
noticed by the parser and the op verifiers, by hopper-verify-protocol, or by the simulator: an
error under one of several policies, or a wrong result. Those that nothing notices must be those
that FILE lists, each with a reason why it is harmless:

    SURVIVES: move consumer hopper.get_exit 2 4: leaves a stage later

which are the second and the fourth hopper.get_exit of the consumers, in the order of the text.
The directory of vectors holds in.N.npy and out.N.npy for each argument.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from collections import Counter
from typing import NamedTuple

SYNCHRONISES = re.compile(
    r"\s*(?:%[\w:, %]+ = )?(hopper\.(?:put_enter|put_exit|get_enter|get_exit|skip|tma_load"
    r"|tma_store_wait|tma_store|wgmma_fence|wgmma|commit|wait_older|wait|stmatrix|ldmatrix|combine_rows)"
    r"|nvvm\.barrier\.arrive|nvvm\.barrier|nvvm\.fence\.proxy)\b"
)
DEFINES = re.compile(r"\s*((?:%\w+(?::\d+)?(?:, )?)+) = ")
# Scalar arithmetic: no tiles, no regions, no barriers.
SCALAR = re.compile(
    r"\s*%\w+ = (?:(?:arith|gpu)\.(?!.*(?:tensor<|\{$))|memref\.(?:load|dim)|tensor\.splat)"
)
COUNTS = re.compile(r"(hopper\.(?:tma_store_wait|wait_older|wait) )(\d+)")
RUNS = (
    ("--sim-policy=eager",),
    ("--sim-policy=latest",),
    ("--sim-policy=random", "--sim-seed=1", "--sim-multiprocessors=1"),
    ("--sim-policy=random", "--sim-seed=2", "--sim-multiprocessors=2"),
)
VERIFY = "builtin.module(gpu.module(gpu.func(hopper-verify-protocol)))"
TIMEOUT = 120  # seconds


class Mutant(NamedTuple):
    name: str  # as in the list of survivors, with one number
    line: str
    lines: list[str]


class Outcome(NamedTuple):
    """Messages of those who noticed; none from those who did not."""

    verifier: str | None
    simulator: str | None

    @property
    def noticed(self) -> str:
        """By whom: the IR if both stop at one error, which is that of the parser."""
        if self.verifier and self.verifier == self.simulator:
            return "IR"
        found = (self.verifier and "verifier", self.simulator and "simulator")
        return " and ".join(filter(None, found)) or "nobody"


def uses(line, other):
    """Whether `other` uses what `line` defines."""
    defined = DEFINES.match(line)
    names = re.findall(r"%\w+", defined[1]) if defined else []
    return any(re.search(rf"{name}\b", other) for name in names)


def forwarded(line):
    """What stands for the results of an op that is removed: its operands."""
    op = re.match(r"\s*(.*) = hopper\.(?:wgmma_fence|commit) (.*) :", line)
    if not op:
        return {}
    names, operands = op[1].split(", "), op[2].split(", ")
    if ":" in names[0]:
        name = names[0].partition(":")[0]
        names = [f"{name}#{i}" for i in range(len(operands))]
    return dict(zip(names, operands, strict=True))


def remove(lines, at):
    rest = lines[:at] + lines[at + 1 :]
    if not (names := forwarded(lines[at])):
        return rest
    pattern = re.compile("|".join(rf"{re.escape(name)}(?![\w#])" for name in names))
    return rest[:at] + [pattern.sub(lambda use: names[use[0]], text) for text in rest[at:]]


def move(lines, at):
    """The op behind the next one; none if that breaks a use or leaves the block."""
    line, to = lines[at], at + 1
    while SCALAR.match(lines[to]) and not uses(line, lines[to]):
        to += 1
    target = lines[to].replace("{kind = #nvvm.proxy_kind<async.shared>", "")
    target = target.replace("space = #nvvm.shared_space<cta>}", "")
    if "{" in target or "}" in target or "yield" in target or "//" in target:
        return None
    if uses(line, lines[to]) or line == lines[to]:
        return None
    return [*lines[:at], *lines[at + 1 : to + 1], line, *lines[to + 1 :]]


def count(lines, at):
    more, changed = COUNTS.subn(lambda wait: f"{wait[1]}{int(wait[2]) + 1}", lines[at])
    return [*lines[:at], more, *lines[at + 1 :]] if changed else None


def mutants(lines):
    begin = next(i for i, line in enumerate(lines) if "gpu.func" in line)
    end = next(i for i, line in enumerate(lines) if "gpu.return" in line)
    role, seen = "producer", Counter()
    for at in range(begin, end):
        role = "consumer" if "} consumers " in lines[at] else role
        if not (op := SYNCHRONISES.match(lines[at])):
            continue
        seen[role, op[1]] += 1
        for change in (remove, move, count):
            if mutant := change(lines, at):
                name = f"{change.__name__} {role} {op[1]} {seen[role, op[1]]}"
                yield Mutant(name, lines[at].strip(), mutant)


def error_of(command):
    """The first error that a command reports; none if it succeeds."""
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=TIMEOUT
        )
    except subprocess.TimeoutExpired:
        return "CRASH: does not end"
    if result.returncode not in (0, 1):
        return f"CRASH: exit status {result.returncode}"
    if not result.returncode:
        return None
    message = re.search(r"error: (.*)", result.stderr + result.stdout)
    return message[1] if message else "wrong result"


def run(options, lines):
    with tempfile.NamedTemporaryFile("w", suffix=".mlir") as file:
        file.write("\n".join(lines))
        file.flush()
        opt = [f"{options.bin}/cca-opt", file.name, f"--pass-pipeline={VERIFY}", "-o", os.devnull]
        verifier = error_of(opt)
        for policy in RUNS:
            command = [f"{options.bin}/cca-run", file.name, "--target=sim", *policy]
            inputs = sorted(options.vectors.glob("in.*.npy"))
            command += [f"--input={path}" for path in inputs]
            command += [f"--check={path}" for path in sorted(options.vectors.glob("out.*.npy"))]
            if simulator := error_of([*command, "--rtol=4e-3"]):
                return Outcome(verifier, simulator)
    return Outcome(verifier, None)


def survivors(text):
    """Name of a mutant to the reason why it is harmless."""
    reasons = {}
    for op, numbers, reason in re.findall(r"SURVIVES: (\w+ \w+ [\w.]+)((?: \d+)+): (.*)", text):
        reasons |= {f"{op} {number}": reason for number in numbers.split()}
    return reasons


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kernel", type=pathlib.Path)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--vectors", type=pathlib.Path, required=True)
    parser.add_argument("--survivors", type=pathlib.Path, required=True)
    parser.add_argument("--list", action="store_true", help="print what noticed each")
    options = parser.parse_args()
    lines = options.kernel.read_text().splitlines()
    if (itself := run(options, lines)) != (None, None):
        print(f"the kernel itself fails: {itself}")
        return 1

    every = list(mutants(lines))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(lambda mutant: run(options, mutant.lines), every))
    expected = survivors(options.survivors.read_text())
    harmless = {m.name for m, found in zip(every, outcomes, strict=True) if found == (None, None)}
    for mutant, found in zip(every, outcomes, strict=True):
        if options.list or (mutant.name in harmless) != (mutant.name in expected):
            print(f"{mutant.name}: noticed by {found.noticed}\n    {mutant.line}")
            print(*(f"    {message}" for message in found if message), sep="\n")
    for name in sorted(expected.keys() - {mutant.name for mutant in every}):
        print(f"{name}: is no mutant")
    by = Counter(found.noticed for found in outcomes)
    print(f"{len(every)} mutants, noticed by:", *(f"{who} {by[who]}," for who in sorted(by)))
    crashes = any("CRASH" in message for found in outcomes for message in found if message)
    return harmless != expected.keys() or crashes


if __name__ == "__main__":
    sys.exit(main())
