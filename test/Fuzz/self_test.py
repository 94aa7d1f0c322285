"""Shows that fuzz_tools.py can fail: tools that go wrong on some inputs are found out."""

import contextlib
import io
import pathlib
import random
import stat
import sys
import tempfile
import unittest

import fuzz_tools
from mutate import ArrayMutator, TextMutator

# Stands for cca-opt and cca-run. Goes wrong on texts with `rsqrt`, and on four bytes 0xff.
FAKE = """#!{python} -IS
import os, signal, sys, time
paths = [argument.removeprefix("--input=") for argument in sys.argv[1:]]
texts = [open(path, "rb").read() for path in paths if os.path.exists(path)]
if any(b"rsqrt" in text or bytes([255] * 4) in text for text in texts):
    {wrong}
print("// -----\\n".join(["module"] * (1 + texts[0].count(b"// -----"))))
"""

WRONG = {
    "ends by signal 11": "os.kill(os.getpid(), signal.SIGSEGV)",
    "ends by signal 6": "os.abort()",
    "ends with status 3": "sys.exit(3)",
    "prints 'Assertion'": "print('x.cpp:1: Assertion `ok` failed.', file=sys.stderr)",
    "prints 'LLVM ERROR'": "print('LLVM ERROR: no', file=sys.stderr); sys.exit(1)",
    "fails without a diagnostic": "sys.exit(1)",
    "does not end": "time.sleep(60)",
}

TEXTS = [
    b"func.func @f(%a: tensor<2x3xf32>) {\n  cca.qk_norm %a normalize clamp eps 0.0\n  return\n}\n",
    b"func.func @g(%a: tensor<?xf32>) {\n  %0 = arith.addf %a, %a : tensor<?xf32>\n  return\n}\n",
]

ARRAY = b"\x93NUMPY\x01\x00\x36\x00"
ARRAY += b"{'descr': '<f4', 'fortran_order': False, 'shape': (4,)}".ljust(53) + b"\n" + bytes(16)


