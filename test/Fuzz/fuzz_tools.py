"""Feeds mutants of good inputs to cca-opt and cca-run: none may crash.

A tool fails if it ends by a signal, with a status other than 0 and 1, with status 1 and no
diagnostic, with the marks of a crash in its output, or not at all. Mutants that made it fail are
kept in a folder, with the command that shows it.
"""

import argparse
import dataclasses
import itertools
import os
import pathlib
import random
import re
import resource
import shlex
import subprocess
import sys
import tempfile
import time

from mutate import ArrayMutator, TextMutator

CRASH = re.compile(
    rb"Assertion|LLVM ERROR|UNREACHABLE|PLEASE submit a bug report|Stack dump|terminate called"
)
# From a module that nobody changed: then a run-time check was missing.
STRAYED = re.compile(rb"the entry (accessed memory|divided|reached)")

# Bugs of MLIR 22 that the mutants must leave alone.
UPSTREAM = [
    # linalg.transpose and linalg.broadcast: the parser goes on with the null attribute of a list
    # of numbers that it could not parse, or of one too large.
    re.compile(rb"(permutation|dimensions)\s*=(?!\s*\[\s*(-?\d{1,18}(\s*,\s*-?\d{1,18})*)?\s*\])"),
    # The parser of operands makes room for as many results as the number of one says.
    re.compile(rb"%[\w$.-]+#\d{7,}"),
    # The run-time checks of a subview crash where offset and sizes are constants.
    re.compile(rb"memref\.subview"),
]

SEPARATOR = b"\n// -----\n"
PIPELINES = [
    [],
    ["--mlir-print-op-generic", "--mlir-print-debuginfo"],
    ["--canonicalize", "--cse"],
    ["--generate-runtime-verification"],
    ["--cca-decompose"],
    ["--cca-decompose", "--cca-fold-convs", "--canonicalize"],
    ["--cca-fuse"],
    ["--cca-decompose", "--cca-fuse"],
    ["--cca-decompose", "--cca-lower-to-linalg"],
    ["--cca-to-cpu"],
    ["--cca-to-cpu=fold-convs=true"],
    ["--pass-pipeline=builtin.module(gpu.module(gpu.func(hopper-verify-protocol)))"],
]


@dataclasses.dataclass
class Result:
    status: int | None  # None: it ran out of time.
    output: bytes
    errors: bytes


def limit_resources():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))


def run(command: list[str], seconds: float) -> Result:
    environment = os.environ | {"LLVM_DISABLE_SYMBOLIZATION": "1"}
    try:
        done = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            env=environment,
            preexec_fn=limit_resources,
        )
    except subprocess.TimeoutExpired as expired:
        return Result(None, expired.stdout or b"", expired.stderr or b"")
    return Result(done.returncode, done.stdout, done.stderr)


def judge(result: Result) -> str:
    """What is wrong; empty if nothing is."""
    if result.status is None:
        return "does not end"
    if result.status < 0:
        return f"ends by signal {-result.status}"
    if result.status > 1:
        return f"ends with status {result.status}"
    if crash := CRASH.search(result.errors):
        return f"prints '{crash.group().decode()}'"
    # cca-opt says nothing if the only error was filtered; cca-run always has one.
    if result.status == 1 and b"error:" not in result.errors:
        return "fails without a diagnostic"
    return ""


def has_upstream_bug(text: bytes) -> bool:
    return any(bug.search(text) for bug in UPSTREAM)