class FakeTools(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.fuzzer = fuzz_tools.Fuzzer(random.Random(0), self.folder / "keep", seconds=10)

    def make_tool(self, wrong: str) -> list[str]:
        path = self.folder / "fake-tool"
        path.write_text(FAKE.format(python=sys.executable, wrong=wrong))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return [str(path)]

    def make_runs(self) -> list[fuzz_tools.Run]:
        (self.folder / "a.npy").write_bytes(ARRAY)
        (self.folder / "a.mlir").write_bytes(TEXTS[0])
        option = f"--input={self.folder / 'a.npy'}"
        return [fuzz_tools.Run(self.folder / "a.mlir", TEXTS[0], [option])]

    def quietly(self, fuzz, *args):
        with contextlib.redirect_stdout(io.StringIO()):
            fuzz(*args)
        return self.fuzzer

    def test_crashes_of_opt_are_found_and_attributed(self):
        for problem, wrong in WRONG.items():
            with self.subTest(problem):
                self.setUp()
                # The slow one waits for its limit once per mutant that it hangs on.
                self.fuzzer.seconds = 0.3 if problem == "does not end" else 10
                fuzzer = self.quietly(self.fuzzer.fuzz_opt, self.make_tool(wrong), TEXTS, 80)
                assert fuzzer.failures
                for failure in fuzzer.failures:
                    assert failure.startswith(problem), failure
                    kept = next(w for w in failure.split() if "keep/opt-" in w)
                    assert b"rsqrt" in pathlib.Path(kept).read_bytes()
                    assert b"-----" not in pathlib.Path(kept).read_bytes()

    def test_crashes_of_run_are_found(self):
        for problem in ["ends by signal 11", "fails without a diagnostic"]:
            with self.subTest(problem):
                self.setUp()
                wrong = WRONG[problem]
                fuzzer, tool, runs = self.fuzzer, self.make_tool(wrong), self.make_runs()
                self.quietly(fuzzer.fuzz_run_modules, tool, runs, 50)
                modules = len(fuzzer.failures)
                assert modules > 0
                self.quietly(fuzzer.fuzz_run_arrays, tool, runs, 100)
                assert len(fuzzer.failures) > modules
                assert all(f.startswith(problem) for f in fuzzer.failures)
                for failure in fuzzer.failures:
                    for word in failure.split():
                        if "keep" in word:
                            assert pathlib.Path(word.removeprefix("--input=")).exists()

    def test_good_modules_must_not_stray(self):
        wrong = "print('error: the entry accessed memory outside', file=sys.stderr); sys.exit(1)"
        fuzzer, tool, runs = self.fuzzer, self.make_tool(wrong), self.make_runs()
        self.quietly(fuzzer.fuzz_run_modules, tool, runs, 50)
        assert fuzzer.failures == []
        self.quietly(fuzzer.fuzz_run_arrays, tool, runs, 100)
        assert len(fuzzer.failures) > 0

    def test_good_tools_do_not_fail(self):
        fuzzer, tool, runs = self.fuzzer, self.make_tool("pass"), self.make_runs()
        fuzzer.fuzz_opt(tool, TEXTS, 80)
        fuzzer.fuzz_run_modules(tool, runs, 100)
        fuzzer.fuzz_run_arrays(tool, runs, 120)
        assert fuzzer.failures == []
        assert fuzzer.mutants == 120

    def test_diagnostics_are_no_failures(self):
        wrong = "print('x.mlir:1:1: error: no', file=sys.stderr); sys.exit(1)"
        fuzzer = self.quietly(self.fuzzer.fuzz_opt, self.make_tool(wrong), TEXTS, 80)
        assert fuzzer.failures == []

    def test_a_crash_of_a_good_input_counts(self):
        tool = self.make_tool(WRONG["ends by signal 6"])
        self.quietly(self.fuzzer.fuzz_opt, tool, [TEXTS[0].replace(b"clamp", b"rsqrt")], 1)
        assert "keep/opt-0-0.mlir" in self.fuzzer.failures[0]

    def test_what_is_not_accepted_at_all_proves_nothing(self):
        self.fuzzer.mutants = 100
        with contextlib.redirect_stdout(io.StringIO()):
            for accepted, status in [(0, 1), (50, 0), (100, 1)]:
                self.fuzzer.accepted = accepted
                assert fuzz_tools.report(self.fuzzer, "x", 0) == status


class Mutators(unittest.TestCase):
    def test_a_seed_gives_the_same_mutants(self):
        def make():
            rng = random.Random(7)
            text, array = TextMutator(rng, TEXTS), ArrayMutator(rng)
            return [(text.mutate(TEXTS[0]), array.mutate(ARRAY)) for _ in range(100)]

        assert make() == make()

    def test_most_mutants_differ(self):
        mutator = TextMutator(random.Random(0), TEXTS)
        mutants = [mutator.mutate(TEXTS[0]) for _ in range(500)]
        assert len(set(mutants)) > 200
        assert mutants.count(TEXTS[0]) < 100

    def test_every_mutation_takes_any_bytes(self):
        rng = random.Random(0)
        text, array = TextMutator(rng, TEXTS), ArrayMutator(rng)
        for mutator in [*set(text.choices), *set(array.choices)]:
            for content in [b"", b"\x00", b"\xff\n\n", TEXTS[0], ARRAY, ARRAY[:11]]:
                for _ in range(20):
                    assert isinstance(mutator(content), bytes)

    def test_upstream_bugs_are_left_alone(self):
        for text, expected in [
            (b"permutation = [1, 0]", False),
            (b"permutation = [1 0]", True),
            (b"permutation = [1, 10000000000000000000]", True),
            (b"permutation =", True),
            (b"dimensions = [ ]", False),
        ]:
            assert fuzz_tools.has_upstream_bug(text) == expected, text


if __name__ == "__main__":
    unittest.main()