@dataclasses.dataclass
class Fuzzer:
    """Counts what happens, and keeps the mutants that made a tool fail."""

    rng: random.Random
    folder: pathlib.Path
    seconds: float = 20
    mutants: int = 0
    accepted: int = 0
    slow: int = 0
    failures: list[str] = dataclasses.field(default_factory=list)

    def __post_init__(self):
        self.folder.mkdir(parents=True, exist_ok=True)

    def keep(self, name: str, content: bytes) -> pathlib.Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def fail(self, what: str, command: list[str]):
        self.failures.append(f"{what}: {shlex.join(command)}")
        print(f"FAILED, {self.failures[-1]}", flush=True)

    def run_batch(self, tool: list[str], texts: list[bytes], options: list[str]) -> list[bool]:
        """Runs cca-opt on many texts in one process. Returns which of them it accepts."""
        path = self.keep("batch.mlir", SEPARATOR.join(texts))
        result = run([*tool, str(path), "--split-input-file", *options], 6 * self.seconds)
        if problem := judge(result):
            self.attribute(tool, options, texts, problem)
            return [False] * len(texts)
        return [b"module" in output for output in result.output.split(b"// -----\n")]

    def fuzz_opt(self, tool: list[str], texts: list[bytes], count: int, batch: int = 40):
        """Runs cca-opt on `count` mutants of `texts`, many in a process."""
        mutator = TextMutator(self.rng, texts)
        # Tests of diagnostics have their part, but what begins valid gets further.
        weights = [5 if valid else 1 for valid in self.run_batch(tool, texts, [])]
        for pipeline in itertools.cycle(PIPELINES):
            if self.mutants >= count:
                return
            chosen = self.rng.choices(texts, weights, k=min(batch, count - self.mutants))
            mutants = [mutator.mutate(text).replace(b"-----", b"") for text in chosen]
            mutants = [mutant for mutant in mutants if not has_upstream_bug(mutant)]
            self.mutants += len(mutants)
            self.accepted += sum(self.run_batch(tool, mutants, pipeline))

    def attribute(self, tool, options, mutants, problem):
        """Finds the mutants that make a batch fail, by running each on its own."""
        found = len(self.failures)
        for index, mutant in enumerate(mutants):
            path = self.keep("mutant.mlir", mutant)
            if alone := judge(run([*tool, str(path), *options], self.seconds)):
                kept = self.keep(f"opt-{self.mutants}-{index}.mlir", mutant)
                self.fail(alone, [*tool, str(kept), *options])
        if found == len(self.failures):
            kept = self.keep(f"opt-{self.mutants}.mlir", SEPARATOR.join(mutants))
            self.fail(
                f"{problem}, but only together", [*tool, str(kept), "--split-input-file", *options]
            )

    def fuzz_run_modules(self, tool: list[str], runs: list["Run"], count: int):
        """Runs cca-run on mutants of modules. These may loop for ever: that is their own."""
        mutator = TextMutator(self.rng, [each.module for each in runs])
        while self.mutants < count:
            each = self.rng.choice(runs)
            mutant = mutator.mutate(each.module)
            if not has_upstream_bug(mutant):
                path = self.keep("mutant.mlir", mutant)
                self.record(tool, [str(path), *each.options], path, may_stray=True)

    def fuzz_run_arrays(self, tool: list[str], runs: list["Run"], count: int):
        """Runs cca-run on good modules with a mutant among the inputs."""
        mutator = ArrayMutator(self.rng)
        while self.mutants < count:
            each = self.rng.choice(runs)
            inputs = [i for i, option in enumerate(each.options) if option.startswith("--input=")]
            chosen = self.rng.choice(inputs)
            original = pathlib.Path(each.options[chosen].removeprefix("--input="))
            path = self.keep("mutant.npy", mutator.mutate(original.read_bytes()))
            options = [*each.options]
            options[chosen] = f"--input={path}"
            self.record(tool, [str(each.path), *options], path, may_stray=False)

    def record(self, tool: list[str], arguments: list[str], path: pathlib.Path, may_stray: bool):
        """Runs cca-run with the mutant at `path` among its arguments."""
        self.mutants += 1
        result = run([*tool, *arguments], self.seconds)
        self.accepted += b"error:" not in result.errors or b"error: result #" in result.errors
        problem = judge(result)
        if may_stray and result.status is None:
            self.slow += 1
            return
        if not may_stray and (strayed := STRAYED.search(result.errors)):
            problem = f"reports '{strayed.group().decode()}'"
        if problem:
            kept = path.rename(path.with_stem(f"{path.stem}-{self.mutants}"))
            self.fail(problem, [*tool, *(a.replace(str(path), str(kept)) for a in arguments)])


@dataclasses.dataclass
class Run:
    """A module and options of cca-run that work, from a RUN line of a test."""

    path: pathlib.Path
    module: bytes
    options: list[str]


def strip_comments(text: bytes) -> bytes:
    """CHECK and RUN lines say 'error:' and more; they are no part of the input."""
    return re.sub(rb"[ \t]*//.*", b"", text).strip() + b"\n"


def read_texts(folder: pathlib.Path) -> list[bytes]:
    """All modules of the tests in a folder, also those that are wrong on purpose."""
    texts = set()
    for path in sorted(folder.rglob("*.mlir")):
        for text in path.read_bytes().split(b"// -----"):
            if 2 < len(stripped := strip_comments(text)) < 6000:
                texts.add(stripped)
    return sorted(texts)


def read_runs(folder: pathlib.Path) -> list[Run]:
    """The RUN lines of the tests in a folder that run their module on stored arrays."""
    runs = []
    for path in sorted(folder.rglob("*.mlir")):
        lines = re.findall(r"^// RUN: (.*)$", path.read_text(), re.M)
        for command in "\n".join(lines).replace("\\\n", "").splitlines():
            tool, *options = command.replace("%S", str(path.parent)).split("|")[0].split()
            stored = "--check=" in command and "--input=" in command and "%t" not in command
            if tool == "cca-run" and stored:
                options.remove("%s")
                runs.append(Run(path, strip_comments(path.read_bytes()), options))
    return runs


def report(fuzzer: Fuzzer, what: str, started: float) -> int:
    share = 100 * fuzzer.accepted / max(fuzzer.mutants, 1)
    print(
        f"{what}: {fuzzer.mutants} mutants in {time.time() - started:.0f} s, {share:.0f} % of them "
        f"accepted, {fuzzer.slow} too slow, {len(fuzzer.failures)} failures"
    )
    # A mutator whose mutants all fail at the first token, or none, tests nothing.
    if not 2 <= share <= 90:
        print("FAILED, expects 2 to 90 % of the mutants to be accepted")
        return 1
    if fuzzer.slow > fuzzer.mutants // 50:
        print("FAILED, expects at most 2 % of the mutants to run out of time")
        return 1
    return bool(fuzzer.failures)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["opt", "run-modules", "run-arrays"])
    parser.add_argument("tool", help="cca-opt, or cca-run")
    parser.add_argument(
        "tests", type=pathlib.Path, help="folder with the tests to take inputs from"
    )
    parser.add_argument("--count", type=int, default=1000, help="number of mutants")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=pathlib.Path, help="folder for mutants that fail")
    args = parser.parse_args()

    folder = args.keep or pathlib.Path(tempfile.mkdtemp(prefix="cca-fuzz-"))
    fuzzer = Fuzzer(random.Random(args.seed), folder)
    started = time.time()
    if args.what == "opt":
        fuzzer.fuzz_opt([args.tool], read_texts(args.tests), args.count)
    elif args.what == "run-modules":
        fuzzer.fuzz_run_modules([args.tool], read_runs(args.tests), args.count)
    else:
        fuzzer.fuzz_run_arrays([args.tool], read_runs(args.tests), args.count)
    return report(fuzzer, args.what, started)


if __name__ == "__main__":
    sys.exit(main())
